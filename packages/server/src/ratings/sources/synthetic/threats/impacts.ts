/**
 * Which vulnerabilities a company is exposed to on a day, summed over the findings that show them. One company costs a walk over
 * those of its slots that can show one, a few tenths of a microsecond each, and is kept in a few hundred bytes: ten million
 * findings are walked once a day in seconds, in pieces between which the process answers others.
 */
import { setImmediate } from 'node:timers/promises';
import { BoundedCache } from '../ordering-cache.ts';
import type { Profile } from '../profile.ts';
import { sightingsOf } from './sightings.ts';

/** What the findings of a company show of one vulnerability. */
export interface Impact {
  /** The vulnerability's place in its table. */
  readonly vulnerability: number;
  /** Is there evidence without mitigation? */
  readonly isExposed: boolean;
  /** Day numbers, over all of the evidence. */
  readonly firstSeen: number;
  readonly lastSeen: number;
  /** Of the evidence that decides, the surest: that of exposure where there is some, else all of it. */
  readonly certainty: number;
  /** Of the evidence that decides, one bit for each tag. */
  readonly tags: number;
  /** One bit for each detection type. */
  readonly detections: number;
}

type Draft = { -readonly [K in keyof Impact]: Impact[K] };

const CACHE_BYTES = 32 * 1024 * 1024;
/** So many slots are walked before others have their turn. */
const SLOTS_AT_ONCE = 200_000;
const WORDS = 3;

/** The impacts of companies by day, kept while there is room. */
export class Impacts {
  readonly #packed = new BoundedCache<Uint32Array>(CACHE_BYTES, words => words.byteLength);

  /** The impacts of one company, in the order of the vulnerabilities. */
  of(company: Profile, day: number): readonly Impact[] {
    return unpacked(this.#packed.get(cacheKey(company, day), () => packed(impactsOf(company, day))));
  }

  /** The impacts of many companies on a day, company by company. */
  async *ofAll(
    companies: Iterable<Profile>,
    day: number,
  ): AsyncGenerator<{ readonly company: Profile; readonly impacts: readonly Impact[] }> {
    let walked = 0;
    for (const company of companies) {
      if (!this.#packed.has(cacheKey(company, day))) walked += company.tenancy.findingSlots;
      if (walked > SLOTS_AT_ONCE) {
        walked = 0;
        await setImmediate();
      }
      yield { company, impacts: this.of(company, day) };
    }
  }
}

/** A company that was added by hand can be added again with other findings. */
function cacheKey({ tenancy }: Profile, day: number): string {
  return `${tenancy.key}:${tenancy.findingSlots}:${day}`;
}

function impactsOf(company: Profile, day: number): readonly Impact[] {
  const drafts: Draft[] = [];
  for (const { traits, sighting } of sightingsOf(company, day)) {
    const { index } = sighting.vulnerability;
    drafts[index] ??= {
      vulnerability: index,
      isExposed: false,
      firstSeen: traits.firstSeen,
      lastSeen: traits.lastSeen,
      certainty: 0,
      tags: 0,
      detections: 0,
    };
    const draft = drafts[index];
    draft.firstSeen = Math.min(draft.firstSeen, traits.firstSeen);
    draft.lastSeen = Math.max(draft.lastSeen, traits.lastSeen);
    draft.detections |= 1 << sighting.detection;
    if (draft.isExposed && !sighting.isExposed) continue;
    if (sighting.isExposed && !draft.isExposed) {
      draft.isExposed = true;
      draft.certainty = 0;
      draft.tags = 0;
    }
    draft.certainty = Math.max(draft.certainty, sighting.certainty);
    draft.tags |= 1 << sighting.tag;
  }
  return drafts.filter(draft => draft !== undefined);
}

function packed(impacts: readonly Impact[]): Uint32Array {
  return Uint32Array.from(
    impacts.flatMap(({ vulnerability, isExposed, certainty, tags, detections, firstSeen, lastSeen }) => [
      vulnerability | (Number(isExposed) << 16) | (certainty << 17) | (tags << 20) | (detections << 26),
      firstSeen,
      lastSeen,
    ]),
  );
}

function unpacked(words: Uint32Array): readonly Impact[] {
  return Array.from({ length: words.length / WORDS }, (_, index) => {
    const [bits = 0, firstSeen = 0, lastSeen = 0] = words.subarray(index * WORDS);
    return {
      vulnerability: bits & 0xffff,
      isExposed: ((bits >>> 16) & 1) === 1,
      certainty: (bits >>> 17) & 7,
      tags: (bits >>> 20) & 63,
      detections: (bits >>> 26) & 63,
      firstSeen,
      lastSeen,
    };
  });
}
