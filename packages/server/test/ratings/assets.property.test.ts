/**
 * The assets of a company are those of its findings. The model is the list of findings: every count, category and date of an asset
 * is taken from the findings that name it.
 */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { FiguresLab, fieldsOf, fixture } from './figures-lab.ts';

let lab: FiguresLab;
beforeAll(async () => {
  lab = await FiguresLab.start({ seed: 'assets', companies: 6, findingsPerCompany: 220 });
});
beforeEach(() => lab.askedBy(null));
afterAll(() => lab.close());

const Severities = z.record(z.enum(['minor', 'moderate', 'material', 'severe']), z.number());
const FindingCounts = z.object({ total_count: z.number(), counts_by_severity: Severities });
const Asset = z.object({
  asset: z.string(),
  asset_type: z.string(),
  is_ip: z.boolean(),
  ip_addresses: z.array(z.string()),
  country_code: z.string(),
  country: z.string(),
  hosted_by: z.object({ guid: z.string(), name: z.string() }).nullable(),
  importance: z.number(),
  importance_category: z.string(),
  is_monitored: z.boolean(),
  services: z.array(z.string()),
  products: z.array(
    z.object({ vendor: z.string(), product: z.string(), version: z.string(), support: z.string() }),
  ),
  tags: z.array(z.string()),
  overrides: z.object({ importance: z.string().nullable() }),
  combined_overrides: z.object({ importance: z.string() }),
  findings: FindingCounts,
  threats: z.object({ rolledup_observation_ids: z.array(z.string()), evidence_keys: z.array(z.string()) }),
});
type Asset = z.infer<typeof Asset>;

const Finding = z.object({
  risk_vector: z.string(),
  severity_category: z.enum(['minor', 'moderate', 'material', 'severe']),
  rolledup_observation_id: z.string(),
  evidence_key: z.string(),
  grace_period_end_date: z.string().nullable(),
  assets: z.tuple([
    z.object({
      asset: z.string(),
      category: z.string(),
      importance: z.number(),
      is_ip: z.boolean(),
      asset_type: z.string(),
      is_monitored: z.boolean(),
      tag_details: z.array(z.object({ name: z.string() })),
    }),
  ]),
  asset_overrides: z.array(z.object({ override_importance: z.string().nullable() })),
  details: z.object({
    geo_ip_location: z.string().optional(),
    grade: z.string().nullish(),
    vulnerability_name: z.string().optional(),
    vulnerabilities: z.array(z.unknown()).optional(),
  }),
});
type Finding = z.infer<typeof Finding>;

const assetsOf = (guid: string, query = '') => lab.rows(`/v1/companies/${guid}/assets${query}`, Asset);
const findingsOf = (guid: string, query = '') =>
  lab.rows(`/v1/companies/${guid}/findings?expand=assets.tag_details${query}`, Finding);

function byAsset(findings: readonly Finding[]): ReadonlyMap<string, readonly Finding[]> {
  return Map.groupBy(findings, ({ assets: [subject] }) => subject.asset);
}

const once = (texts: readonly string[]) => [...new Set(texts)].sort();

test('each asset is a subject of findings, and says of itself what they say of it', async () => {
  for (const guid of lab.companies) {
    const findings = byAsset(await findingsOf(guid));
    const assets = await assetsOf(guid);
    expect(assets.map(({ asset }) => asset).sort()).toEqual([...findings.keys()].sort());
    for (const asset of assets) {
      const own = findings.get(asset.asset) ?? [];
      for (const { assets: subjects, asset_overrides: overrides, details } of own) {
        const [subject] = subjects;
        expect(subject).toMatchObject({
          category: asset.importance_category,
          importance: asset.importance,
          is_ip: asset.is_ip,
          asset_type: asset.asset_type,
          is_monitored: asset.is_monitored,
          tag_details: asset.tags.map(name => ({ name })),
        });
        expect(overrides[0]?.override_importance ?? null).toBe(asset.overrides.importance);
        if (details.geo_ip_location !== undefined) expect(details.geo_ip_location).toBe(asset.country_code);
      }
      const counts = { minor: 0, moderate: 0, material: 0, severe: 0 };
      for (const { severity_category: severity } of own) counts[severity]++;
      expect(asset.findings).toEqual({ total_count: own.length, counts_by_severity: counts });
      const shows = own.filter(
        ({ details }) =>
          details.vulnerability_name !== undefined || (details.vulnerabilities ?? []).length > 0,
      );
      expect(asset.threats.evidence_keys.toSorted()).toEqual(once(shows.map(row => row.evidence_key)));
      expect(asset.threats.rolledup_observation_ids.toSorted()).toEqual(
        once(shows.map(row => row.rolledup_observation_id)),
      );
      expect(asset.services.length > 0).toBe(own.some(row => row.risk_vector === 'open_ports'));
      expect(asset.combined_overrides.importance).toBe(
        asset.overrides.importance ?? (asset.importance_category || 'none'),
      );
    }
  }
});

test('an asset has the fields of the documented one, and those of expand only when they are asked for', async () => {
  const [guid = ''] = lab.companies;
  const documented = fieldsOf(fixture('companies.v1.assets.GET.json'));
  const read = (expand: string) =>
    lab.rows(`/v1/companies/${guid}/assets?expand=${expand}`, z.record(z.string(), z.unknown()));
  const expanded = fieldsOf(await read('tag_details'));
  // Machines of this world belong to the company itself.
  const unknown = ['origin_subsidiary.guid', 'origin_subsidiary.name'];
  expect(documented.filter(name => !expanded.includes(name))).toEqual(unknown);
  expect(expanded.filter(name => !documented.includes(name))).toEqual([]);
  expect(fieldsOf(await read(''))).not.toContain('tag_details');
  const [delegated] = await read('delegated_security_controls');
  expect(delegated).toHaveProperty('delegated_security_controls.has_delegated_security_controls');
});

const Grades = z.record(z.string(), z.number());
const Stats = z.object({ grades: Grades, severities: Grades });
const Statistics = z.object({
  assets: z.array(z.object({ asset: z.string(), importance_category: z.string(), stats: Stats })),
  last_asset_date: z.string(),
  stats: z.record(z.string(), Stats),
});

test('statistics are the list by importance, and count only the findings that are asked for', async () => {
  const statisticsOf = (guid: string, query = '') =>
    lab.read(`/v1/companies/${guid}/assets/statistics${query}`, Statistics);
  for (const guid of lab.companies) {
    const assets = await assetsOf(guid);
    const statistics = await statisticsOf(guid);
    expect(statistics.last_asset_date).toBe(lab.source.today());
    expect(statistics.assets.map(({ asset }) => asset)).toEqual(assets.map(({ asset }) => asset));
    for (const [index, { findings }] of assets.entries()) {
      expect(statistics.assets[index]?.stats.severities).toEqual({
        ...findings.counts_by_severity,
        total: findings.total_count,
      });
    }
    for (const [importance, { severities, grades }] of Object.entries(statistics.stats)) {
      const of = assets.filter(asset => (asset.importance_category || 'none') === importance);
      expect(severities.total).toBe(of.reduce((sum, { findings }) => sum + findings.total_count, 0));
      expect(grades.total).toBe(severities.total);
    }
    const total = async (query: string) =>
      Object.values((await statisticsOf(guid, query)).stats).reduce(
        (sum, { severities }) => sum + (severities.total ?? 0),
        0,
      );
    for (const [statistic, list] of [
      ['', ''],
      ['?grade=bad,WARN', '&details.grade=BAD,WARN'],
      ['?grade=NONE', '&details.grade=NONE'],
      ['?status=Open,resolved', '&last_remediation_status_label=Open,Resolved'],
      ['?status=no%20status&grade=GOOD', '&last_remediation_status_label=No%20Status&details.grade=GOOD'],
      ['?status=nobody%20says%20so', '&last_remediation_status_label=nobody%20says%20so'],
    ] as const) {
      expect(await total(statistic), statistic).toBe((await findingsOf(guid, list)).length);
    }
  }
});

const AssetCounts = z.object({
  total_count: z.number(),
  counts_by_importance: z.record(z.string(), z.number()),
});
const Summaries = z.object({
  category: z.array(z.object({ service_list: z.array(z.string()), assets: AssetCounts })),
  countries: z.array(
    z.object({ code: z.string(), name: z.string(), assets: AssetCounts, findings: FindingCounts }),
  ),
  hosted_by: z.array(z.object({ guid: z.string(), assets: AssetCounts })),
  services: z.array(z.object({ name: z.string(), assets: AssetCounts, findings: FindingCounts })),
  products: z.array(z.object({ vendor: z.string(), product: z.array(z.object({ name: z.string() })) })),
  threats: z.array(z.object({ guid: z.string(), name: z.string() })),
});

test('summaries group the list: each group is what its filter finds', async () => {
  for (const guid of lab.companies) {
    const path = `/v1/companies/${guid}/assets`;
    const assets = await assetsOf(guid);
    const summaries = await lab.read(`${path}/summaries`, Summaries);
    const sum = (groups: readonly { readonly assets: z.infer<typeof AssetCounts> }[]) =>
      groups.reduce((total, group) => total + group.assets.total_count, 0);
    expect(sum(summaries.countries)).toBe(assets.length);
    for (const { code, assets: counts, findings } of summaries.countries) {
      const found = await assetsOf(guid, `?country_codes=${code}`);
      expect(counts.total_count).toBe(found.length);
      expect(Object.values(counts.counts_by_importance).reduce((total, count) => total + count, 0)).toBe(
        found.length,
      );
      expect(findings.total_count).toBe(
        found.reduce((total, asset) => total + asset.findings.total_count, 0),
      );
    }
    for (const { name, assets: counts } of summaries.services) {
      expect(await lab.count(`${path}?services=${encodeURIComponent(name)}`)).toBe(counts.total_count);
    }
    for (const { service_list: services, assets: counts } of summaries.category) {
      const names = encodeURIComponent(services.join(','));
      expect(await lab.count(`${path}?services=${names}`)).toBe(counts.total_count);
    }
    expect(sum(summaries.hosted_by)).toBe(await lab.count(`${path}?hosted_by_isnull=false`));
    for (const host of summaries.hosted_by) {
      expect(await lab.count(`${path}?hosted_by.guid=${host.guid}`)).toBe(host.assets.total_count);
    }
    const vendors = new Set(assets.flatMap(({ products }) => products.map(({ vendor }) => vendor)));
    expect(summaries.products.map(({ vendor }) => vendor)).toEqual([...vendors].sort());
    for (const threat of summaries.threats) {
      expect(await lab.count(`${path}?threat.guid=${threat.guid}`)).toBeGreaterThan(0);
    }
    const threats = ['none', ...summaries.threats.map(row => row.guid)].join(',');
    expect(await lab.count(`${path}?threat.guid=${threats}`)).toBe(
      assets.filter(asset => asset.threats.evidence_keys.length > 0).length,
    );
  }
});

test('hosts are providers of the company', async () => {
  for (const guid of lab.companies) {
    const { results } = await lab.read(
      `/v1/companies/${guid}/providers`,
      z.object({ results: z.array(z.object({ provider_guid: z.string() })) }),
    );
    const providers = new Set(results.map(row => row.provider_guid));
    for (const { hosted_by: host } of await assetsOf(guid, '?hosted_by_isnull=false')) {
      expect(providers).toContain(host?.guid);
    }
  }
});

test('filters find by what a row does not show in one field', async () => {
  const guid = lab.companies.at(-1) ?? '';
  const assets = await assetsOf(guid);
  const count = (query: string) => lab.count(`/v1/companies/${guid}/assets?${query}`);
  const counted = (isMet: (asset: Asset) => boolean) => assets.filter(isMet).length;
  const address = assets.find(({ is_ip: isIp }) => !isIp)?.ip_addresses[0] ?? '';
  const product = assets.find(({ products }) => products.length > 0)?.products[0];
  const named = `${product?.product}:${product?.version}`;
  const onGrace = byAsset((await findingsOf(guid)).filter(row => row.grace_period_end_date !== null));
  const asked: readonly (readonly [string, number])[] = [
    [`ip_address=${address}`, counted(asset => asset.ip_addresses.includes(address))],
    [`product.name-version=${named}`, counted(has(product?.product, product?.version))],
    [`product__name_version=${named}`, counted(has(product?.product, product?.version))],
    [`product.name-version=${product?.product}:`, counted(has(product?.product))],
    ['overrides_isnull=true', counted(asset => asset.overrides.importance === null)],
    ['importance_overrides=high', counted(asset => asset.overrides.importance === 'high')],
    ['importance_categories=critical,low', counted(asset => /critical|low/.test(asset.importance_category))],
    ['combined_overrides.importance=none', counted(asset => asset.combined_overrides.importance === 'none')],
    ['findings__total_count_gte=3', counted(asset => asset.findings.total_count >= 3)],
    ['tags_isnull=false', counted(asset => asset.tags.length > 0)],
    ['is_in_grace_period=true', onGrace.size],
    ['is_in_grace_period=false', assets.length - onGrace.size],
    ['grace_period_end_date_gte=2000-01-01', onGrace.size],
    ['countries=germany', counted(asset => asset.country === 'Germany')],
    ['origin_subsidiary_isnull=true', assets.length],
    ['importance_categories=enormous', 0],
    ['cloud_context.region=eu-west-1', assets.length],
  ];
  for (const [query, expected] of asked) expect(await count(query), query).toBe(expected);
  for (const query of ['findings.total_count_gt=many', 'grace_period_end_date=soon']) {
    expect((await lab.answer(`/v1/companies/${guid}/assets?${query}`)).status, query).toBe(400);
  }
});

function has(name: string | undefined, version?: string): (asset: Asset) => boolean {
  return ({ products }) =>
    products.some(product => product.product === name && (version ?? product.version) === product.version);
}

test('assets come and go as days pass, and what stays keeps its importance', async () => {
  const [guid = ''] = lab.companies;
  const before = new Map((await assetsOf(guid)).map(asset => [asset.asset, asset]));
  lab.pass(200);
  try {
    const after = await assetsOf(guid);
    expect(after.filter(({ asset }) => !before.has(asset)).length).toBeGreaterThan(0);
    const stayed = after.filter(({ asset }) => before.has(asset));
    expect(stayed.length).toBeGreaterThan(0);
    expect(stayed.length).toBeLessThan(before.size);
    for (const { asset, importance } of stayed) expect(before.get(asset)?.importance).toBe(importance);
  } finally {
    lab.pass(-200);
  }
});
