/**
 * Subscriptions of the synthetic account: which companies are monitored how, and how many more may be. Fields: bitsight-api.md, 4.7
 * and 5.3. Quotas follow from the companies that the view sees, so that they tell a group nothing of the others.
 */
import type { JsonObject } from '../../../wire/json.ts';
import type { Queries, View } from '../../source.ts';
import type { SyntheticContext } from './context.ts';
import { dayText } from './days.ts';
import { OWN_SUBSCRIPTION, SUBSCRIPTIONS } from './profile.ts';

export function subscriptionQueries(context: SyntheticContext): Queries {
  return { subscriptions: view => ({ kind: 'body', body: subscriptions(context, view) }) };
}

/** Quotas are sold by so many. */
const QUOTA_STEP = 25;

function subscriptions(context: SyntheticContext, view: View): JsonObject {
  const companies = [...context.companies(view)];
  const types = [...SUBSCRIPTIONS, OWN_SUBSCRIPTION].map(({ name, slug }) => {
    const own = companies.filter(({ subscription }) => subscription.slug === slug);
    const quota = (Math.floor(own.length / QUOTA_STEP) + 1) * QUOTA_STEP;
    const rows = own.map(company => ({
      guid: company.tenancy.guid,
      name: company.name,
      start_date: dayText(company.tenancy.joined),
    }));
    return [slug, { name, quota, remaining: quota - own.length, companies: rows }];
  });
  return Object.fromEntries(types);
}
