/**
 * The assets of a company: the subjects of its findings, with what those findings say of each. One walk over the findings a day
 * gives all of them, so that the list, the statistics and the summaries count the very findings that are listed.
 */
import { compareScalars } from '../../../../wire/sorting.ts';
import { drawOpenPort, drawPatch, drawServer, type Service } from '../details/services.ts';
import type { Vulnerability } from '../details/vulnerabilities.ts';
import { vectorIndex, type Walked, walkFindings } from '../finding-walk.ts';
import type { Profile } from '../profile.ts';
import { type AssetFacts, assetFacts } from '../subjects.ts';
import { type Sighting, sightingOf } from '../threats/sightings.ts';
import { gracePeriodEnd, guestNetworkEnd, isDelegated, type Traits } from '../traits.ts';

/** A product that was identified on an asset. */
type Product = {
  readonly type: 'application' | 'operating system';
  readonly vendor: string;
  readonly product: string;
  readonly version: string;
  readonly support: string;
};

/** What the findings of a day say of one asset. */
export interface AssetSheet {
  readonly asset: string;
  readonly isIp: boolean;
  readonly facts: AssetFacts;
  /** Addresses behind it. */
  readonly addresses: readonly string[];
  /** Number of findings by severity category, minor to severe. */
  readonly bySeverity: readonly number[];
  /** Number of findings by grade, NEUTRAL to GOOD, and those without one. */
  readonly byGrade: readonly number[];
  readonly services: readonly Service[];
  readonly products: readonly Product[];
  /** Slots of the findings that show a vulnerability, and what they show. */
  readonly sightings: readonly { readonly slot: number; readonly sighting: Sighting }[];
  /** Day numbers on which grace periods and guest networks end. */
  readonly graceEnds: readonly number[];
  readonly guestEnds: readonly number[];
  /** Number of findings under security controls that were delegated. */
  readonly delegated: number;
}

type Draft = {
  -readonly [K in keyof AssetSheet]: AssetSheet[K] extends readonly (infer Item)[] ? Item[] : AssetSheet[K];
};

/** Place of the findings without a grade in `byGrade`. */
const UNGRADED = 5;

/** The assets that have findings, the most important first; only those findings count that are wanted. */
export function assetSheets(
  company: Profile,
  day: number,
  isWanted?: (traits: Traits) => boolean,
): readonly AssetSheet[] {
  const drafts = new Map<string, Draft>();
  for (const walked of walkFindings(company, day, isWanted === undefined ? {} : { isWanted })) {
    const { asset, isIp } = walked.subject;
    let draft = drafts.get(asset);
    if (draft === undefined) {
      draft = emptySheet(asset, isIp, assetFacts(company.tenancy.key, asset));
      drafts.set(asset, draft);
    }
    addFinding(draft, walked, day);
  }
  return [...drafts.values()].sort(
    (left, right) =>
      right.facts.importance - left.facts.importance || compareScalars(left.asset, right.asset, false),
  );
}

function emptySheet(asset: string, isIp: boolean, facts: AssetFacts): Draft {
  return {
    asset,
    isIp,
    facts,
    addresses: [],
    bySeverity: [0, 0, 0, 0],
    byGrade: [0, 0, 0, 0, 0, 0],
    services: [],
    products: [],
    sightings: [],
    graceEnds: [],
    guestEnds: [],
    delegated: 0,
  };
}

function addFinding(draft: Draft, walked: Walked, day: number): void {
  const { traits, subject } = walked;
  increase(draft.bySeverity, traits.category);
  increase(draft.byGrade, traits.grade < 0 ? UNGRADED : traits.grade);
  addOnce(draft.addresses, subject.address);
  addDay(draft.graceEnds, gracePeriodEnd(traits));
  addDay(draft.guestEnds, guestNetworkEnd(traits));
  if (isDelegated(traits)) draft.delegated++;
  const vulnerability = CONTENTS.get(traits.vector)?.(draft, walked) ?? null;
  if (vulnerability === null) return;
  draft.sightings.push({ slot: traits.slot, sighting: sightingOf(traits, vulnerability, day) });
}

/** What findings of some vectors tell of their asset besides: services and products. Returns the vulnerability that they show. */
const CONTENTS: ReadonlyMap<number, (draft: Draft, walked: Walked) => Vulnerability | null> = new Map([
  [vectorIndex('open_ports'), addPort],
  [vectorIndex('server_software'), addServer],
  [vectorIndex('patching_cadence'), (_draft: Draft, { random, traits }: Walked) => drawPatch(random, traits)],
]);

function addPort(draft: Draft, { random, traits }: Walked): Vulnerability | null {
  const { service, version, vulnerability } = drawOpenPort(random, traits);
  const [part, vendor = '', product = ''] = service.cpe.split(':');
  addOnce(draft.services, service);
  addProduct(draft, {
    type: part === 'o' ? 'operating system' : 'application',
    vendor,
    product,
    version,
    // A port announces a version and not whether its maker still supports it.
    support: 'unknown',
  });
  return vulnerability;
}

function addServer(draft: Draft, { random, traits }: Walked): null {
  const { server, vendor, version, support } = drawServer(random, traits);
  addProduct(draft, { type: 'application', vendor, product: server.toLowerCase(), version, support });
  return null;
}

/** The same version of a product is shown once, with what is known of its support. */
function addProduct({ products }: Draft, found: Product): void {
  const known = products.findIndex(
    ({ vendor, product, version }) =>
      vendor === found.vendor && product === found.product && version === found.version,
  );
  if (known < 0) products.push(found);
  else if (products[known]?.support === 'unknown') products[known] = found;
}

function increase(counts: number[], index: number): void {
  counts[index] = (counts[index] ?? 0) + 1;
}

function addDay(days: number[], day: number | null): void {
  if (day !== null) addOnce(days, day);
}

function addOnce<T>(list: T[], item: T): void {
  if (!list.includes(item)) list.push(item);
}
