/**
 * Requests for companies to be added: those that were answered with a company of the portfolio, and a few that are under way.
 * Fields: upstream's API description of `/v2/company-requests`; how it calls the states of a request is not known.
 */
import type { JsonObject } from '../../../wire/json.ts';
import type { Answer, Queries, View } from '../../source.ts';
import type { SyntheticContext } from './context.ts';
import { dayText, timeText } from './days.ts';
import { type InventoryCompany, inventoryOf } from './inventory.ts';
import type { Profile } from './profile.ts';
import { guidOf, mix } from './random.ts';

export function requestQueries(context: SyntheticContext): Queries {
  const inventory = inventoryOf(context.world.seedKey);
  return { 'company-requests': view => requests(context, inventory, view) };
}

/** Requests are kept for so many days. */
const KEPT_DAYS = 400;
/** One in so many companies outside the portfolio is asked for at any time, for so many days. */
const ASKED_ONE_IN = 60;
const PENDING_DAYS = 10;

/** A request that has no company yet is of the whole account: a group sees none. */
function requests(context: SyntheticContext, inventory: readonly InventoryCompany[], view: View): Answer {
  const { day, world } = context;
  const requester = { guid: guidOf(world.seedKey, 990), formal_name: 'Sandbox Administrator' };
  const rows: JsonObject[] = [];
  for (const company of context.companies(view)) {
    if (day - company.tenancy.joined > KEPT_DAYS || company.isOwn) continue;
    rows.push({ ...fulfilled(company), requester });
  }
  if (view.scope.companies === 'all') {
    const term = Math.floor(day / PENDING_DAYS);
    for (const company of inventory) {
      if (mix(company.key, 100 + term) % ASKED_ONE_IN !== 0) continue;
      rows.push({ ...pending(company, term), requester });
    }
  }
  return { kind: 'rows', rows };
}

function fulfilled({ tenancy, name, domain, subscription, types }: Profile): JsonObject {
  const asked = tenancy.joined - 1 - (mix(tenancy.key, 81) % 5);
  return {
    guid: guidOf(tenancy.key, 82),
    domain,
    subscription_type: subscription.slug,
    status: 'Completed',
    created_time: momentOf(asked, tenancy.key),
    updated_time: momentOf(tenancy.joined, tenancy.key),
    company: {
      guid: tenancy.guid,
      name,
      in_portfolio: true,
      can_view: true,
      can_subscribe: false,
      is_bundle: false,
      self_published: types.includes('SELF-PUBLISHED') ? 'public' : null,
    },
  };
}

function pending({ key, domain }: InventoryCompany, term: number): JsonObject {
  const asked = momentOf(term * PENDING_DAYS, key);
  return {
    guid: guidOf(mix(key, term), 82),
    domain,
    subscription_type: 'continuous_monitoring',
    status: 'Pending',
    created_time: asked,
    updated_time: asked,
    company: null,
  };
}

function momentOf(day: number, key: number): string {
  return `${dayText(day)}T${timeText(mix(key, day))}Z`;
}
