/**
 * What the findings of a company show of vulnerabilities: where, since when, how surely, and whether still. Ports and patching
 * are the vectors that name one (bitsight-api.md, 4.4 and 6); terms and the bound of 60 days: 4.8.
 */
import { drawOpenPort, drawPatch, isPortAtFault } from '../details/services.ts';
import type { Vulnerability } from '../details/vulnerabilities.ts';
import { vectorIndex, type Walked, walkFindings } from '../finding-walk.ts';
import type { Profile } from '../profile.ts';
import type { Traits } from '../traits.ts';

/** From the least to the most certain; others refer to one by its place. */
export const CERTAINTIES = ['POSSIBLE', 'LIKELY', 'CONFIRMED'] as const;

/** What evidence says of itself. Upstream knows a fifth tag, of providers, which no finding gives. */
export const EVIDENCE_TAGS = [
  { name: 'Long time since last detection', slug: 'LONG_TIME_SINCE_LAST_DETECTION' },
  { name: 'Mitigation applied', slug: 'MITIGATION_APPLIED' },
  {
    name: 'Vulnerable software or configuration in use',
    slug: 'VULNERABLE_SOFTWARE_OR_CONFIGURATION_IN_USE',
  },
  { name: 'Vulnerable software version in use', slug: 'VULNERABLE_SOFTWARE_VERSION_IN_USE' },
] as const;
const [LONG_AGO, MITIGATED, CONFIGURATION, VERSION] = [0, 1, 2, 3];

export const DETECTION_TYPES = ['early_detection', 'standard'] as const;
const [EARLY, STANDARD] = [0, 1];

/** Exposure that was not seen for more than so many days counts as mitigated. */
const EXPOSED_DAYS = 60;
/** A sighting counts as early for its first days. */
const EARLY_DAYS = 7;

/** One finding that shows a vulnerability. */
export interface Sighting {
  readonly vulnerability: Vulnerability;
  readonly isExposed: boolean;
  /** A place in {@link CERTAINTIES}. */
  readonly certainty: number;
  /** A place in {@link EVIDENCE_TAGS}. */
  readonly tag: number;
  /** A place in {@link DETECTION_TYPES}. */
  readonly detection: number;
}

const OPEN_PORTS = vectorIndex('open_ports');
const PATCHING = vectorIndex('patching_cadence');
const WALK = {
  vectors: new Set([OPEN_PORTS, PATCHING]),
  isWanted: ({ vector, grade }: Traits) => vector === PATCHING || isPortAtFault(grade),
};

/** The findings of a company that show a vulnerability. `traits` is filled anew for each. */
export function* sightingsOf(
  company: Profile,
  day: number,
): Generator<{ readonly traits: Traits; readonly sighting: Sighting }> {
  for (const walked of walkFindings(company, day, WALK)) {
    const sighting = sightingIn(walked, day);
    if (sighting !== null) yield { traits: walked.traits, sighting };
  }
}

/** What a finding shows of a vulnerability; null when it shows none. */
function sightingIn({ traits, random }: Walked, day: number): Sighting | null {
  if (traits.vector === PATCHING) return sightingOf(traits, drawPatch(random, traits), day);
  if (traits.vector !== OPEN_PORTS) return null;
  const { vulnerability } = drawOpenPort(random, traits);
  return vulnerability === null ? null : sightingOf(traits, vulnerability, day);
}

/** What a finding says of the vulnerability that it shows. Patching tests for the vulnerability itself; a port tells a version, from which it follows less surely. */
export function sightingOf(traits: Traits, vulnerability: Vulnerability, day: number): Sighting {
  const isTested = traits.vector === PATCHING;
  const isLongAgo = day - traits.lastSeen > EXPOSED_DAYS;
  const isExposed = !traits.isGone && !isLongAgo;
  const mitigation = isLongAgo ? LONG_AGO : MITIGATED;
  return {
    vulnerability,
    isExposed,
    certainty: (isTested ? 1 : 0) + (vulnerability.isSure ? 1 : 0),
    tag: isExposed ? (isTested ? CONFIGURATION : VERSION) : mitigation,
    detection: day - traits.firstSeen < EARLY_DAYS ? EARLY : STANDARD,
  };
}
