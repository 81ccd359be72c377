/**
 * How findings of each risk vector behave in the synthetic world: how common, how graded, how long they live. Shares follow
 * what real portfolios show (TLS, ports, headers and patching dominate, compromise is rare); slugs and labels come from the
 * model's table, grade presence from bitsight-api.md, 4.4 and 5.2.
 */
import { RISK_VECTORS, type RiskVector } from '@sightline/model';

export const GRADES = ['NEUTRAL', 'BAD', 'WARN', 'FAIR', 'GOOD'] as const;
/** Stands for a finding whose vector has no grades. */
export const NO_GRADE = -1;

export const SEVERITY_CATEGORIES = ['minor', 'moderate', 'material', 'severe'] as const;

export interface VectorModel {
  readonly vector: RiskVector;
  /** Of 1,000 findings, how many. */
  readonly share: number;
  /** Weights of NEUTRAL, BAD, WARN, FAIR, GOOD; null where the vector is not graded. */
  readonly grades: readonly [number, number, number, number, number] | null;
  /** Weights of minor, moderate, material, severe when there is no grade to follow. */
  readonly severities: readonly [number, number, number, number];
  /** Days between sightings. */
  readonly seenEvery: number;
  /** Days that a finding stays listed after its last sighting. */
  readonly decayDays: number;
  /** Shortest and longest cycle from one finding of a slot to the next, in days. */
  readonly cycle: readonly [number, number];
  /** Is the subject an address or a name? Of 100 subjects, how many are names. */
  readonly domainShare: number;
}

type Row = [
  slug: string,
  share: number,
  grades: VectorModel['grades'],
  severities: VectorModel['severities'],
  seenEvery: number,
  decayDays: number,
  cycle: readonly [number, number],
  domainShare: number,
];

const ROWS: readonly Row[] = [
  ['botnet_infections', 5, null, [0, 10, 40, 50], 2, 30, [70, 200], 0],
  ['spam_propagation', 2, null, [0, 20, 50, 30], 3, 30, [70, 180], 0],
  ['malware_servers', 2, null, [0, 5, 35, 60], 2, 30, [70, 200], 30],
  ['unsolicited_comm', 2, null, [10, 40, 40, 10], 3, 30, [70, 180], 0],
  ['potentially_exploited', 5, null, [0, 30, 50, 20], 2, 30, [70, 220], 0],
  ['spf', 15, [10, 15, 15, 5, 55], [70, 20, 10, 0], 7, 60, [400, 1500], 100],
  ['dkim', 12, [15, 10, 15, 5, 55], [70, 20, 10, 0], 7, 60, [400, 1500], 100],
  ['ssl_certificates', 172, [10, 10, 15, 5, 60], [80, 10, 10, 0], 5, 60, [150, 420], 80],
  ['ssl_configurations', 208, [5, 20, 30, 10, 35], [60, 20, 15, 5], 5, 60, [300, 1200], 80],
  ['open_ports', 160, [30, 15, 20, 5, 30], [60, 20, 15, 5], 4, 60, [200, 900], 0],
  ['application_security', 140, [5, 25, 35, 10, 25], [60, 25, 15, 0], 6, 60, [250, 1000], 90],
  ['patching_cadence', 80, null, [20, 35, 33, 12], 3, 180, [420, 900], 20],
  ['insecure_systems', 15, [0, 60, 30, 0, 10], [10, 20, 50, 20], 3, 60, [180, 500], 0],
  ['server_software', 40, [20, 25, 10, 5, 40], [60, 20, 15, 5], 5, 60, [250, 900], 60],
  ['desktop_software', 25, [10, 30, 15, 5, 40], [60, 20, 20, 0], 2, 60, [180, 500], 0],
  ['mobile_software', 12, [15, 30, 15, 5, 35], [60, 20, 20, 0], 2, 60, [180, 500], 0],
  ['dnssec', 12, [30, 10, 20, 5, 35], [80, 20, 0, 0], 9, 60, [500, 1600], 100],
  ['mobile_application_security', 5, [10, 30, 30, 10, 20], [60, 20, 20, 0], 9, 60, [300, 900], 100],
  ['web_appsec', 68, [10, 25, 30, 10, 25], [50, 30, 15, 5], 6, 60, [250, 1000], 100],
  ['dmarc', 12, [10, 20, 20, 5, 45], [70, 20, 10, 0], 7, 60, [400, 1500], 100],
  ['file_sharing', 8, [10, 40, 30, 0, 20], [30, 50, 20, 0], 2, 60, [150, 300], 0],
];

/** The table, in the order of the rows above; a finding refers to its vector by index. */
export const VECTOR_MODELS: readonly VectorModel[] = Object.freeze(
  ROWS.map(([slug, share, grades, severities, seenEvery, decayDays, cycle, domainShare]) => {
    const vector = RISK_VECTORS.find(candidate => candidate.slug === slug);
    if (vector === undefined) throw new Error(`the model knows no risk vector ${slug}`);
    return { vector, share, grades, severities, seenEvery, decayDays, cycle, domainShare };
  }),
);

const lottery: Uint8Array = Uint8Array.from(
  VECTOR_MODELS.flatMap((model, index) => Array(model.share).fill(index)),
);

/** The vector of a finding, by its share. */
export function vectorIndexOf(hash: number): number {
  return lottery[hash % lottery.length] ?? 0;
}

export function modelAt(index: number): VectorModel {
  const model = VECTOR_MODELS[index];
  if (model === undefined) throw new RangeError(`no vector ${index}`);
  return model;
}

/** Chooses an index by weight. */
export function weighted(weights: readonly number[], hash: number): number {
  let total = 0;
  for (const weight of weights) total += weight;
  let left = hash % total;
  for (let index = 0; index < weights.length; index++) {
    left -= weights[index] ?? 0;
    if (left < 0) return index;
  }
  return weights.length - 1;
}
