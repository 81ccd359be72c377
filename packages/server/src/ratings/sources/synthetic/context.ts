/** What the queries of the synthetic source share: the world, its day, and which companies a view sees in it. */
import { NO_LISTS, placed, type TierPlace } from '../../local/local-lists.ts';
import { type LocalReader, NOTHING_LOCAL } from '../../local/local-state.ts';
import { sees, type View } from '../../source.ts';
import { type Profile, profileOf, tiersOf } from './profile.ts';
import type { Tenancy, World } from './world.ts';

export class SyntheticContext {
  readonly world: World;
  readonly #local: LocalReader;
  readonly #tiers: ReadonlyMap<string, TierPlace>;

  /** `local`: what was said of companies beside the world. */
  constructor(world: World, local: LocalReader = NOTHING_LOCAL) {
    this.world = world;
    this.#local = local;
    this.#tiers = new Map(tiersOf(world.seedKey).map(tier => [tier.guid, tier]));
  }

  /** Another one with each day and each change, by hand or of what is kept beside: the key of what is kept of companies. */
  get moment(): string {
    return `${this.world.moment}/${this.#local.version}`;
  }

  /** The world's day, as a day number. */
  get day(): number {
    return this.world.day();
  }

  /** The companies that the view sees today; the own company first. */
  *companies(view: Pick<View, 'scope'>): Generator<Profile> {
    for (const tenancy of this.tenancies(view)) yield this.profile(view, tenancy);
  }

  /** The same, for those who need no more than the key of each. */
  *tenancies(view: Pick<View, 'scope'>): Generator<Tenancy> {
    for (const tenancy of this.world.portfolio(this.day).values()) {
      if (sees(view, tenancy.guid)) yield tenancy;
    }
  }

  /** The company as the view's organization has it: in its tier and folders, under its custom id. */
  profile({ scope }: Pick<View, 'scope'>, tenancy: Tenancy): Profile {
    const profile = profileOf(tenancy, this.world.seedKey);
    const lists = this.#local.held(scope.organizationId);
    if (lists === NO_LISTS) return profile;
    return { ...profile, ...placed(lists, tenancy.guid, profile, guid => this.#tiers.get(guid) ?? null) };
  }

  /** A company that the view sees today, or null. */
  company(view: Pick<View, 'scope'>, guid: string): Profile | null {
    const tenancy = this.world.portfolio(this.day).get(guid.toLowerCase());
    return tenancy !== undefined && sees(view, tenancy.guid) ? this.profile(view, tenancy) : null;
  }
}
