/**
 * What is kept here, as queries read it. The sandbox's world is made in memory and asks at every row, so for it the lists are
 * held in memory too, and read again after each change; this process is the only one that changes them.
 */
import type { Store } from '../../store/store.ts';
import { type Comment, readComments } from './comment-repository.ts';
import { type LocalLists, NO_LISTS } from './local-lists.ts';
import { organizationsWithLists, readLists } from './local-repository.ts';
import { type Remediation, readRemediations } from './remediation-repository.ts';

export interface LocalReader {
  /** Another one after each change of the lists: the key of whatever is computed from them and kept. */
  readonly version: number;
  /** The lists as they are held in memory; of an organization that said nothing, or where none are held, {@link NO_LISTS}. */
  held(organizationId: string): LocalLists;
  /** The lists as the database has them. */
  lists(organizationId: string): Promise<LocalLists>;
  /** Comments on a finding, in no order. */
  comments(organizationId: string, company: string, finding: string): Promise<readonly Comment[]>;
  /** All remediations of an organization, in no order. */
  remediations(organizationId: string): Promise<readonly Remediation[]>;
}

/** For a portfolio without a store: nothing is kept. */
export const NOTHING_LOCAL: LocalReader = Object.freeze({
  version: 0,
  held: () => NO_LISTS,
  lists: async () => NO_LISTS,
  comments: async () => [],
  remediations: async () => [],
});

export class LocalState implements LocalReader {
  readonly #store: Store;
  readonly #held = new Map<string, LocalLists>();
  #holds = false;
  #version = 0;
  /** The last reading; each begins when the one before has ended, so that the newest is the one that stays. */
  #reading: Promise<void> = Promise.resolve();

  constructor(store: Store) {
    this.#store = store;
  }

  get version(): number {
    return this.#version;
  }

  held(organizationId: string): LocalLists {
    return this.#held.get(organizationId) ?? NO_LISTS;
  }

  lists(organizationId: string): Promise<LocalLists> {
    return readLists(this.#store.db, organizationId);
  }

  comments(organizationId: string, company: string, finding: string): Promise<readonly Comment[]> {
    return readComments(this.#store.db, { organizationId, company, finding });
  }

  remediations(organizationId: string): Promise<readonly Remediation[]> {
    return readRemediations(this.#store.db, organizationId);
  }

  /** Reads the lists of every organization and holds them from now on. */
  async hold(): Promise<void> {
    this.#holds = true;
    for (const organizationId of await organizationsWithLists(this.#store.db)) {
      await this.changed(organizationId);
    }
  }

  /** Forgets everything that is kept here. */
  async forget(): Promise<void> {
    await forgetLocalState(this.#store);
    const reading = this.#reading.then(() => {
      this.#held.clear();
      this.#version += 1;
    });
    this.#reading = reading;
    await reading;
  }

  /** To be called after a change was committed; resolves when it is seen. */
  async changed(organizationId: string): Promise<void> {
    if (!this.#holds) return;
    const reading = this.#reading.then(async () => {
      this.#held.set(organizationId, await this.lists(organizationId));
      this.#version += 1;
    });
    this.#reading = reading.catch(() => {});
    await reading;
  }
}

/** Forgets everything that is kept here, of every organization. */
export async function forgetLocalState(store: Store): Promise<void> {
  const tables = [
    'local_folder_companies',
    'local_folders',
    'local_company_tiers',
    'local_tiers',
    'local_custom_ids',
    'local_comments',
    'local_remediations',
  ] as const;
  await store.write(async transaction => {
    for (const table of tables) await transaction.deleteFrom(table).execute();
  });
}
