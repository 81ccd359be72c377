/**
 * Documented and recorded payloads of Bitsight, from the wire to the unified API: served over HTTPS, connected, synced by the
 * hub's worker, read again. What is expected was worked out by hand from the specification of the unified API.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { JsonObject } from '../../src/wire/json.ts';
import { type Connection, HubApi, type Job } from '../support/hub-api.ts';
import { ProgramLab, type RunningServer } from '../support/program-lab.ts';
import { fixture, type RecordedUpstream, serveRecording } from '../support/recorded-upstream.ts';

const documented = fixture('companies.v1.list.GET.doc.json');
const recorded = fixture('companies.v1.list.GET.xsoar.json');
const detail = fixture('companies.v1.detail.GET.xsoar.json');
const spf = fixture('company-findings.GET.doc.spf.json');
/** Cut short in the articles they are from: none of them names its risk vector. */
const PARTIAL = [
  'botnet_infections',
  'desktop_software',
  'insecure_systems',
  'open_ports',
  'patching_cadence',
  'potentially_exploited',
].map(vector => fixture(`company-findings.GET.doc.${vector}.partial.json`));

const TEACUP = '8c87c257-6767-42ad-8369-c4c5833851d4';
const SAPERIX = '100';
const SAPERIX_CORPORATE = 'eed24cfa-c3ea-4467-aefa-89648881e277';
const SAPERIX_GUEST = '123';

const Rows = z.array(z.record(z.string(), z.json()));
const Page = z.object({ items: z.array(z.record(z.string(), z.unknown())) });

function rowsOf(payload: JsonObject, key: string): JsonObject[] {
  return Rows.parse(payload[key]);
}

/** The detail was recorded without a list it stands in: its row says what the detail says, under the names of a list. */
function listedGuest(): JsonObject {
  const { guid, custom_id, name, shortname, industry, industry_slug, sub_industry, sub_industry_slug } =
    detail;
  const { type, primary_domain, subscription_type, subscription_type_key } = detail;
  return {
    ...{ guid, custom_id, name, shortname, industry, industry_slug, sub_industry, sub_industry_slug },
    ...{ type, primary_domain, subscription_type, subscription_type_key },
    rating: 690,
    rating_date: '2022-03-12',
  };
}

let lab: ProgramLab;
let upstream: RecordedUpstream;
let hub: RunningServer;
let connection: Connection;
let job: Job;

beforeAll(async () => {
  lab = new ProgramLab();
  upstream = await serveRecording({
    companies: {
      ...recorded,
      companies: [...rowsOf(recorded, 'companies'), ...rowsOf(documented, 'companies'), listedGuest()],
    },
    details: { [SAPERIX_GUEST]: detail },
    findings: {
      [SAPERIX]: spf,
      [TEACUP]: { results: PARTIAL.flatMap(payload => rowsOf(payload, 'results')) },
    },
  });
  hub = await lab.serve('hub', [
    ...['--upstream-host', new URL(upstream.baseUrl).host, '--upstream-ca', upstream.caFile],
    ...['--log-level', 'warn'],
  ]);
  const api = new HubApi(hub.client);
  connection = await api.connect({
    credentials: { username: upstream.token },
    options: { base_url: upstream.baseUrl },
  });
  job = await api.finished((await api.sync(connection)).id);
});
afterAll(async () => {
  await lab.close();
  await upstream.close();
});

/** The items of a list, without the times of this installation. */
async function list(path: string): Promise<Record<string, unknown>[]> {
  const answer = await hub.client.call(path);
  expect(answer.status).toBe(200);
  return Page.parse(answer.json).items;
}

async function company(name: string): Promise<Record<string, unknown>> {
  const [found] = await list(`/v2/tprm/companies?q=${encodeURIComponent(name)}`);
  if (found === undefined) throw new Error(`there is no company ${name}`);
  return found;
}

test('a run over abridged records is a success and says how many it could not map', () => {
  expect(job).toMatchObject({ state: 'SUCCESS', failure: null });
  expect(job.counters.companies).toMatchObject({ read: 4, created: 4, unmapped: 0, forbidden: 3 });
  expect(job.counters.ratings).toMatchObject({ created: 12 });
  expect(job.counters.findings).toMatchObject({ read: 7, created: 1, unmapped: 6, duplicates: 0, failed: 0 });
});

describe('companies', () => {
  test('a company known by its row alone has what the row says', async () => {
    expect(await company('Teacup')).toMatchObject({
      connection_id: connection.id,
      vendor: 'BIT_SIGHT',
      vendor_id: TEACUP,
      name: 'Teacup Demolition Corp.',
      domain: 'teacupdemo.com',
      homepage: null,
      description: null,
      industry: 'Engineering',
      sub_industry: 'Construction',
      overall_score: 710,
      overall_grade: 'INTERMEDIATE',
      score_scale: { min: 250, max: 900 },
      score_date: '2020-02-04',
      factors: [],
      is_monitored: true,
      subscription: 'Total Risk Monitoring',
      tier: null,
      lifecycle: null,
      relationship: null,
      custom_id: 'abc-123',
      employee_count: null,
      ip_count: 0,
      added_at: '2014-11-03',
      deleted_at: null,
    });
    expect(await company('Saperix, Inc.')).toMatchObject({
      vendor_id: SAPERIX,
      overall_score: 650,
      overall_grade: 'INTERMEDIATE',
      score_date: '2022-03-19',
      custom_id: null,
      ip_count: 4169,
      added_at: '2020-09-03',
    });
    expect(await company('Saperix Corporate')).toMatchObject({
      vendor_id: SAPERIX_CORPORATE,
      overall_score: 730,
      subscription: 'MySubsidiary',
      ip_count: 4032,
      added_at: '2021-11-23',
    });
  });

  test('a company with a detail view has its risk vectors in Bitsight’s order', async () => {
    const guest = await company('Saperix Guest network');
    expect(guest).toMatchObject({
      vendor_id: SAPERIX_GUEST,
      domain: 'dummy.com',
      homepage: 'http://dummy.com/guest',
      description: 'Saperix Technologies LLC develops risk analysis software solutions.',
      industry: 'Technology',
      sub_industry: 'Computer & Network Security',
      overall_score: 690,
      overall_grade: 'INTERMEDIATE',
      score_date: '2022-03-12',
      is_monitored: true,
      subscription: 'MySubsidiary',
      employee_count: 100,
      ip_count: 7,
      added_at: null,
    });
    const factors = Rows.parse(guest.factors);
    expect(factors).toHaveLength(20);
    expect(factors[0]).toEqual({
      slug: 'botnet_infections',
      name: 'Botnet Infections',
      category: 'Compromised Systems',
      grade: 'A',
      score: 820,
      percentile: 100,
    });
    expect(factors[5]).toEqual({
      slug: 'spf',
      name: 'SPF Domains',
      category: 'Diligence',
      grade: 'F',
      score: 300,
      percentile: 0,
    });
    expect(factors[10]).toMatchObject({
      slug: 'application_security',
      name: 'Web Application Headers',
      grade: 'C',
    });
    expect(factors.at(-1)).toMatchObject({ slug: 'data_breaches' });
    const { ratings: _inTheirOwnTable, ...rest } = detail;
    expect(guest.vendor_data).toMatchObject({ detail: rest });
  });

  test('the rating history is complete, day by day', async () => {
    const { id } = await company('Saperix Guest network');
    const points = await list(`/v2/tprm/companies/${id}/ratings`);
    expect(points.map(point => [point.date, point.score, point.grade]).sort()).toEqual([
      ['2021-03-01', 720, 'INTERMEDIATE'],
      ['2021-03-02', 720, 'INTERMEDIATE'],
      ['2021-03-03', 720, 'INTERMEDIATE'],
      ['2021-03-04', 720, 'INTERMEDIATE'],
      ['2021-03-05', 720, 'INTERMEDIATE'],
      ['2021-03-06', 720, 'INTERMEDIATE'],
      ['2021-03-07', 720, 'INTERMEDIATE'],
      ['2021-03-08', 720, 'INTERMEDIATE'],
      ['2022-03-12', 690, 'INTERMEDIATE'],
    ]);
  });
});

describe('findings', () => {
  test('the documented SPF finding is read as the specification says', async () => {
    const findings = await list('/v2/tprm/findings?include=raw');
    const { id: companyId } = await company('Saperix, Inc.');
    const [row] = rowsOf(spf, 'results');
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({
      connection_id: connection.id,
      company_id: companyId,
      vendor: 'BIT_SIGHT',
      vendor_id: 'W0PlQiePjSEXMclYSj1BJA==',
      title: 'SPF Domains: Effective',
      category: 'Diligence',
      factor: 'spf',
      factor_name: 'SPF Domains',
      severity: 'LOW',
      vendor_severity: { value: 1, category: 'minor' },
      grade: 'GOOD',
      state: 'OPEN',
      first_seen: '2021-05-16',
      last_seen: '2021-10-31',
      affects_score: false,
      impact: null,
      assets: [
        {
          type: 'DOMAIN',
          value: 'goliathinvest.com',
          importance: 1,
          category: 'critical',
          is_monitored: null,
        },
      ],
      port: null,
      evidence: 'goliathinvest.com',
      remediation: null,
      cves: [],
      remediation_status: null,
      duration: null,
    });
    expect(findings[0]?.vendor_data).toEqual(row);
    expect(findings[0]?.raw).toEqual(row);
  });

  test('it is a vulnerability finding too, for its category is Diligence', async () => {
    const [finding] = await list('/v2/tprm/findings');
    const seen = await list('/v2/vulnerability_findings');
    const [resource] = await list('/v2/resources?q=Saperix,%20Inc.');
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatchObject({
      title: 'SPF Domains: Effective',
      analytic_output: 'Effective',
      severity: 'LOW',
      state: 'OPEN',
      type: 'DOMAIN',
      first_seen: '2021-05-16',
      last_seen: '2021-10-31',
      ticket: null,
      has_fix: false,
      remediation: null,
      product: { vendor_name: 'Bitsight', name: 'Security Ratings' },
      analytic: { uid: 'spf', name: 'SPF Domains' },
      resource_id: resource?.id,
      vulnerabilities: [],
    });
    expect(seen[0]?.vendor_data).toMatchObject({ vendor: 'BIT_SIGHT', finding_id: finding?.id });
    expect(resource).toMatchObject({
      type: 'VENDOR',
      identifiers: { domain: 'dummy.com', guid: SAPERIX, custom_id: null },
      attributes: { score: 650, grade: 'INTERMEDIATE', industry: 'Technology', tier: null, lifecycle: null },
      open_finding_counts: { CRITICAL: 0, HIGH: 0, MEDIUM: 0, LOW: 1, UNKNOWN: 0 },
    });
  });

  test('records without a risk vector are kept as they came and listed under the job', async () => {
    const unmapped = await list(`/v1/provisioning/jobs/${job.id}/unmapped`);
    expect(unmapped).toHaveLength(6);
    for (const record of unmapped) {
      expect(record).toMatchObject({ stream: 'findings', company_guid: TEACUP });
      expect(record.problems).toContain('risk_vector: missing or not a string');
    }
    const byText = (a: unknown, b: unknown) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);
    expect(unmapped.map(({ record }) => record).sort(byText)).toEqual(
      PARTIAL.flatMap(payload => rowsOf(payload, 'results')).sort(byText),
    );
  });

  test('a second run over the same records changes nothing', async () => {
    const api = new HubApi(hub.client);
    const again = await api.finished((await api.sync(connection)).id);
    expect(again.state).toBe('SUCCESS');
    expect(again.counters.companies).toMatchObject({ created: 0, updated: 0, unchanged: 4, resolved: 0 });
    expect(again.counters.findings).toMatchObject({
      created: 0,
      updated: 0,
      unchanged: 1,
      unmapped: 6,
      resolved: 0,
    });
    expect(await list(`/v1/provisioning/jobs/${again.id}/unmapped`)).toHaveLength(6);
  });
});
