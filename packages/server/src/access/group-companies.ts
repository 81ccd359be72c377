/**
 * The companies of access control groups as principals carry them: one set a group, shared by all its principals, and read
 * anew after every change of access.
 */
import type { Queryable } from '../store/store.ts';
import { readAccessVersion } from './repository.ts';

const NONE: ReadonlySet<string> = new Set();

export class GroupCompanies {
  readonly #sets = new Map<string, Promise<ReadonlySet<string>>>();
  /** The access version from before the sets were read. */
  #version: number | null = null;

  /** The upstream guids that the group holds; empty for a group of all companies, whose sets are not kept. */
  async of(db: Queryable, group: { id: string; allCompanies: boolean }): Promise<ReadonlySet<string>> {
    if (group.allCompanies) return NONE;
    // Asked on every call: whoever verifies against the database, since it cannot follow the version, must not get an old set.
    const version = await readAccessVersion(db);
    if (version !== this.#version) {
      this.#sets.clear();
      this.#version = version;
    }
    const known = this.#sets.get(group.id);
    if (known !== undefined) return known;
    const reading = readCompanies(db, group.id);
    this.#sets.set(group.id, reading);
    // A failed read is not kept, or the group would be unreadable until the next change.
    reading.catch(() => {
      if (this.#sets.get(group.id) === reading) this.#sets.delete(group.id);
    });
    return reading;
  }

  forgetAll(): void {
    this.#sets.clear();
  }
}

async function readCompanies(db: Queryable, groupId: string): Promise<ReadonlySet<string>> {
  const rows = await db
    .selectFrom('access_group_companies')
    .select('company_guid')
    .where('group_id', '=', groupId)
    .execute();
  return new Set(rows.map(row => row.company_guid));
}
