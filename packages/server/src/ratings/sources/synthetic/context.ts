/** What the queries of the synthetic source share: the world, its day, and which companies a view sees in it. */
import { sees, type View } from '../../source.ts';
import { type Profile, profileOf } from './profile.ts';
import type { World } from './world.ts';

export class SyntheticContext {
  readonly world: World;

  constructor(world: World) {
    this.world = world;
  }

  /** The world's day, as a day number. */
  get day(): number {
    return this.world.day();
  }

  /** The companies that the view sees today; the own company first. */
  *companies(view: Pick<View, 'scope'>): Generator<Profile> {
    for (const tenancy of this.world.portfolio(this.day).values()) {
      if (sees(view, tenancy.guid)) yield profileOf(tenancy, this.world.seedKey);
    }
  }

  /** A company that the view sees today, or null. */
  company(view: Pick<View, 'scope'>, guid: string): Profile | null {
    const tenancy = this.world.portfolio(this.day).get(guid.toLowerCase());
    return tenancy !== undefined && sees(view, tenancy.guid) ? profileOf(tenancy, this.world.seedKey) : null;
  }
}
