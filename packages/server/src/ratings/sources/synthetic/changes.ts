/**
 * What was done to a synthetic world by hand: days moved, companies added and dropped, breaches made. Everything else about the
 * world stays a pure function; whoever keeps something computed from it keeps the version beside it.
 */
import { z } from 'zod';

const Day = z.int();

/** A company that was added: what was said of it, the rest follows from its key. */
const AddedCompany = z.object({
  guid: z.string(),
  /** The key of everything about it. */
  key: z.int().nonnegative(),
  name: z.string(),
  domain: z.string(),
  /** Slug of its industry or of a part of one; null: as its key has it. */
  industry: z.string().nullable(),
  customId: z.string().nullable(),
  findingSlots: z.int().nonnegative(),
  /** The day it was added. */
  joined: Day,
});
export type AddedCompany = z.infer<typeof AddedCompany>;

/** A breach that was made, beside those that the world has by itself. */
const MadeBreach = z.object({
  guid: z.string(),
  companyGuid: z.string(),
  /** 0 to 3 (bitsight-api.md, 4.1). */
  severity: z.int().min(0).max(3),
  /** The day it happened; before that day it is not known. */
  date: Day,
  text: z.string(),
  eventType: z.string(),
});
export type MadeBreach = z.infer<typeof MadeBreach>;

/** What can be kept from one start to the next: not the days, which a start is told. */
export const KeptChanges = z.object({
  added: z.array(AddedCompany),
  dropped: z.array(z.string()),
  breaches: z.array(MadeBreach),
});
export type KeptChanges = z.infer<typeof KeptChanges>;

export class WorldChanges {
  #version = 0;
  #days = 0;
  readonly #added: AddedCompany[] = [];
  readonly #dropped = new Set<string>();
  readonly #breaches: MadeBreach[] = [];

  /** Another one after each change but that of the day. */
  get version(): number {
    return this.#version;
  }

  /** How many days the world is ahead of its clock; negative when it is behind. */
  get days(): number {
    return this.#days;
  }

  /** The companies that were added, with those of them that were dropped again, in the order in which they came. */
  get added(): readonly AddedCompany[] {
    return this.#added;
  }

  /** Guids of the companies that are not in the portfolio any more. */
  get dropped(): ReadonlySet<string> {
    return this.#dropped;
  }

  get breaches(): readonly MadeBreach[] {
    return this.#breaches;
  }

  moveBy(days: number): void {
    this.#days += days;
  }

  /** Adds a company; one that was added and dropped before is back, as it is now said to be. */
  add(company: AddedCompany): void {
    const known = this.#added.findIndex(({ guid }) => guid === company.guid);
    this.#added.splice(known < 0 ? this.#added.length : known, 1, company);
    this.takeBack(company.guid);
  }

  drop(guid: string): void {
    this.#dropped.add(guid);
    this.#version++;
  }

  /** Takes a dropped company back. */
  takeBack(guid: string): void {
    this.#dropped.delete(guid);
    this.#version++;
  }

  addBreach(breach: MadeBreach): void {
    this.#breaches.push(breach);
    this.#version++;
  }

  /** Everything is as it was at the start. */
  undo(): void {
    this.#days = 0;
    this.restore({ added: [], dropped: [], breaches: [] });
  }

  kept(): KeptChanges {
    return { added: [...this.#added], dropped: [...this.#dropped], breaches: [...this.#breaches] };
  }

  /** Puts what was kept in the place of what there is. */
  restore(kept: KeptChanges): void {
    this.#added.splice(0, this.#added.length, ...kept.added);
    this.#dropped.clear();
    for (const guid of kept.dropped) this.#dropped.add(guid);
    this.#breaches.splice(0, this.#breaches.length, ...kept.breaches);
    this.#version++;
  }
}
