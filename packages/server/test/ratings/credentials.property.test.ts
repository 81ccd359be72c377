/** Exposed credentials add up: leaks, the companies in them, and the accounts of each company, for random groups and days. */
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { FiguresLab, fieldsOf } from './figures-lab.ts';

let lab: FiguresLab;
beforeAll(async () => {
  lab = await FiguresLab.start({ seed: 'credentials', companies: 8, findingsPerCompany: 5 });
});
beforeEach(() => lab.askedBy(null));
afterAll(() => lab.close());

const Day = z.iso.date();
const Leak = z.object({
  guid: z.uuid(),
  name: z.string(),
  leak_date: z.string().regex(/^\d{4}(-\d{2}){0,2}$/),
  date_added: Day,
  data_types_leaked: z.array(z.object({ name: z.string(), description: z.string() })).min(1),
});
const Affected = z.object({
  company_guid: z.string(),
  leak_guid: z.string(),
  date_added: Day,
  record_count: z.int().positive(),
  unique_domain_count: z.int().positive(),
});
const Event = z.object({
  guid: z.string(),
  name: z.string(),
  event_date: Day,
  observation_date: Day,
  record_count: z.int(),
  domains: z.record(z.string(), z.int().positive()),
  data_classes: z.array(z.string()),
});
const Credential = z.object({
  account: z.string(),
  breach_name: z.string(),
  breach_date: Day,
  observation_date: Day,
});

const path = (guid: string, what: string) => `/v1/companies/${guid}/exposed-credentials/${what}`;
const eventsOf = (guid: string, query = '') => lab.rows(path(guid, `events${query}`), Event);
const credentialsOf = (guid: string, query = '') =>
  lab.read(path(guid, `credentials${query}`), z.array(Credential));
const affected = (query = '') => lab.rows(`/v1/exposed-credentials/affected-companies${query}`, Affected);
const daysBefore = (day: string, days: number) =>
  new Date(Date.parse(day) - days * 86_400_000).toISOString().slice(0, 10);

test('events, accounts, affected companies and leaks are the same exposures, in every group and on any day', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.subarray([0, 1, 2, 3, 4, 5, 6, 7]),
      fc.integer({ min: -400, max: 400 }),
      async (chosen, days) => {
        lab.pass(days);
        try {
          const today = lab.source.today();
          const guids = lab.companies.filter((_, index) => chosen.includes(index));
          lab.askedBy(guids);
          const rows = await affected();
          const leaks = await lab.rows('/v1/exposed-credentials/leaks', Leak);
          expect(leaks.map(({ guid }) => guid).sort()).toEqual(
            [...new Set(rows.map(row => row.leak_guid))].sort(),
          );
          expect(leaks.every(leak => leak.leak_date <= leak.date_added && leak.date_added <= today)).toBe(
            true,
          );
          let events = 0;
          for (const guid of guids) {
            const own = await eventsOf(guid);
            const credentials = await credentialsOf(guid);
            events += own.length;
            for (const event of own) {
              const accounts = credentials.filter(row => row.breach_name === event.name);
              const domains = Object.groupBy(accounts, ({ account }) => account.split('@')[1] ?? '');
              expect(new Set(accounts.map(row => row.account)).size).toBe(event.record_count);
              expect(Object.entries(domains).map(([domain, of]) => [domain, of?.length])).toEqual(
                expect.arrayContaining(Object.entries(event.domains)),
              );
              expect(rows).toContainEqual({
                company_guid: guid,
                leak_guid: event.guid,
                date_added: event.observation_date,
                record_count: event.record_count,
                unique_domain_count: Object.keys(event.domains).length,
              });
              const leak = leaks.find(row => row.guid === event.guid);
              expect(leak?.name).toBe(event.name);
              expect(leak?.data_types_leaked.map(({ name }) => name)).toEqual(event.data_classes);
              expect(event.event_date.startsWith(leak?.leak_date ?? 'none')).toBe(true);
            }
            const since = (age: number) =>
              credentials.filter(row => row.observation_date > daysBefore(today, age)).length;
            expect(await lab.read(path(guid, 'summaries'), z.record(z.string(), z.int()))).toEqual({
              credentials_count: credentials.length,
              credentials_last_7_days: since(7),
              credentials_last_30_days: since(30),
              credentials_last_365_days: since(365),
              events_count: own.length,
            });
          }
          expect(rows).toHaveLength(events);
        } finally {
          lab.askedBy(null);
          lab.pass(-days);
        }
      },
    ),
    { numRuns: 15 },
  );
});

test('rows have the documented fields and no secret; every account is of a reserved domain', async () => {
  const Row = z.record(z.string(), z.unknown());
  const [affectedRow] = await lab.rows('/v1/exposed-credentials/affected-companies', Row);
  expect(fieldsOf(affectedRow)).toEqual([
    'company_guid',
    'company_name',
    'leak_guid',
    'date_added',
    'record_count',
    'unique_domain_count',
  ]);
  const [leak] = await lab.rows('/v1/exposed-credentials/leaks', Row);
  expect(fieldsOf(leak)).toEqual([
    'guid',
    'name',
    'leak_date',
    'date_added',
    'description',
    'data_types_leaked',
    'data_types_leaked.name',
    'data_types_leaked.description',
  ]);
  for (const guid of lab.companies) {
    for (const row of await lab.read(path(guid, 'credentials'), z.array(Row))) {
      expect(Object.keys(row)).toEqual(['account', 'breach_date', 'breach_name', 'observation_date']);
      expect(row.account).toMatch(/^user\d{5}@[a-z.-]+\.example$/);
    }
  }
});

test('accounts and affected companies are found by domain and by day, and a bare array can be cut', async () => {
  const guid = lab.companies.find(company => company !== lab.companies[0]) ?? '';
  const all = await credentialsOf(guid);
  const [first] = all;
  const domain = first?.account.split('@')[1] ?? '';
  const day = first?.observation_date ?? '';
  expect(await credentialsOf(guid, `?domain=${domain.toUpperCase()}`)).toEqual(
    all.filter(({ account }) => account.endsWith(`@${domain}`)),
  );
  expect(await credentialsOf(guid, `?observation_date_lt=${day}`)).toEqual(
    all.filter(row => row.observation_date < day),
  );
  expect(await credentialsOf(guid, '?domain=elsewhere.example')).toEqual([]);
  expect(await credentialsOf(guid, '?limit=2&offset=1')).toEqual(all.slice(1, 3));
  const rows = await affected();
  expect(await affected(`?date_added=${rows[0]?.date_added}`)).toEqual(
    rows.filter(row => row.date_added === rows[0]?.date_added),
  );
  const middle = rows[Math.floor(rows.length / 2)]?.date_added ?? '';
  const later = await affected(`?date_added_gt=${middle}`);
  const earlier = await affected(`?date_added_lte=${middle}`);
  expect([...later, ...earlier]).toEqual(rows);
  for (const asked of [
    path(guid, 'credentials?observation_date_gte=never'),
    '/v1/exposed-credentials/affected-companies?date_added_lt=soon',
  ]) {
    expect((await lab.answer(asked)).status, asked).toBe(400);
  }
});

test('q finds events by name and by domain', async () => {
  const guid = lab.companies.at(-1) ?? '';
  const events = await eventsOf(guid);
  const [event] = events;
  const [domain = ''] = Object.keys(event?.domains ?? {});
  expect(await eventsOf(guid, `?q=${encodeURIComponent(event?.name ?? '')}`)).toEqual([event]);
  expect(await eventsOf(guid, `?q=${domain.toUpperCase()}`)).toEqual(
    events.filter(({ domains }) => Object.keys(domains).some(name => name.includes(domain))),
  );
});
