/** The filters and sort keys of exposed credentials. Source: bitsight-api.md, 4.10. */
import { isJsonObject, type JsonObject } from './json.ts';
import type { ListSchema } from './list-query.ts';
import { filter, listSchema, RANGE } from './list-schema.ts';

/** Leaks of which companies of the portfolio are a part. */
export const LEAK_SCHEMA: ListSchema = listSchema({
  sorts: ['date_added', 'leak_date', 'name', 'guid'],
  order: '-date_added,guid',
});

/** The companies in each leak. */
export const AFFECTED_COMPANY_SCHEMA: ListSchema = listSchema({
  filters: [filter('date_added', 'date', { suffixes: RANGE })],
  sorts: ['date_added', 'company_name', 'company_guid', 'leak_guid', 'record_count'],
  order: '-date_added,company_guid,leak_guid',
});

/** The leaks that a company is in. `q` looks for the name of the event and for domains, which are keys. */
export const EXPOSURE_EVENT_SCHEMA: ListSchema = Object.freeze({
  ...listSchema({
    sorts: ['name', 'observation_date', 'event_date', 'record_count', 'guid'],
    order: '-observation_date,guid',
  }),
  searched: ({ name, domains }: JsonObject) => [
    typeof name === 'string' ? name : null,
    ...(isJsonObject(domains) ? Object.keys(domains) : []),
  ],
});

/** The accounts of a company: a bare array upstream, so that it is whole unless it is asked for in parts. */
export const EXPOSED_ACCOUNT_SCHEMA: ListSchema = listSchema({
  filters: [
    filter('domain', 'text', { read: ({ account }) => [String(account).split('@').at(-1) ?? null] }),
    filter('observation_date', 'date', { suffixes: RANGE }),
  ],
  sorts: ['observation_date', 'breach_date', 'breach_name', 'account'],
  order: '-observation_date,breach_name,account',
  searched: ['account', 'breach_name'],
  limit: Number.MAX_SAFE_INTEGER,
});
