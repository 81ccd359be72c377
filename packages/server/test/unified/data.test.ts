import { companyId, resourceId, vulnerabilityFindingId } from '@sightline/model';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CompaniesTable } from '../../src/store/schema.ts';
import { at, type Json } from '../support/json.ts';
import { type Answer, type Harness, NOW, OTHER_ORGANIZATION, startHarness } from './harness.ts';
import { addCompanies, addConnection, addFindings, companyRow, findingRow, uuid } from './seed.ts';

const FIRST = uuid('first connection');
const SECOND = uuid('second connection');
const DELETED = uuid('deleted connection');
const FOREIGN = uuid('foreign connection');
const DAY = 86_400_000;

let harness: Harness;
let companies: Record<'acme' | 'bolt' | 'core' | 'gone' | 'foreign', CompaniesTable>;
let findings: Record<string, ReturnType<typeof findingRow>>;

beforeAll(async () => {
  harness = await startHarness();
  const { store } = harness;
  await addConnection(store, FIRST);
  await addConnection(store, SECOND);
  await addConnection(store, DELETED, { state: 'DELETED' });
  await addConnection(store, FOREIGN, { organization_id: OTHER_ORGANIZATION });
  companies = {
    acme: companyRow(FIRST, uuid('acme'), {
      name: 'Acme 100%',
      domain: 'acme.example',
      score: 720,
      grade: 'INTERMEDIATE',
      tier: 'Critical',
      lifecycle: 'Onboarding',
      industry: 'Technology',
      updated_at: NOW - DAY,
    }),
    bolt: companyRow(FIRST, uuid('bolt'), { name: 'Bolt', score: 500, grade: 'BASIC', deleted_at: NOW }),
    core: companyRow(SECOND, uuid('core'), { name: 'Core', is_monitored: 0 }),
    gone: companyRow(DELETED, uuid('gone')),
    foreign: companyRow(FOREIGN, uuid('foreign'), { organization_id: OTHER_ORGANIZATION }),
  };
  const { acme, bolt, core } = companies;
  findings = {
    worst: findingRow(acme, 'worst', {
      severity: 'CRITICAL',
      state: 'REOPENED',
      factor: 'patching_cadence',
      terms: ['cve:CVE-2024-1', 'asset:second.example'],
      last_seen: '2026-02-20',
      state_updated_at: NOW + DAY,
    }),
    plain: findingRow(acme, 'plain', { first_seen: '2026-02-15', updated_at: NOW + 5 }),
    infected: findingRow(bolt, 'infected', {
      severity: 'UNKNOWN',
      category: 'Compromised Systems',
      factor: 'botnet_infections',
      affects_score: 0,
      has_fix: 0,
      is_vulnerability: 0,
      state: 'RESOLVED',
      upstream: {
        severity: null,
        severity_category: null,
        risk_category: 'Compromised Systems',
        details: {},
      },
    }),
    distant: findingRow(core, 'distant', { severity: 'LOW', affects_score: null, has_fix: 0 }),
    gone: findingRow(companies.gone, 'gone'),
    foreign: findingRow(companies.foreign, 'foreign'),
  };
  await store.write(async transaction => {
    await addCompanies(transaction, Object.values(companies));
    await addFindings(transaction, Object.values(findings));
    await transaction
      .insertInto('company_sync')
      .values({
        company_id: acme.id,
        connection_id: FIRST,
        last_synced_at: NOW + DAY,
        findings_synced_at: NOW + DAY,
        findings_full_walk_at: null,
        findings_full_walk_run: null,
        open_finding_counts: '{"CRITICAL":1,"HIGH":0,"MEDIUM":1,"LOW":0,"UNKNOWN":0}',
      })
      .execute();
    for (const [day, score] of [
      ['2026-01-30', 700],
      ['2026-01-31', 710],
      ['2026-02-01', 715],
      ['2026-02-02', 720],
    ] as const) {
      await transaction
        .insertInto('company_ratings')
        .values({ company_id: acme.id, rating_date: day, score, grade: 'INTERMEDIATE', record: '{}' })
        .execute();
    }
  });
});
afterAll(() => harness.close());

function items(answer: Answer): Json[] {
  const found = at(answer.json, 'items');
  if (!Array.isArray(found)) throw new Error(`${answer.status} ${answer.text}`);
  return found;
}

const idOf = (name: string): string => findings[name]?.row.id ?? '';
const named = (answer: Answer): string[] => {
  const ids = items(answer).map(item => at(item, 'id'));
  return Object.keys(findings)
    .filter(name => ids.includes(idOf(name)))
    .sort();
};

const everything = ['distant', 'infected', 'plain', 'worst'];

test.each([
  ['', everything],
  ['severity=critical', ['worst']],
  ['severity=CRITICAL,low', ['distant', 'worst']],
  ['severity=UNKNOWN', ['infected']],
  ['state=reopened', ['worst']],
  ['state=OPEN,RESOLVED', ['distant', 'infected', 'plain']],
  ['category=compromised_systems', ['infected']],
  ['category=Diligence', ['distant', 'plain', 'worst']],
  ['factor=patching_cadence,botnet_infections', ['infected', 'worst']],
  ['affects_score=true', ['plain', 'worst']],
  ['affects_score=false', ['infected']],
  ['cve=cve-2024-1', ['worst']],
  ['asset=SECOND.example', ['worst']],
  ['asset=plain.example.com,worst.example.com', ['plain', 'worst']],
  ['first_seen_since=2026-02-01', ['plain']],
  ['last_seen_since=2026-02-20T10:00:00%2B02:00', ['worst']],
  [`state_updated_since=${new Date(NOW + 1).toISOString()}`, ['worst']],
  [`updated_since=${new Date(NOW + 1).toISOString()}`, ['plain']],
  [`updated_since=2026-03-01&sort=id`, everything],
  ['severity=CRITICAL&state=OPEN', []],
])('findings with %s', async (query, expected) => {
  expect(named(await harness.get(`/v2/tprm/findings?${query}`))).toEqual(expected);
});

test('findings by id and by company', async () => {
  const ids = `${idOf('plain')},${idOf('distant')},${uuid('nothing')},${idOf('foreign')}`;
  expect(named(await harness.get(`/v2/tprm/findings?ids=${ids.toUpperCase()}`))).toEqual([
    'distant',
    'plain',
  ]);
  const { acme, foreign } = companies;
  const query = `company_id=${acme.id},${foreign.id}`;
  expect(named(await harness.get(`/v2/tprm/findings?${query}`))).toEqual(['plain', 'worst']);
  expect(named(await harness.get(`/v2/tprm/findings?${query}&sort=-updated_at`))).toEqual(['plain', 'worst']);
});

test.each([
  ['', ['acme', 'bolt', 'core']],
  ['domain=ACME.example', ['acme']],
  ['q=0%25', ['acme']],
  ['q=ACME.EX', ['acme']],
  ['q=%25', ['acme']],
  ['industry=technology', ['acme']],
  ['grade=basic', ['bolt']],
  ['score_gte=500&score_lte=719', ['bolt']],
  ['tier=critical', ['acme']],
  ['lifecycle=ONBOARDING', ['acme']],
  ['monitored=false', ['core']],
  ['updated_since=2026-03-01', ['bolt', 'core']],
  ['sort=-score', ['acme', 'bolt', 'core']],
])('companies with %s', async (query, expected) => {
  const ids = items(await harness.get(`/v2/tprm/companies?${query}`)).map(item => at(item, 'id'));
  const found = Object.entries(companies)
    .filter(([, row]) => ids.includes(row.id))
    .map(([name]) => name);
  expect(found.sort()).toEqual(expected);
});

test('a company that left the portfolio is listed with deleted_at', async () => {
  const answer = await harness.get(`/v2/tprm/companies/${companies.bolt.id}`);
  expect(at(answer.json, 'deleted_at')).toBe('2026-03-01T12:00:00.000Z');
  expect(at(answer.json, 'vendor_data', 'listed', 'name')).toBe('Bolt');
});

test('resources are found by id, name and type, with their open findings', async () => {
  const id = resourceId(companies.acme.id);
  for (const query of [`ids=${id}`, 'q=acme', 'type=vendor&q=acme']) {
    const [only, ...more] = items(await harness.get(`/v2/resources?${query}`));
    expect(more).toEqual([]);
    expect(at(only, 'id')).toBe(id);
    expect(at(only, 'open_finding_counts', 'CRITICAL')).toBe(1);
  }
  expect(at((await harness.get(`/v2/resources/${id}`)).json, 'name')).toBe('Acme 100%');
  expect(items(await harness.get(`/v2/resources?ids=${uuid('no')}`))).toEqual([]);
});

test.each([
  ['', ['distant', 'plain', 'worst']],
  ['severity=low', ['distant']],
  ['state=REOPENED', ['worst']],
  ['has_fix=false', ['distant']],
  ['first_seen_since=2026-02-01', ['plain']],
  ['last_seen_since=2026-02-20', ['worst']],
  ['state_updated_since=2026-03-02', ['worst']],
  ['cve=CVE-2024-1', ['worst']],
  ['type=domain', ['distant', 'plain', 'worst']],
  ['resourceId=$acme', ['plain', 'worst']],
  ['ids=$plain', ['plain']],
])('vulnerability findings with %s', async (query, expected) => {
  const filled = query
    .replace('$acme', resourceId(companies.acme.id))
    .replace('$plain', vulnerabilityFindingId(idOf('plain')));
  const ids = items(await harness.get(`/v2/vulnerability_findings?${filled}`)).map(item => at(item, 'id'));
  const found = Object.keys(findings).filter(name => ids.includes(vulnerabilityFindingId(idOf(name))));
  expect(found.sort()).toEqual(expected);
});

test('one finding, its upstream record, and its view as a vulnerability', async () => {
  const id = idOf('worst');
  const record = JSON.parse(findings.worst?.row.record ?? '');
  const one = await harness.get(`/v2/tprm/findings/${id}?include=raw`);
  expect(at(one.json, 'id')).toBe(id);
  expect(at(one.json, 'state')).toBe('REOPENED');
  expect(at(one.json, 'last_synced_at')).toBe('2026-03-02T12:00:00.000Z');
  expect(at(one.json, 'vendor_data')).toEqual(record);
  expect(at(one.json, 'raw')).toEqual(record);
  expect((await harness.get(`/v2/tprm/findings/${id}/raw`)).text).toBe(findings.worst?.row.record);
  const view = await harness.get(`/v2/vulnerability_findings/${vulnerabilityFindingId(id)}`);
  expect(at(view.json, 'vendor_data', 'finding_id')).toBe(id);
  expect(at(view.json, 'vendor_data', 'record')).toEqual(record);
  expect(at(view.json, 'resource_id')).toBe(resourceId(companies.acme.id));
  expect(
    (await harness.get(`/v2/vulnerability_findings/${vulnerabilityFindingId(idOf('infected'))}`)).status,
  ).toBe(404);
});

test('fields trims, and a severity that is not known is null', async () => {
  const answer = await harness.get('/v2/tprm/findings?severity=unknown&fields=id,severity');
  expect(items(answer)).toEqual([{ id: idOf('infected'), severity: null }]);
  const company = await harness.get(`/v2/tprm/companies/${companies.acme.id}?fields=name,updated_at`);
  expect(company.json).toEqual({ name: 'Acme 100%', updated_at: '2026-02-28T12:00:00.000Z' });
});

test('ratings are the last of each interval', async () => {
  const path = `/v2/tprm/companies/${companies.acme.id}/ratings`;
  const dates = async (query: string) => items(await harness.get(path + query)).map(item => at(item, 'date'));
  expect(await dates('')).toEqual(['2026-01-30', '2026-01-31', '2026-02-01', '2026-02-02']);
  expect(await dates('?interval=month')).toEqual(['2026-01-31', '2026-02-02']);
  // 2026-02-01 is a Sunday.
  expect(await dates('?interval=WEEK')).toEqual(['2026-02-01', '2026-02-02']);
  expect(await dates('?from=2026-01-31&to=2026-02-01')).toEqual(['2026-01-31', '2026-02-01']);
  expect((await harness.get(`${path}?from=2026-02-02&to=2026-02-01`)).status).toBe(422);
});

test('X-CONNECTION-ID narrows, for a provisioning token to any connection, and what is unseen is 404', async () => {
  const ids = async (as: string, connection: string) => {
    const answer = await harness.get('/v2/tprm/companies', {
      as,
      headers: { 'x-connection-id': connection },
    });
    return answer.status === 200 ? items(answer).map(item => at(item, 'id')) : answer.status;
  };
  expect(await ids('admin', SECOND)).toEqual([companies.core.id]);
  expect(await ids('owner', FOREIGN)).toEqual([companyId(FOREIGN, uuid('foreign'))]);
  expect(await ids('admin', FOREIGN)).toBe(404);
  expect(await ids('other', FIRST)).toBe(404);
  expect(await ids('owner', DELETED)).toBe(404);
  expect(await ids('owner', 'nonsense')).toBe(404);
  expect(items(await harness.get('/v2/tprm/companies', { as: 'other' }))).toHaveLength(1);
  expect(items(await harness.get('/v2/tprm/findings', { as: 'grouped' }))).toEqual([]);
});

test.each([
  '/v2/tprm/findings?cursor=nonsense',
  '/v2/tprm/findings?cursor=',
  '/v2/tprm/findings?limit=0',
  '/v2/tprm/findings?limit=1001',
  '/v2/tprm/findings?limit=ten',
  '/v2/tprm/findings?severity=terrible',
  '/v2/tprm/findings?severity=HIGH,',
  '/v2/tprm/findings?severity=HIGH&severity=LOW',
  '/v2/tprm/findings?first_seen_since=2026-02-30',
  '/v2/tprm/findings?updated_since=yesterday',
  '/v2/tprm/findings?ids=1,2',
  `/v2/tprm/findings?ids=${Array.from({ length: 101 }, (_, n) => uuid(String(n))).join(',')}`,
  '/v2/tprm/findings?affects_score=maybe',
  '/v2/tprm/findings?sort=severity',
  '/v2/tprm/findings?format=xml',
  '/v2/tprm/findings?fields=id,secret',
  '/v2/tprm/findings?include=everything',
  '/v2/tprm/findings?unknown=1',
  '/v2/tprm/companies?score_gte=high',
  '/v2/tprm/companies?include=raw',
  '/v2/resources?type=person',
  '/v2/vulnerability_findings?type=IP',
])('422 with the field named: %s', async path => {
  const answer = await harness.get(path);
  expect(answer.status).toBe(422);
  expect(answer.headers.get('content-type')).toContain('application/problem+json');
  const field = /[?&]([a-z_A-Z]+)=/.exec(path)?.[1];
  expect(at(answer.json, 'errors', 0, 'field')).toBe(field);
});

test('a filter beside a cursor is 422; limit, fields and format are not', async () => {
  const first = await harness.get('/v2/tprm/findings?limit=1&state=OPEN');
  const cursor = String(at(first.json, 'next_cursor'));
  for (const extra of ['state=OPEN', 'sort=id', `ids=${uuid('x')}`]) {
    const answer = await harness.get(`/v2/tprm/findings?cursor=${cursor}&${extra}`);
    expect([answer.status, at(answer.json, 'errors', 0, 'field')]).toEqual([422, extra.split('=')[0]]);
  }
  const next = await harness.get(`/v2/tprm/findings?cursor=${cursor}&limit=5&fields=id,state`);
  expect(items(next).map(item => at(item, 'state'))).toEqual(['OPEN']);
  const elsewhere = [
    await harness.get(`/v2/vulnerability_findings?cursor=${cursor}`),
    await harness.get(`/v2/tprm/findings?cursor=${cursor}`, { as: 'other' }),
    await harness.get(`/v2/tprm/findings?cursor=${cursor}`, { headers: { 'x-connection-id': FIRST } }),
    await harness.get(`/v2/tprm/findings?cursor=${cursor}&format=csv`, { as: 'other' }),
  ];
  expect(elsewhere.map(answer => answer.status)).toEqual([422, 422, 422, 422]);
});

test('unknown and unseen ids are 404, and no token is 401', async () => {
  for (const path of ['tprm/companies', 'tprm/findings', 'resources', 'vulnerability_findings']) {
    for (const id of [
      uuid('nothing'),
      'nonsense',
      idOf('foreign'),
      companies.foreign.id,
      idOf('gone'),
      companies.gone.id,
    ]) {
      expect((await harness.get(`/v2/${path}/${id}`)).status).toBe(404);
    }
    const answer = await harness.get(`/v2/${path}`, { as: null });
    expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([401, null]);
  }
  expect((await harness.get(`/v2/tprm/findings/${idOf('worst')}`, { as: 'grouped' })).status).toBe(404);
});

test('csv and ndjson stream all matches over many pages', async () => {
  const connection = await addConnection(harness.store, uuid('streams'), {
    organization_id: OTHER_ORGANIZATION,
  });
  const rows = ['s1', 's2'].map(name =>
    companyRow(connection, uuid(name), { organization_id: OTHER_ORGANIZATION }),
  );
  const many = rows.flatMap(row =>
    Array.from({ length: 620 }, (_, n) =>
      findingRow(row, `${n}`, { upstream: { evidence_key: n === 0 ? '=cmd|"calc"' : `k${n}` } }),
    ),
  );
  await harness.store.write(async transaction => {
    await addCompanies(transaction, rows);
    await addFindings(transaction, many);
  });
  const narrowed = { as: 'other', headers: { 'x-connection-id': connection } };
  const ndjson = await harness.get('/v2/tprm/findings?format=ndjson&fields=id', narrowed);
  const ids = ndjson.text
    .trimEnd()
    .split('\n')
    .map(line => String(at(JSON.parse(line), 'id')));
  expect(new Set(ids)).toEqual(new Set(many.map(({ row }) => row.id)));
  expect(ids).toHaveLength(many.length);
  const csv = await harness.get('/v2/tprm/findings?format=csv&fields=id,evidence,severity', narrowed);
  const lines = csv.text.trimEnd().split('\n');
  expect(lines[0]).toBe('id,severity,evidence');
  expect(lines).toHaveLength(many.length + 1);
  expect(csv.text).toContain(`"'=cmd|""calc"""`);
  expect(csv.headers.get('content-disposition')).toContain('tprm-findings.csv');
  const some = await harness.get('/v2/tprm/findings?format=ndjson&limit=7', narrowed);
  expect(some.text.trimEnd().split('\n')).toHaveLength(7);
});

test('a stream ends when its token is revoked', async () => {
  let times = 0;
  // The request, and the check before the first page; the one before the second page is refused.
  harness.onAuthenticated = key => {
    times += 1;
    if (times === 2) harness.revoked.add(key);
  };
  harness.clock.step = 2_000;
  const stream = harness.get('/v2/tprm/findings?format=ndjson', { as: 'other' });
  await expect(stream).rejects.toThrow();
  harness.onAuthenticated = () => {};
  harness.clock.step = 0;
  harness.revoked.clear();
});

test('a stream whose client has gone leaves the server as it was', async () => {
  const leaving = new AbortController();
  let pages = 0;
  harness.onAuthenticated = () => {
    pages += 1;
    // The request and the first page have been let in; the client leaves before the second page.
    if (pages === 2) leaving.abort();
  };
  harness.clock.step = 2_000;
  const stream = fetch(`${harness.url}/v2/tprm/findings?format=ndjson`, {
    headers: { 'x-api-key': 'other' },
    signal: leaving.signal,
  }).then(answer => answer.text());
  await expect(stream).rejects.toThrow();
  harness.onAuthenticated = () => {};
  harness.clock.step = 0;
  // The server is as well as before: the abandoned stream holds neither the database nor a connection.
  expect((await harness.get('/v2/tprm/findings?limit=1', { as: 'other' })).status).toBe(200);
});
