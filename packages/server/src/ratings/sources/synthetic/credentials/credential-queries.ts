/** The synthetic source's answers about exposed credentials. Shapes: bitsight-api.md, 4.10. */
import { EXPOSED_ACCOUNT_SCHEMA } from '../../../../wire/credential-filters.ts';
import type { JsonObject } from '../../../../wire/json.ts';
import { pageOf } from '../../../../wire/rows.ts';
import type { Answer, Ask, Queries, View } from '../../../source.ts';
import type { SyntheticContext } from '../context.ts';
import { dayText } from '../days.ts';
import type { Profile } from '../profile.ts';
import { mix } from '../random.ts';
import { accountDomains, accountsIn, type Exposure, exposureIn, type Leak, leaksOn } from './leaks.ts';

export function credentialQueries(context: SyntheticContext): Queries {
  const ofCompany =
    (answer: (exposures: readonly Exposure[], company: Profile, ask: Ask) => Answer) =>
    (view: View, ask: Ask): Answer | null => {
      const company = context.company(view, ask.path.guid ?? '');
      return company === null ? null : answer(exposuresOf(context, company), company, ask);
    };
  return {
    'credentials.leaks': view => ({ kind: 'rows', rows: leaks(context, view) }),
    'credentials.affected-companies': view => ({ kind: 'rows', rows: affected(context, view) }),
    'company.credentials.events': ofCompany((exposures, company) => ({
      kind: 'rows',
      rows: exposures.map(exposure => eventRow(exposure, company)),
    })),
    'company.credentials': ofCompany((exposures, company, { query }) => {
      const rows = exposures.flatMap(exposure => credentialRows(exposure, company));
      return { kind: 'page', page: pageOf(rows, query, EXPOSED_ACCOUNT_SCHEMA) };
    }),
    'company.credentials.summaries': ofCompany(exposures => ({
      kind: 'body',
      body: summaries(exposures, context.day),
    })),
  };
}

function exposuresOf({ world, day }: SyntheticContext, company: Profile): readonly Exposure[] {
  return leaksOn(world.seedKey, day)
    .map(leak => exposureIn(leak, company, day))
    .filter(exposure => exposure !== null);
}

function leaks(context: SyntheticContext, view: View): readonly JsonObject[] {
  const { day } = context;
  const companies = [...context.companies(view)];
  return leaksOn(context.world.seedKey, day)
    .filter(leak => companies.some(company => exposureIn(leak, company, day) !== null))
    .map(leakRow);
}

function leakRow(leak: Leak): JsonObject {
  const leaked = dayText(leak.day);
  return {
    guid: leak.guid,
    name: leak.name,
    // Of older leaks often only the month or the year is known.
    leak_date: leaked.slice(0, [10, 10, 7, 4][mix(leak.key, 5) % 4]),
    date_added: dayText(leak.added),
    description: `Accounts of ${leak.name}, a service that does not exist, were copied.`,
    data_types_leaked: leak.dataTypes,
  };
}

function affected(context: SyntheticContext, view: View): readonly JsonObject[] {
  const rows: JsonObject[] = [];
  for (const company of context.companies(view)) {
    for (const exposure of exposuresOf(context, company)) {
      const { leak, observed, count } = exposure;
      rows.push({
        company_guid: company.tenancy.guid,
        company_name: company.name,
        leak_guid: leak.guid,
        date_added: dayText(observed),
        record_count: count,
        unique_domain_count: new Set(accountDomains(exposure, company)).size,
      });
    }
  }
  return rows;
}

function eventRow(exposure: Exposure, company: Profile): JsonObject {
  const { leak, observed, count } = exposure;
  const domains: Record<string, number> = {};
  for (const domain of accountDomains(exposure, company)) domains[domain] = (domains[domain] ?? 0) + 1;
  return {
    guid: leak.guid,
    name: leak.name,
    event_date: dayText(leak.day),
    observation_date: dayText(observed),
    record_count: count,
    domains,
    data_classes: leak.dataTypes.map(({ name }) => name),
  };
}

function credentialRows(exposure: Exposure, company: Profile): readonly JsonObject[] {
  const { leak, observed } = exposure;
  return accountsIn(exposure, company).map(account => ({
    account,
    breach_date: dayText(leak.day),
    breach_name: leak.name,
    observation_date: dayText(observed),
  }));
}

function summaries(exposures: readonly Exposure[], day: number): JsonObject {
  const ofLast = (days: number) =>
    exposures.reduce((sum, { observed, count }) => (day - observed < days ? sum + count : sum), 0);
  return {
    credentials_count: ofLast(Number.POSITIVE_INFINITY),
    credentials_last_7_days: ofLast(7),
    credentials_last_30_days: ofLast(30),
    credentials_last_365_days: ofLast(365),
    events_count: exposures.length,
  };
}
