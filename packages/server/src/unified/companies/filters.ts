/** The filters of `/v2/tprm/companies` (unified API, "Data, /v2"). `c` is the company's row. */
import { OVERALL_GRADES } from '@sightline/model';
import { type SqlBool, sql } from 'kysely';
import { containing, isOneOf } from '../../store/sql.ts';
import {
  type Filters,
  filter,
  flag,
  idList,
  instant,
  text,
  textList,
  whole,
  wordList,
} from '../paging/filters.ts';

const lower = (values: readonly string[]) => values.map(value => value.toLowerCase());

/** Companies with these ids. */
const companyIdsFilter = filter(
  idList,
  ids => isOneOf(sql`c.id`, ids),
  'Companies with these ids, at most 100.',
);

/** A word of the name or domain. */
export const searchFilter = filter(
  text,
  value => {
    const pattern = containing(value.toLowerCase());
    return sql<SqlBool>`(c.name_key like ${pattern} escape '\\' or lower(coalesce(c.domain, '')) like ${pattern} escape '\\')`;
  },
  'Part of the name or domain.',
  'example',
);

/** Content changed since. */
export const companyUpdatedFilter = filter(
  instant,
  value => sql<SqlBool>`c.updated_at >= ${value}`,
  'Content changed at this time or later.',
  '2026-01-31T00:00:00Z',
);

export const COMPANY_FILTERS = Object.freeze({
  ids: companyIdsFilter,
  domain: filter(
    textList,
    domains => isOneOf(sql`lower(c.domain)`, lower(domains)),
    'Primary domains, in full.',
    'example.com',
  ),
  q: searchFilter,
  industry: filter(
    textList,
    names => isOneOf(sql`c.industry_key`, lower(names)),
    'Industries by name.',
    'Technology',
  ),
  grade: filter(
    wordList(OVERALL_GRADES),
    grades => isOneOf(sql`c.grade`, grades),
    'Bands of the newest rating.',
    'BASIC,INTERMEDIATE',
  ),
  score_gte: filter(whole, value => sql<SqlBool>`c.score >= ${value}`, 'Rating of at least this.', '640'),
  score_lte: filter(whole, value => sql<SqlBool>`c.score <= ${value}`, 'Rating of at most this.', '740'),
  tier: filter(textList, names => isOneOf(sql`lower(c.tier)`, lower(names)), 'Tiers by name.', 'Critical'),
  lifecycle: filter(
    textList,
    names => isOneOf(sql`lower(c.lifecycle)`, lower(names)),
    'Life-cycle stages by name.',
    'Onboarding',
  ),
  monitored: filter(
    flag,
    value => sql<SqlBool>`c.is_monitored = ${value ? 1 : 0}`,
    'Whether a subscription to the company exists.',
    'true',
  ),
  updated_since: companyUpdatedFilter,
}) satisfies Filters;
