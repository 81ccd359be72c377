/**
 * Alerts tell of what happened, and of all that did: the model is the ratings, grades and breaches that other endpoints show, day by
 * day, for random groups of companies and as days pass.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { eventsOf } from '../../src/ratings/sources/synthetic/alerts/alert-events.ts';
import { dayNumber, dayText } from '../../src/ratings/sources/synthetic/days.ts';
import { profileOf } from '../../src/ratings/sources/synthetic/profile.ts';
import { FiguresLab, fixture } from './figures-lab.ts';
import { smallWorld } from './serve.ts';

let lab: FiguresLab;
beforeAll(async () => {
  lab = await FiguresLab.start({ seed: 'alerts', companies: 60, findingsPerCompany: 1 });
});
beforeEach(() => lab.askedBy(null));
afterAll(() => lab.close());

const Details = z.record(z.string(), z.unknown());
const Alert = z.object({
  guid: z.int(),
  alert_type: z.enum(['PERCENT_CHANGE', 'RATING_THRESHOLD', 'RISK_CATEGORY', 'PUBLIC_DISCLOSURE']),
  alert_date: z.iso.date(),
  start_date: z.iso.date(),
  company_name: z.string(),
  company_guid: z.guid(),
  company_custom_id: z.string().nullable().optional(),
  company_url: z.string(),
  folder_guid: z.guid(),
  folder_name: z.string(),
  severity: z.enum(['CRITICAL', 'WARN', 'INCREASE', 'INFORMATIONAL']),
  trigger: z.string(),
  details: Details.optional(),
});
type Alert = z.infer<typeof Alert>;

const History = z.array(
  z.object({
    guid: z.string(),
    ratings: z.array(
      z.object({
        date: z.string(),
        rating: z.int(),
        risk_vectors: z.array(z.object({ name: z.string(), grade: z.string() })),
      }),
    ),
  }),
);
type Day = z.infer<typeof History>[number]['ratings'][number];

const alerts = (query = '') => lab.rows(`/v2/alerts${query}`, Alert);

const LETTERS = ['F', 'D', 'C', 'B', 'A'];

/** What a day must give alert of, given the day before. */
function expected(before: Day, after: Day): string[] {
  const found: string[] = [];
  const percent = Math.round(((after.rating - before.rating) / before.rating) * 100);
  if (percent <= -5) found.push(`PERCENT_CHANGE ${percent}`);
  const risen = before.rating < 740 && after.rating >= 740;
  const fallen = [550, 640].find(bound => before.rating > bound && after.rating <= bound);
  if (risen) found.push('RATING_THRESHOLD 740');
  else if (fallen !== undefined) found.push(`RATING_THRESHOLD ${fallen}`);
  for (const { name, grade } of after.risk_vectors) {
    const was = LETTERS.indexOf(before.risk_vectors.find(vector => vector.name === name)?.grade ?? '');
    const is = LETTERS.indexOf(grade);
    if (was < 0 || is < 0) continue;
    if (was < 3 && is >= 3) found.push(`RISK_CATEGORY ${name} B`);
    else if (was > 0 && is === 0) found.push(`RISK_CATEGORY ${name} F`);
    else if (was > 2 && is <= 2) found.push(`RISK_CATEGORY ${name} C`);
  }
  return found;
}

function told({ alert_type: type, details = {}, trigger }: Alert): string {
  switch (type) {
    case 'PERCENT_CHANGE':
      return `${type} ${details.rating_change_pct}`;
    case 'RATING_THRESHOLD':
      return `${type} ${details.rating_threshold}`;
    default:
      return `${type} ${trigger} ${details.threshold_grade}`;
  }
}

test('whatever happened to ratings and grades gives one alert, and nothing else does', async () => {
  const today = lab.source.today();
  const first = dayText(dayNumber(today) - 90);
  const joined = new Map(
    (await lab.rows('/v2/portfolio', z.object({ guid: z.string(), added_date: z.string() }))).map(row => [
      row.guid,
      row.added_date,
    ]),
  );
  const history = await lab.read(
    `/v1/portfolio/ratings?period=daily&expand=rating_details&start_date=${first}`,
    History,
  );
  const wanted = history.flatMap(({ guid, ratings }) =>
    ratings.slice(0, -1).flatMap((after, index) => {
      const before = ratings[index + 1];
      // The day on which a company joined has no day before.
      if (before === undefined || after.date <= (joined.get(guid) ?? '')) return [];
      return expected(before, after).map(what => `${guid} ${after.date} ${what}`);
    }),
  );
  const found = (await alerts('?expand=details')).filter(alert => alert.alert_type !== 'PUBLIC_DISCLOSURE');
  expect(found.map(alert => `${alert.company_guid} ${alert.alert_date} ${told(alert)}`).sort()).toEqual(
    wanted.sort(),
  );
  expect(new Set(found.map(alert => `${alert.alert_type} ${alert.severity}`)).size).toBeGreaterThan(5);
  for (const { alert_date, start_date } of found)
    expect(dayNumber(alert_date) - dayNumber(start_date)).toBe(1);
  for (const { company_guid: guid, alert_date: date, details = {} } of found) {
    if (details.start_rating === undefined) continue;
    const days = history.find(company => company.guid === guid)?.ratings ?? [];
    const index = days.findIndex(day => day.date === date);
    expect([details.end_rating, details.start_rating]).toEqual([
      days[index]?.rating,
      days[index + 1]?.rating,
    ]);
  }
});

test('a breach of a company gives alert on the day it came into the data, whether the world or someone made it', async () => {
  const { world } = lab.source;
  const [company = ''] = lab.companies;
  const made = { guid: 'a0000000-0000-4000-8000-000000000001', companyGuid: company };
  const today = world.day();
  world.changes.addBreach({
    ...made,
    severity: 3,
    date: today,
    text: 'It is told.',
    eventType: 'ransomware',
  });
  const later = { ...made, guid: 'a0000000-0000-4000-8000-000000000002', date: today + 1 };
  world.changes.addBreach({ ...later, severity: 0, text: 'Not yet.', eventType: 'something else' });
  try {
    const Breach = z.object({
      guid: z.string(),
      date: z.string(),
      date_created: z.string(),
      severity: z.int(),
      text: z.string(),
      event_type_description: z.string(),
      is_direct: z.boolean(),
      affected_portfolio_company: z.object({ guid: z.string(), name: z.string() }),
    });
    const breaches = (await lab.read('/v1/portfolio/breaches', z.array(Breach))).filter(row => row.is_direct);
    const first = dayText(today - 89);
    const recent = breaches.filter(({ date_created: created }) => created >= first);
    const found = await alerts('?expand=details&alert_type=PUBLIC_DISCLOSURE');
    expect(found.length).toBeGreaterThan(1);
    const shown = found.map(({ alert_date, company_guid, details = {} }) => [
      details.public_disclosure_guid,
      company_guid,
      alert_date,
      details.discovery_date,
      details.severity,
      details.message,
      details.subcategory,
    ]);
    expect(shown.sort()).toEqual(
      recent
        .map(row => [
          row.guid,
          row.affected_portfolio_company.guid,
          row.date_created,
          row.date,
          row.severity,
          row.text,
          row.event_type_description,
        ])
        .sort(),
    );
    expect(found.find(({ details }) => details?.public_disclosure_guid === made.guid)?.severity).toBe(
      'CRITICAL',
    );
    expect(breaches.some(({ guid }) => guid === later.guid)).toBe(false);
    lab.pass(1);
    expect((await alerts('?alert_type=PUBLIC_DISCLOSURE')).length).toBeGreaterThan(found.length - 1);
    const tomorrow = await lab.read('/v1/portfolio/breaches', z.array(Breach));
    expect(tomorrow.some(({ guid }) => guid === later.guid)).toBe(true);
  } finally {
    world.changes.undo();
  }
});

test('a group has the alerts of its companies, the newest day of its own, and no others in any form', async () => {
  const all = await alerts('?expand=details,company_custom_id');
  const V1 = z.array(
    z.object({ guid: z.int(), company_guid: z.string(), alert_type: z.string(), href: z.string() }),
  );
  await fc.assert(
    fc.asyncProperty(fc.subarray([...lab.companies]), async group => {
      lab.askedBy(group);
      const wanted = all.filter(alert => group.includes(alert.company_guid));
      expect(await alerts('?expand=details,company_custom_id')).toEqual(wanted);
      const newest = wanted.at(-1)?.alert_date;
      const latest = wanted.filter(alert => alert.alert_date === newest).map(({ guid }) => guid);
      expect((await lab.rows('/v2/alerts/latest', Alert)).map(({ guid }) => guid)).toEqual(latest);
      const v1 = await lab.read('/v1/alerts', V1);
      expect(v1.map(({ guid }) => guid)).toEqual(wanted.map(({ guid }) => guid));
      const [other] = all.filter(alert => !group.includes(alert.company_guid));
      if (other === undefined) return;
      lab.askedBy(null);
      const href = (await lab.read('/v1/alerts', V1)).find(({ guid }) => guid === other.guid)?.href ?? '';
      const path = new URL(href).pathname.replace('/ratings', '');
      expect((await lab.answer(path)).status).toBe(200);
      lab.askedBy(group);
      expect((await lab.answer(path)).status).toBe(404);
    }),
    { numRuns: 12 },
  );
});

test('an alert keeps its number and what it says from one day to the next', async () => {
  const before = await alerts('?expand=details');
  expect(new Set(before.map(({ guid }) => guid)).size).toBe(before.length);
  lab.pass(1);
  try {
    const first = dayText(dayNumber(lab.source.today()) - 89);
    const companies = new Set(lab.companies);
    const kept = before.filter(alert => alert.alert_date >= first && companies.has(alert.company_guid));
    const after = await alerts(`?expand=details&alert_date_lt=${lab.source.today()}`);
    expect(after).toEqual(kept);
  } finally {
    lab.source.world.changes.undo();
  }
});

test('a company gives no alert of the days before it was in the portfolio, nor of its first', () => {
  const { world } = smallWorld({ seed: 'joined', companies: 5_000, findingsPerCompany: 0 });
  const day = world.day();
  const recent = [...world.portfolio(day).values()].filter(({ joined }) => day - joined < 90);
  const events = recent.flatMap(tenancy => eventsOf(world, profileOf(tenancy, world.seedKey), day));
  expect(events.length).toBeGreaterThan(200);
  expect(events.filter(event => event.day <= event.company.tenancy.joined)).toEqual([]);
  expect(events.some(event => event.day === event.company.tenancy.joined + 1)).toBe(true);
});

test('rows and details have the fields of the documented ones', async () => {
  const documented = z.object({ results: z.array(Details) }).parse(fixture('alerts.v2.GET.doc.json'));
  const [row = {}] = (
    await lab.read('/v2/alerts?expand=company_custom_id', z.object({ results: z.array(Details) }))
  ).results;
  expect(Object.keys(row).sort()).toEqual(Object.keys(documented.results[0] ?? {}).sort());
  const percent = Details.parse(fixture('alerts.v1.percent.GET.json'));
  const [alert] = await alerts('?alert_type=PERCENT_CHANGE');
  const details = await lab.read(`/v1/alerts/percent/${alert?.guid}`, Details);
  expect(Object.keys(details).sort()).toEqual(Object.keys(percent).sort());
  expect((await lab.answer(`/v1/alerts/threshold/${alert?.guid}`)).status).toBe(404);
});
