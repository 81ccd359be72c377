/**
 * How the filters and sort keys of the portfolio (wire/portfolio-filters.ts) read `company_listings`, alias `l`. Who changes what a
 * company shows, changes here what it answers to.
 */
import { type RawBuilder, type SqlBool, sql } from 'kysely';
import { isOneOf, type Condition as Where } from '../../../store/sql.ts';
import type { Condition } from '../../../wire/filters.ts';
import { keptText, LAST_TEXT } from '../../../wire/kept-values.ts';
import { customIdKey, isInFolderHere, type KeptHere, tierKey, tierOrder } from './kept-here.ts';
import type { KeptFilters, KeptOrders, KeptValue } from './sql-conditions.ts';

const text = (column: RawBuilder<unknown>): KeptValue => ({ as: 'text', column });

const GUID: KeptValue = { ...text(sql`l.guid_key`), last: LAST_TEXT };
const NAME: KeptValue = { ...text(sql`l.name_key`), last: LAST_TEXT };
const RATING: KeptValue = { as: 'number', column: sql`l.rating` };

/** The sort keys, over what is kept here of companies. */
export function portfolioOrders(kept: KeptHere): KeptOrders {
  return { ...ORDERS_OF_THE_ROW, tier: { column: tierOrder(kept) } };
}

const ORDERS_OF_THE_ROW: KeptOrders = Object.freeze({
  name: NAME,
  guid: GUID,
  rating: RATING,
  added_date: text(sql`l.added_date`),
  'industry.name': text(sql`l.industry_key`),
  'life_cycle.name': text(sql`l.life_cycle_key`),
  'relationship.name': text(sql`l.relationship_key`),
  'subscription_type.name': text(sql`l.subscription_key`),
});

/** The filters over what these connections have stored, and over what is kept here of companies. */
export function portfolioFilters(connectionIds: readonly string[], kept: KeptHere): KeptFilters {
  return {
    ...OF_THE_ROW,
    custom_id: text(customIdKey(kept)),
    tier: condition => isInTier(condition, tierKey(kept)),
    folder: condition => isInFolder(condition, connectionIds, kept),
  };
}

const OF_THE_ROW: KeptFilters = {
  guid: GUID,
  name: NAME,
  rating: RATING,
  primary_domain: text(sql`l.domain_key`),
  type: { as: 'list', column: sql`l.types` },
  'industry.name': text(sql`l.industry_key`),
  'industry.slug': text(sql`l.industry_slug`),
  'sub_industry.name': text(sql`l.sub_industry_key`),
  'sub_industry.slug': text(sql`l.sub_industry_slug`),
  'subscription_type.slug': text(sql`l.subscription_slug`),
  'exclude_subscription_type.slug': text(sql`l.subscription_slug`),
  exclude_alerts_only: { as: 'flag', column: sql`(case l.subscription_slug when 'alerts-only' then 1 end)` },
  'life_cycle.slug': text(sql`l.life_cycle_slug`),
  'relationship.slug': text(sql`l.relationship_slug`),
  'risk_vectors.slug': ({ operands }) =>
    hasGrade(sql`${isOneOf(sql`g.key`, texts(operands))} and g.value <> 'n/a'`),
  'risk_vectors.grade': ({ operands }) => hasGrade(isOneOf(sql`g.value`, texts(operands))),
  risk_vectors: ({ operands }) => hasGrade(isOneOf(sql`g.key || ':' || g.value`, texts(operands))),
  // Where a company's network is, is not stored: the filter is passed through where it can be, and else ignored.
  countries: () => sql`1 = 1`,
};

/** A company without a tier answers to `null` and to `untiered`. */
function isInTier({ operands }: Condition, tier: RawBuilder<unknown>): Where {
  const isNamed = isOneOf(tier, texts(operands).map(keptText));
  const takesNone = operands.has('null') || operands.has('untiered');
  return takesNone ? sql<SqlBool>`(${tier} is null or ${isNamed})` : isNamed;
}

/** A company that is in no folder answers to `null`. */
function isInFolder({ operands }: Condition, connectionIds: readonly string[], kept: KeptHere): Where {
  const guids = texts(operands);
  const isNamed = sql<SqlBool>`(${isAmong(membersOf(connectionIds, isOneOf(sql`lower(f.guid)`, guids)))}
    or ${isInFolderHere(kept, guids)})`;
  if (!operands.has('null')) return isNamed;
  const isInAny = sql`${isAmong(membersOf(connectionIds, sql`1 = 1`))} or ${isInFolderHere(kept, null)}`;
  return sql<SqlBool>`(not (${isInAny}) or ${isNamed})`;
}

function isAmong(members: RawBuilder<unknown>): Where {
  return sql<SqlBool>`((l.connection_id, l.guid_key) in (${members}))`;
}

/** Connection and guid of each company of some folders (alias `f`): each folder is read once, whatever the portfolio's size. */
function membersOf(connectionIds: readonly string[], which: Where): RawBuilder<unknown> {
  return sql`select f.connection_id, lower(m.value)
    from account_lists f cross join json_each(f.record, '$.companies') m
    where ${isOneOf(sql`f.connection_id`, connectionIds)} and f.list = 'folders' and ${which} and m.type = 'text'`;
}

function hasGrade(which: Where): Where {
  return sql<SqlBool>`exists (select 1 from json_each(l.grades) g where ${which})`;
}

function texts(operands: ReadonlySet<unknown>): readonly string[] {
  return [...operands].filter(operand => typeof operand === 'string');
}
