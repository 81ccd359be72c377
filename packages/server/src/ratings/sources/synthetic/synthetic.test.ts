/** The synthetic world by its promises: pure, realistic, alive, and paged exactly as an in-memory list would be. */

import { RISK_VECTORS } from '@sightline/model';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FINDING_SCHEMA } from '../../../wire/finding-filters.ts';
import type { JsonObject } from '../../../wire/json.ts';
import { isJsonObject, textAt } from '../../../wire/json.ts';
import { listQueryOf } from '../../../wire/list-query.ts';
import { parametersOf } from '../../../wire/parameters.ts';
import { PORTFOLIO_SCHEMA } from '../../../wire/portfolio-filters.ts';
import { matching } from '../../../wire/rows.ts';
import { recordOf } from '../../paging.ts';
import type { View } from '../../source.ts';
import { dayNumber, dayText } from './days.ts';
import { liveCount } from './ordering.ts';
import { OrderingCache } from './ordering-cache.ts';
import { createSyntheticSource, type SyntheticOptions, type SyntheticSource } from './synthetic-source.ts';
import { fillTraits, newTraits } from './traits.ts';

const clock = { now: () => Date.UTC(2026, 5, 15, 12), sleep: async () => {} };
const view: View = {
  scope: { organizationId: 'o', companies: 'all', groupId: null },
  baseUrl: 'https://hub.example',
  connectionId: null,
  principal: {
    organizationId: 'o',
    userId: 'user',
    name: 'A user',
    tokenGuid: 'token',
    via: 'user_token',
    sessionId: null,
    expiresAt: null,
    role: 'customer_user',
    scopes: [],
    isOwnerOrganization: true,
    group: { guid: 'group', name: 'All Companies', allCompanies: true, companies: new Set() },
  },
};

function world(more: Partial<SyntheticOptions> = {}): SyntheticSource {
  return createSyntheticSource({
    seed: 'unit',
    companies: 10,
    findingsPerCompany: 60,
    date: '2026-06-15',
    daySeconds: null,
    clock,
    ...more,
  });
}

async function rowsOf(
  source: SyntheticSource,
  guid: string,
  text: string,
): Promise<{ count: number; rows: JsonObject[] }> {
  const page = await source.reader.findings(
    view,
    guid,
    listQueryOf(parametersOf(`/?${text}`), FINDING_SCHEMA),
  );
  if (page === null) throw new Error(`no company ${guid}`);
  const rows: JsonObject[] = [];
  for await (const row of page.rows) rows.push(recordOf(row));
  return { count: page.count, rows };
}

async function companiesOf(source: SyntheticSource): Promise<JsonObject[]> {
  const rows: JsonObject[] = [];
  const query = listQueryOf(parametersOf('/?limit=100000'), PORTFOLIO_SCHEMA);
  const page = await source.reader.portfolio(view, query);
  for await (const row of page.rows) rows.push(recordOf(row));
  return rows;
}

async function everything(source: SyntheticSource): Promise<JsonObject[]> {
  const all: JsonObject[] = [];
  for (const company of await companiesOf(source)) {
    all.push(...(await rowsOf(source, textAt(company, 'guid'), 'limit=1000000')).rows);
  }
  return all;
}

describe('paging, filters and sort', () => {
  const source = world({ findingsPerCompany: 150 });
  const own = source.summary().company_guid;
  const filter = fc.oneof(
    fc.tuple(
      fc.constant('risk_vector'),
      fc.constantFrom('SPF', 'ssl_configurations,open_ports', 'nonsense', 'patching_cadence,dkim,web_appsec'),
    ),
    fc.tuple(fc.constant('severity_gte'), fc.constantFrom('1', '4.3', '7')),
    fc.tuple(fc.constant('severity_lt'), fc.constantFrom('4', '9.5')),
    fc.tuple(fc.constant('severity_category'), fc.constantFrom('severe', 'minor,material', 'none')),
    fc.tuple(fc.constant('first_seen_gte'), fc.constantFrom('2025-06-01', '2026-01-01')),
    fc.tuple(fc.constant('last_seen_lte'), fc.constantFrom('2026-06-10', '2026-06-15')),
    fc.tuple(fc.constant('details.grade'), fc.constantFrom('BAD', 'GOOD,WARN', 'NONE')),
    fc.tuple(fc.constant('details.grade_gt'), fc.constantFrom('BAD', 'NEUTRAL')),
    fc.tuple(fc.constant('affects_rating'), fc.constantFrom('true', 'false')),
    fc.tuple(
      fc.constant('impacts_risk_vector_details'),
      fc.constantFrom('REMEDIATED,ASSET_OFFLINE', 'GRACE_PERIOD'),
    ),
    fc.tuple(fc.constant('assets.category'), fc.constantFrom('critical', 'low,medium')),
    fc.tuple(fc.constant('details.cvss.base_gte'), fc.constantFrom('5', '9')),
    fc.tuple(fc.constant('duration_gte'), fc.constantFrom('30')),
    fc.tuple(fc.constant('remaining_decay_gte'), fc.constantFrom('20', '60')),
    fc.tuple(fc.constant('decay_date_gte'), fc.constantFrom('2026-07-01', '2026-08-01')),
    fc.tuple(fc.constant('tags_isnull'), fc.constantFrom('true', 'false')),
    fc.tuple(
      fc.constant('last_remediation_status_label'),
      fc.constantFrom('Open', 'No Status', 'Resolved,Work In Progress'),
    ),
    fc.tuple(fc.constant('q'), fc.constantFrom('tls', 'example', '192.0')),
  );
  const pieces = fc.uniqueArray(filter, { selector: ([name]) => name, maxLength: 3 });
  const sorts = fc.uniqueArray(
    fc.constantFrom(
      'first_seen',
      '-first_seen',
      'last_seen',
      '-severity',
      'severity',
      'evidence_key',
      '-details.grade',
      'risk_vector',
      'severity_category',
      '-affects_rating',
      'remaining_decay',
      'assets.asset',
      'nonsense',
    ),
    { maxLength: 3 },
  );

  test('pages put together are exactly the filtered and sorted whole', async () => {
    const { rows: whole } = await rowsOf(source, own, 'limit=1000000');
    expect(whole.length).toBeGreaterThan(50);
    await fc.assert(
      fc.asyncProperty(pieces, sorts, fc.integer({ min: 1, max: 60 }), async (filters, sort, limit) => {
        const parameters = new URLSearchParams(filters);
        if (sort.length > 0) parameters.set('sort', sort.join(','));
        const query = listQueryOf(parametersOf(`/?${parameters}`), FINDING_SCHEMA);
        const expected = matching(whole, query, FINDING_SCHEMA).map(row => row.temporary_id);
        const walked: unknown[] = [];
        let count = -1;
        for (let offset = 0; offset === 0 || offset < count; offset += limit) {
          const page = await rowsOf(source, own, `${parameters}&limit=${limit}&offset=${offset}`);
          count = page.count;
          walked.push(...page.rows.map(row => row.temporary_id));
        }
        expect(walked).toEqual(expected);
        expect(count).toBe(expected.length);
      }),
      { numRuns: 400 },
    );
  });

  test('a vulnerability filter finds rows that show the vulnerability', async () => {
    const many = world({ findingsPerCompany: 2000 });
    const { rows } = await rowsOf(many, own, 'vulnerabilities=CVE-2021-41773,heartbleed&limit=1000');
    expect(rows.length).toBeGreaterThan(0);
    for (const row of rows) expect(JSON.stringify(row.details)).toMatch(/CVE-2021-41773|Heartbleed/);
  });

  test('the default order is the most severe first, findings without severity last', async () => {
    const { rows } = await rowsOf(world({ findingsPerCompany: 2000 }), own, 'limit=1000000&fields=severity');
    const severities = rows.map(row => (typeof row.severity === 'number' ? row.severity : -1));
    expect(severities).toEqual(severities.toSorted((left, right) => right - left));
    expect(severities.at(-1)).toBe(-1);
  });
});

describe('a pure function of seed, date and size', () => {
  test('twice the same options give the same bytes', async () => {
    const bytes = async (source: SyntheticSource) =>
      JSON.stringify([await companiesOf(source), await everything(source)]);
    const first = await bytes(world());
    expect(await bytes(world())).toBe(first);
    expect(await bytes(world({ seed: 'other' }))).not.toBe(first);
  });

  test('the date may come from the clock, and time passes at the wanted pace', () => {
    let now = Date.UTC(2026, 5, 15, 23, 59);
    const moving = { ...clock, now: () => now };
    const today = world({ date: null, clock: moving });
    const fast = world({ date: '2026-01-01', daySeconds: 10, clock: moving });
    const still = world({ clock: moving });
    expect([today.today(), fast.today(), still.today()]).toEqual(['2026-06-15', '2026-01-01', '2026-06-15']);
    now += 60_000;
    expect([today.today(), fast.today(), still.today()]).toEqual(['2026-06-16', '2026-01-07', '2026-06-15']);
  });

  test.each([
    [{ companies: 0 }, 'companies'],
    [{ findingsPerCompany: -1 }, 'findingsPerCompany'],
    [{ date: '2026-02-30' }, 'date'],
    [{ date: '1999-01-01' }, 'date'],
    [{ daySeconds: 0 }, 'daySeconds'],
  ])('%j is refused by name', (bad, name) => {
    expect(() => world(bad)).toThrow(name);
  });
});

describe('a world that lives', () => {
  test('identities are born once, keep their first day, are seen again, and never come back', async () => {
    const first = dayNumber('2025-03-01');
    const seen = new Map<string, { firstSeen: string; lastSeen: string; day: number }>();
    const dead = new Set<string>();
    let births = 0;
    let changes = 0;
    const lastText = new Map<string, string>();
    for (let day = first; day < first + 400; day += 4) {
      const source = world({ companies: 4, findingsPerCompany: 40, date: dayText(day) });
      const present = new Set<string>();
      for (const company of await companiesOf(source)) {
        const guid = textAt(company, 'guid');
        for (const row of (await rowsOf(source, guid, 'limit=1000000')).rows) {
          if (row.rolledup_observation_id === '') continue;
          const identity = `${guid} ${textAt(row, 'rolledup_observation_id')}`;
          present.add(identity);
          expect(dead.has(identity)).toBe(false);
          const before = seen.get(identity);
          const firstSeen = textAt(row, 'first_seen');
          const lastSeen = textAt(row, 'last_seen');
          if (before === undefined) births++;
          else {
            expect(firstSeen).toBe(before.firstSeen);
            expect(lastSeen >= before.lastSeen).toBe(true);
          }
          expect(firstSeen <= lastSeen && lastSeen <= dayText(day)).toBe(true);
          const text = JSON.stringify([row.severity, row.remediation_history, row.affects_rating]);
          if (before !== undefined && lastText.get(identity) !== text) changes++;
          lastText.set(identity, text);
          seen.set(identity, { firstSeen, lastSeen, day });
        }
      }
      for (const identity of seen.keys()) if (!present.has(identity)) dead.add(identity);
    }
    expect(births).toBeGreaterThan(160);
    expect(dead.size).toBeGreaterThan(30);
    expect(changes).toBeGreaterThan(30);
  });

  test('companies join and leave, never return, and their number stays', async () => {
    const left = new Set<string>();
    let before = new Set<string>();
    let joined = 0;
    for (let day = dayNumber('2024-01-01'); day < dayNumber('2026-01-01'); day += 15) {
      const companies = await companiesOf(
        world({ companies: 40, findingsPerCompany: 0, date: dayText(day) }),
      );
      const now = new Set(companies.map(company => textAt(company, 'guid')));
      expect(now.size).toBe(40);
      expect(new Set(companies.map(company => company.primary_domain)).size).toBe(40);
      for (const company of companies) expect(textAt(company, 'added_date') <= dayText(day)).toBe(true);
      for (const guid of before) if (!now.has(guid)) left.add(guid);
      for (const guid of now) {
        expect(left.has(guid)).toBe(false);
        if (before.size > 0 && !before.has(guid)) joined++;
      }
      before = now;
    }
    expect(joined).toBeGreaterThan(5);
    expect(left.size).toBe(joined);
  });

  test('temporary ids change with the date, identities do not', async () => {
    const [today, tomorrow] = [world(), world({ date: '2026-06-16' })];
    const own = today.summary().company_guid;
    const ids = async (source: SyntheticSource, key: string) =>
      new Set((await rowsOf(source, own, 'limit=100000')).rows.map(row => row[key]));
    const shared = (left: Set<unknown>, right: Set<unknown>) => [...left].filter(id => right.has(id)).length;
    expect(shared(await ids(today, 'temporary_id'), await ids(tomorrow, 'temporary_id'))).toBe(0);
    expect(
      shared(await ids(today, 'rolledup_observation_id'), await ids(tomorrow, 'rolledup_observation_id')),
    ).toBeGreaterThan(50);
  });

  test('identities are unique but for a share of about one in 20,000', () => {
    const traits = newTraits();
    const identities = new Set<number>();
    let live = 0;
    for (let slot = 0; slot < 400_000; slot++) {
      if (!fillTraits(77, slot, dayNumber('2026-06-15'), traits)) continue;
      live++;
      identities.add(traits.identityKey);
    }
    const repeated = live - identities.size;
    expect(repeated).toBeGreaterThan(5);
    expect(repeated).toBeLessThan(60);
  });
});

describe('records as documented', () => {
  test('every risk vector that has findings appears, and no other', async () => {
    const slugs = new Set((await everything(world({ findingsPerCompany: 900 }))).map(row => row.risk_vector));
    expect(slugs).toEqual(
      new Set(RISK_VECTORS.filter(vector => vector.inFindings).map(vector => vector.slug)),
    );
  });

  test('each vector has the annotations and oddities of its own', async () => {
    const all = await everything(world({ findingsPerCompany: 900 }));
    const annotationKeys: Readonly<Record<string, readonly string[]>> = {
      open_ports: [
        'message',
        'CPE',
        'Product',
        'Version',
        'Title',
        'transport',
        'Status',
        'Server',
        'Tags',
        'close-seen',
      ],
      ssl_configurations: ['message', 'sampleName', 'certchain'],
      ssl_certificates: ['message', 'sampleName', 'certchain'],
      dnssec: ['message', 'annotation_tokens', 'security outcome', 'dnskeys', 'dses', 'nsecs', 'reason'],
      dmarc: [
        'message',
        'annotation_tokens',
        'record',
        'percentage',
        'policy',
        'ruaReportEmail',
        'rufReportEmail',
      ],
      server_software: ['modal_data', 'modal_tags', 'server', 'version'],
      patching_cadence: ['remediation_dates', 'is_remediated'],
      insecure_systems: ['message', 'risks', 'source_ip'],
      desktop_software: [
        'count_ips',
        'operating_system_rule',
        'user_agent_rule',
        'sample_ips',
        'sample_user_agent_strings',
        'sample_domains',
        'sample_records',
      ],
    };
    for (const row of all) {
      const { details } = row;
      if (!isJsonObject(details)) throw new Error('details must be an object');
      const annotations = details.diligence_annotations;
      const slug = textAt(row, 'risk_vector');
      const keys = annotationKeys[slug];
      if (keys !== undefined) expect(Object.keys(annotations ?? {})).toEqual(keys);
      if (slug === 'web_appsec') expect(Array.isArray(annotations)).toBe(true);
      if (slug === 'spf') expect(Object.keys(annotations ?? {})).toEqual([row.evidence_key, 'total']);
      if (slug === 'patching_cadence') {
        expect(details).not.toHaveProperty('grade');
        expect(textAt(details, 'vulnerability_name')).toMatch(/^cve-/);
        expect(typeof row.remediated).toBe('boolean');
      }
      if (slug === 'desktop_software') expect(typeof details.estimation_of_users).toBe('string');
      if (row.risk_category === 'Compromised Systems') {
        expect(details).not.toHaveProperty('grade');
        expect(details).not.toHaveProperty('diligence_annotations');
        expect(details.check_pass).toBe(' ');
        expect(row).toHaveProperty('pcap_id');
      }
    }
    const text = JSON.stringify(all);
    for (const oddity of [
      '"last":"now"',
      ' days"',
      '"category":""',
      '"rolledup_observation_id":""',
      '"severity":null',
      '<p>',
      '2001:db8:',
    ]) {
      expect(text).toContain(oddity);
    }
  });

  test('severity lies in the band of its category', async () => {
    for (const row of await everything(world({ findingsPerCompany: 300 }))) {
      if (typeof row.severity !== 'number') continue;
      const band =
        row.severity >= 9
          ? 'severe'
          : row.severity >= 7
            ? 'material'
            : row.severity >= 4
              ? 'moderate'
              : 'minor';
      expect(row.severity_category).toBe(band);
    }
  });

  test('nothing points at a real host', async () => {
    const source = world({ findingsPerCompany: 900 });
    const text = JSON.stringify([await companiesOf(source), await everything(source)]);
    for (const [host] of text.matchAll(/https?:\/\/(\[[^\]]+|[^/"\\:]+)/g))
      expect(host).toMatch(
        /\.example$|\/\/(192\.0\.2|198\.51\.100|203\.0\.113|198\.1[89]\.\d+)\.|\[2001:db8:/,
      );
    for (const [address] of text.matchAll(/"\d{1,3}(?:\.\d{1,3}){3}[":]/g)) {
      expect(address).toMatch(/^"(192\.0\.2|198\.51\.100|203\.0\.113|198\.1[89]\.\d+)\./);
    }
  });

  test('the spread is long-tailed around the wanted mean', async () => {
    const source = world({ companies: 400, findingsPerCompany: 100 });
    const counts: number[] = [];
    for (const company of await companiesOf(source)) {
      counts.push((await rowsOf(source, textAt(company, 'guid'), 'limit=1')).count);
    }
    counts.sort((left, right) => left - right);
    const total = counts.reduce((sum, count) => sum + count, 0);
    expect(source.summary()).toMatchObject({ company_count: 400, finding_count: total });
    expect(total / 400).toBeGreaterThan(90);
    expect(total / 400).toBeLessThan(110);
    expect(counts[0]).toBe(0);
    expect((counts.at(-1) ?? 0) / (counts[200] ?? 1)).toBeGreaterThan(40);
  });

  test('a company shows a year of ratings, newest first, that begins with the current one', async () => {
    const source = world({ companies: 60 });
    for (const row of await companiesOf(source)) {
      const detail = await source.reader.company(view, textAt(row, 'guid'));
      const ratings = detail?.ratings;
      if (detail === null || !Array.isArray(ratings)) throw new Error('no ratings');
      expect(detail).not.toHaveProperty('rating');
      if (row.rating === null) {
        expect([ratings, detail.rating_details]).toEqual([[], null]);
        continue;
      }
      expect(ratings).toHaveLength(370);
      expect(ratings[0]).toMatchObject({ rating: row.rating, rating_date: '2026-06-15' });
      const dates = ratings.map((point: JsonObject) => textAt(point, 'rating_date'));
      expect(dates).toEqual(dates.toSorted().reverse());
      for (const { rating } of ratings)
        expect(rating % 10 === 0 && rating >= 300 && rating <= 820).toBe(true);
      const slugs = RISK_VECTORS.filter(vector => vector.inRatingDetails).map(vector => vector.slug);
      expect(Object.keys(detail.rating_details ?? {}).toSorted()).toEqual(slugs.toSorted());
    }
  });
});

test('counting walks the slots it is told to', () => {
  expect(liveCount(5, 0, 20_000)).toBe(0);
  expect(liveCount(5, 1000, 20_000)).toBeGreaterThan(850);
});

test('orderings give way by bytes, the least recently used first', () => {
  const cache = new OrderingCache(10_000);
  const made: string[] = [];
  const get = (key: string, length = 1000) =>
    cache.get(key, () => {
      made.push(key);
      return new Uint32Array(length);
    });
  get('a');
  get('b');
  get('a');
  get('c');
  get('a');
  get('b');
  expect(made).toEqual(['a', 'b', 'c', 'b']);
  expect(get('giant', 100_000)).toHaveLength(100_000);
  expect(get('giant', 100_000)).toHaveLength(100_000);
  expect(made.at(-1)).toBe('giant');
  expect(cache.bytes).toBeLessThan(410_000);
});
