/** The filters of `/v2/tprm/findings` (unified API, "Data, /v2"). `c` is the company's row, `f` the finding's. */
import { FINDING_STATES, RISK_CATEGORIES, SEVERITIES } from '@sightline/model';
import { type SqlBool, sql } from 'kysely';
import { type Condition, isOneOf, listOf } from '../../store/sql.ts';
import { day, type Filters, filter, flag, idList, instant, textList, wordList } from '../paging/filters.ts';

/** Severities as the column has them: a finding without one is UNKNOWN. */
export const COLUMN_SEVERITIES = [...SEVERITIES, 'UNKNOWN'] as const;

/** Findings of the visible company that name one of these CVEs; led by the company, as the index of terms is. */
function namesCve(cves: readonly string[]): Condition {
  const terms = cves.map(cve => `cve:${cve.toUpperCase()}`);
  return sql<SqlBool>`f.id in (select t.finding_id from finding_terms t
    where t.company_id = c.id and ${isOneOf(sql`t.term`, terms)})`;
}

/** Findings of the visible company about one of these assets: the first is a column, further ones are terms. */
function isAbout(assets: readonly string[]): Condition {
  const keys = assets.map(asset => asset.toLowerCase());
  const terms = keys.map(key => `asset:${key}`);
  return sql<SqlBool>`f.id in (
    select a.id from findings a where a.company_id = c.id and ${isOneOf(sql`a.asset`, keys)}
    union all select t.finding_id from finding_terms t where t.company_id = c.id and ${isOneOf(sql`t.term`, terms)})`;
}

/** `Compromised Systems`, also written `compromised_systems`; categories we do not know pass as they are. */
function categoryOf(text: string): string {
  const plain = (word: string) => word.toLowerCase().replaceAll('_', ' ');
  return RISK_CATEGORIES.find(category => plain(category) === plain(text)) ?? text;
}

export const severityFilter = filter(
  wordList(COLUMN_SEVERITIES),
  words => isOneOf(sql`f.severity`, words),
  'Unified severity; UNKNOWN is none.',
  'CRITICAL,HIGH',
);
export const stateFilter = filter(
  wordList(FINDING_STATES),
  words => isOneOf(sql`f.state`, words),
  'Where the finding stands.',
  'OPEN,REOPENED',
);
export const cveFilter = filter(textList, namesCve, 'CVE ids that the finding names.', 'CVE-2024-3094');
export const firstSeenFilter = filter(
  day,
  value => sql<SqlBool>`f.first_seen >= ${value}`,
  'First seen on this day or later.',
  '2026-01-31',
);
export const lastSeenFilter = filter(
  day,
  value => sql<SqlBool>`f.last_seen >= ${value}`,
  'Last seen on this day or later.',
  '2026-01-31',
);
export const stateUpdatedFilter = filter(
  instant,
  value => sql<SqlBool>`f.state_updated_at >= ${value}`,
  'State changed at this time or later.',
  '2026-01-31T00:00:00Z',
);

export const FINDING_FILTERS = Object.freeze({
  ids: filter(idList, ids => sql<SqlBool>`f.id in ${listOf(ids)}`, 'Findings with these ids, at most 100.'),
  company_id: filter(idList, ids => isOneOf(sql`c.id`, ids), 'Findings of these companies.'),
  severity: severityFilter,
  state: stateFilter,
  category: filter(
    textList,
    names => isOneOf(sql`f.category`, names.map(categoryOf)),
    'Risk categories.',
    'Diligence',
  ),
  factor: filter(
    textList,
    slugs =>
      isOneOf(
        sql`f.factor`,
        slugs.map(slug => slug.toLowerCase()),
      ),
    'Risk vectors by slug.',
    'open_ports',
  ),
  affects_score: filter(
    flag,
    value => sql<SqlBool>`f.affects_score = ${value ? 1 : 0}`,
    'Whether the finding counts in the rating.',
    'true',
  ),
  cve: cveFilter,
  asset: filter(
    textList,
    isAbout,
    'Addresses, domains or applications concerned, in full.',
    'www.example.com',
  ),
  first_seen_since: firstSeenFilter,
  last_seen_since: lastSeenFilter,
  state_updated_since: stateUpdatedFilter,
  updated_since: filter(
    instant,
    value => sql<SqlBool>`f.updated_at >= ${value}`,
    'Content changed at this time or later. Alone it also orders the list by updated_at.',
    '2026-01-31T00:00:00Z',
  ),
}) satisfies Filters;
