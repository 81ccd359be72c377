/**
 * A walk over the findings of a company on a day that makes no records: traits, subject, and chance where the details begin.
 * What lists about assets, vulnerabilities and threats count is counted on this walk, and so is what the findings show.
 */
import type { Profile } from './profile.ts';
import { mix, Random } from './random.ts';
import { drawSubject, type Subject } from './subjects.ts';
import { fillTraits, newTraits, type Traits, vectorAt } from './traits.ts';
import { modelAt, VECTOR_MODELS } from './vectors.ts';

/** A finding on the walk. The objects are the same for every finding, filled anew: read them before the next one. */
export interface Walked {
  readonly traits: Traits;
  readonly subject: Subject;
  /** Stands where the details of the finding begin to be drawn. */
  readonly random: Random;
}

interface WalkOptions {
  /** Only findings of these vectors, by their place in the table of vectors; all of them where it is absent. */
  readonly vectors?: ReadonlySet<number>;
  /** Only findings that pass. */
  readonly isWanted?: (traits: Traits) => boolean;
}

/** The place of a vector in the table of vectors. */
export function vectorIndex(slug: string): number {
  return VECTOR_MODELS.findIndex(({ vector }) => vector.slug === slug);
}

/** The findings of a company on a day, in the order of their slots. */
export function* walkFindings(
  { tenancy, domain }: Profile,
  day: number,
  { vectors, isWanted }: WalkOptions = {},
): Generator<Walked> {
  const { key, findingSlots } = tenancy;
  const traits = newTraits();
  const random = new Random();
  for (let slot = 0; slot < findingSlots; slot++) {
    if (vectors !== undefined && !vectors.has(vectorAt(key, slot))) continue;
    if (!fillTraits(key, slot, day, traits)) continue;
    if (isWanted !== undefined && !isWanted(traits)) continue;
    startFinding(random, traits);
    const subject = drawSubject(random, tenancy, domain, modelAt(traits.vector).domainShare);
    yield { traits, subject, random };
  }
}

/** Puts chance where the record of a finding begins. */
export function startFinding(random: Random, { key }: Pick<Traits, 'key'>): Random {
  return random.restart(mix(key, 21));
}
