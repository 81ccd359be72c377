/** What the synthetic world has of the things that an organization can change here: its folders, tiers and comments. */
import type { JsonObject } from '../../../wire/json.ts';
import type { AccountBase } from '../../local/account-base.ts';
import type { PortfolioReader } from '../../portfolio-reader.ts';
import { sees } from '../../source.ts';
import { syntheticComments, threadSubject } from './comments.ts';
import { syntheticFolders, vendorManager } from './folders.ts';
import { profileOf } from './profile.ts';
import { plansOfRank, syntheticTiers } from './tiers.ts';
import type { World } from './world.ts';

export function syntheticBase(world: World, reader: PortfolioReader): AccountBase {
  const lists = new WorldLists(world);
  return {
    reader,
    isEditable: true,
    organizationOf: ({ scope }) => scope.organizationId,
    folders: () => lists.today().folders,
    tiers: () => lists.today().tiers,
    actionPlans:
      () =>
      ({ rank }) =>
        plansOfRank(rank),
    comments(view, company, records) {
      const tenancy = world.portfolio(world.day()).get(company.toLowerCase());
      if (tenancy === undefined || !sees(view, tenancy.guid)) return [];
      return syntheticComments(profileOf(tenancy, world.seedKey), records, managerOf(world), world.day());
    },
    thread(view, guid) {
      const subject = threadSubject(guid, world.portfolio(world.day()).values());
      return subject !== null && sees(view, subject.company) ? subject : null;
    },
  };
}

function managerOf(world: World) {
  const own = profileOf(world.tenancy(0, world.day()), world.seedKey);
  return vendorManager(world.seedKey, own.domain);
}

interface Lists {
  readonly of: string;
  readonly folders: readonly JsonObject[];
  readonly tiers: readonly JsonObject[];
}

/** The lists of the world's day, made once for it. */
class WorldLists {
  readonly #world: World;
  #made: Lists | null = null;

  constructor(world: World) {
    this.#world = world;
  }

  today(): Lists {
    const { moment, seedKey } = this.#world;
    if (this.#made?.of === moment) return this.#made;
    const tenancies = [...this.#world.portfolio(this.#world.day()).values()];
    const profiles = tenancies.map(tenancy => profileOf(tenancy, seedKey));
    this.#made = {
      of: moment,
      folders: syntheticFolders(profiles, seedKey, managerOf(this.#world)),
      tiers: syntheticTiers(profiles, seedKey),
    };
    return this.#made;
  }
}
