import { resourceId } from '@sightline/model';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { NO_ORIGIN } from '../../src/access/audit/audit-event.ts';
import type { CompaniesTable } from '../../src/store/schema.ts';
import { at, type Json } from '../support/json.ts';
import { type Answer, type Harness, NOW, principal, startHarness } from './harness.ts';
import { addCompanies, addConnection, addFindings, companyRow, findingRow, uuid } from './seed.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(() => harness.close());

const SEVERITIES = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW', 'UNKNOWN'] as const;

const findingSeed = fc.record({
  severity: fc.constantFrom(...SEVERITIES),
  isVulnerability: fc.boolean(),
  hasCve: fc.boolean(),
  updated: fc.integer({ min: 0, max: 3 }),
});
const companySeed = fc.record({
  connection: fc.constantFrom(0, 1),
  score: fc.integer({ min: 300, max: 820 }),
  findings: fc.array(findingSeed, { maxLength: 4 }),
});
/** Companies, and for each of two groups which of them it holds. */
const worlds = fc.array(companySeed, { minLength: 1, maxLength: 7 }).chain(companies =>
  fc.tuple(
    fc.constant(companies),
    fc.array(fc.array(fc.boolean(), { minLength: companies.length, maxLength: companies.length }), {
      minLength: 2,
      maxLength: 2,
    }),
  ),
);

type Finding = ReturnType<typeof findingRow>;
interface World {
  connections: string[];
  companies: CompaniesTable[];
  findings: Finding[];
  counts: Map<string, Record<string, number>>;
}

let made = 0;

/** An organization of its own for each run, with a stranger's company beside it that nobody of it may see. */
async function build(seeds: readonly (typeof companySeed extends fc.Arbitrary<infer T> ? T : never)[]) {
  made += 1;
  const organizationId = uuid(`scope-organization-${made}`);
  const { store } = harness;
  await store.db
    .insertInto('organizations')
    .values({
      id: organizationId,
      name: 'One',
      identifier: null,
      is_owner: 0,
      created_at: NOW,
      deleted_at: null,
    })
    .execute();
  await store.db
    .insertInto('access_groups')
    .values({
      id: uuid(`scope-whole-${made}`),
      organization_id: organizationId,
      name: 'All Companies',
      all_companies: 1,
      is_default: 1,
      created_at: NOW,
    })
    .execute();
  const connections = [uuid(`scope-first-${made}`), uuid(`scope-second-${made}`)];
  for (const id of connections) await addConnection(store, id, { organization_id: organizationId });
  const companies = seeds.map(({ connection, score }, index) =>
    companyRow(connections[connection] ?? '', uuid(`guid-${made}-${index}`), {
      organization_id: organizationId,
      name: `Company ${index}`,
      score,
    }),
  );
  const findings = seeds.flatMap((seed, index) => {
    const company = companies[index];
    if (company === undefined) return [];
    return seed.findings.map(({ severity, isVulnerability, hasCve, updated }, number) =>
      findingRow(company, `f${number}`, {
        severity,
        is_vulnerability: isVulnerability ? 1 : 0,
        terms: hasCve ? ['cve:CVE-2026-1'] : [],
        updated_at: NOW + updated,
        asset: 'shared.example.com',
      }),
    );
  });
  const counts = new Map(
    companies.map(company => {
      const own = findings.filter(({ row }) => row.company_id === company.id);
      return [
        company.id,
        Object.fromEntries(
          SEVERITIES.map(severity => [severity, own.filter(({ row }) => row.severity === severity).length]),
        ),
      ];
    }),
  );
  await store.write(async transaction => {
    await addCompanies(transaction, companies);
    await addFindings(transaction, findings);
    for (const company of companies) {
      await transaction
        .insertInto('company_sync')
        .values({
          company_id: company.id,
          connection_id: company.connection_id,
          last_synced_at: NOW,
          findings_synced_at: NOW,
          findings_full_walk_at: null,
          findings_full_walk_run: null,
          open_finding_counts: JSON.stringify(counts.get(company.id)),
        })
        .execute();
      await transaction
        .insertInto('company_ratings')
        .values({
          company_id: company.id,
          rating_date: '2026-02-01',
          score: company.score ?? 0,
          grade: null,
          record: '{}',
        })
        .execute();
    }
  });
  const world: World = { connections, companies, findings, counts };
  return { organizationId, world };
}

const itemsOf = (answer: Answer): Json[] => {
  const items = at(answer.json, 'items');
  if (!Array.isArray(items)) throw new Error(`${answer.status} ${answer.text}`);
  return items;
};
const idsOf = (items: readonly Json[]): string[] => items.map(item => String(at(item, 'id')));

/** All ids of a list, page by page, each page of two. */
async function walk(path: string, as: string, headers: Record<string, string> = {}): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | null = null;
  for (let pages = 0; pages < 40; pages += 1) {
    const query: string =
      cursor === null ? path : `${path.split('?')[0]}?cursor=${encodeURIComponent(cursor)}`;
    const answer = await harness.get(`${query}${query.includes('?') ? '&' : '?'}limit=2`, { as, headers });
    ids.push(...idsOf(itemsOf(answer)));
    const next = at(answer.json, 'next_cursor');
    if (typeof next !== 'string') return ids;
    cursor = next;
  }
  throw new Error(`${path} does not end`);
}

const sorted = (ids: readonly string[]) => [...ids].sort();

/** Holds every data route against what a filter in memory says. */
async function compare(world: World, sees: (company: CompaniesTable) => boolean, as: string): Promise<void> {
  const companies = world.companies.filter(sees);
  const seen = new Set(companies.map(company => company.id));
  const findings = world.findings.filter(({ row }) => seen.has(row.company_id)).map(({ row }) => row);
  const vulnerabilities = findings.filter(row => row.vulnerability_id !== null);
  const withCve = new Set(world.findings.filter(({ terms }) => terms.length > 0).map(({ row }) => row.id));
  const lists: [string, string[]][] = [
    ['/v2/tprm/companies', companies.map(company => company.id)],
    ['/v2/tprm/companies?sort=-score', companies.map(company => company.id)],
    [
      '/v2/tprm/companies?score_gte=600',
      companies.filter(({ score }) => (score ?? 0) >= 600).map(({ id }) => id),
    ],
    [
      `/v2/tprm/companies?ids=${world.companies.map(({ id }) => id).join(',')}`,
      companies.map(({ id }) => id),
    ],
    ['/v2/resources?sort=name', companies.map(company => resourceId(company.id))],
    [
      `/v2/resources?ids=${world.companies.map(({ id }) => resourceId(id)).join(',')}`,
      companies.map(({ id }) => resourceId(id)),
    ],
    ['/v2/tprm/findings', findings.map(row => row.id)],
    ['/v2/tprm/findings?sort=-updated_at', findings.map(row => row.id)],
    [
      '/v2/tprm/findings?severity=HIGH,LOW',
      findings.filter(row => ['HIGH', 'LOW'].includes(row.severity)).map(row => row.id),
    ],
    ['/v2/tprm/findings?cve=CVE-2026-1', findings.filter(row => withCve.has(row.id)).map(row => row.id)],
    ['/v2/tprm/findings?asset=shared.example.com', findings.map(row => row.id)],
    [
      `/v2/tprm/findings?company_id=${world.companies.map(({ id }) => id).join(',')}`,
      findings.map(row => row.id),
    ],
    ['/v2/vulnerability_findings', vulnerabilities.map(row => row.vulnerability_id ?? '')],
    [
      `/v2/vulnerability_findings?resourceId=${world.companies.map(({ id }) => resourceId(id)).join(',')}`,
      vulnerabilities.map(row => row.vulnerability_id ?? ''),
    ],
  ];
  for (const [path, expected] of lists) expect(sorted(await walk(path, as)), path).toEqual(sorted(expected));
  for (const connection of world.connections) {
    const headers = { 'x-connection-id': connection };
    const own = new Set(companies.filter(row => row.connection_id === connection).map(row => row.id));
    expect(sorted(await walk('/v2/tprm/companies', as, headers))).toEqual(sorted([...own]));
    expect(sorted(await walk('/v2/tprm/findings', as, headers))).toEqual(
      sorted(findings.filter(row => own.has(row.company_id)).map(row => row.id)),
    );
  }
  const stream = await harness.get('/v2/tprm/findings?format=ndjson', { as });
  const lines = stream.text.split('\n').filter(line => line !== '');
  expect(sorted(lines.map(line => String(at(JSON.parse(line), 'id'))))).toEqual(
    sorted(findings.map(row => row.id)),
  );
  await compareDetails(world, sees, as);
}

async function compareDetails(
  world: World,
  sees: (company: CompaniesTable) => boolean,
  as: string,
): Promise<void> {
  for (const company of world.companies) {
    const status = sees(company) ? 200 : 404;
    const resource = `/v2/resources/${resourceId(company.id)}`;
    for (const path of [
      `/v2/tprm/companies/${company.id}`,
      `/v2/tprm/companies/${company.id}/ratings`,
      resource,
    ]) {
      expect((await harness.get(path, { as })).status, path).toBe(status);
    }
    if (status === 404) continue;
    const counts = at((await harness.get(resource, { as })).json, 'open_finding_counts');
    expect(counts).toEqual(world.counts.get(company.id));
  }
  for (const { row } of world.findings) {
    const company = world.companies.find(one => one.id === row.company_id);
    const status = company !== undefined && sees(company) ? 200 : 404;
    const paths = [`/v2/tprm/findings/${row.id}`, `/v2/tprm/findings/${row.id}/raw`];
    if (row.vulnerability_id !== null) paths.push(`/v2/vulnerability_findings/${row.vulnerability_id}`);
    for (const path of paths) expect((await harness.get(path, { as })).status, path).toBe(status);
  }
}

test('every list, stream, count and detail is that of the group and no other, also after the group changed', async () => {
  await fc.assert(
    fc.asyncProperty(worlds, async ([seeds, [first = [], second = []]]) => {
      const { organizationId, world } = await build(seeds);
      const admin = principal({ organizationId, isOwnerOrganization: false });
      const held = (mask: readonly boolean[]) => world.companies.filter((_, index) => mask[index] === true);
      const guidsOf = (companies: readonly CompaniesTable[]) => companies.map(company => company.vendor_id);
      const group = await harness.groups.create(
        admin,
        organizationId,
        { name: 'EMEA', companies: guidsOf(held(first)) },
        NO_ORIGIN,
      );
      const walled = (companies: readonly CompaniesTable[]) =>
        principal({
          organizationId,
          isOwnerOrganization: false,
          role: 'customer_user',
          group: {
            guid: group.guid,
            name: 'EMEA',
            allCompanies: false,
            companies: new Set(guidsOf(companies)),
          },
        });
      harness.callers.set('whole', admin);
      harness.callers.set('walled', walled(held(first)));
      await compare(world, () => true, 'whole');
      await compare(world, company => held(first).includes(company), 'walled');
      await harness.groups.replaceCompanies(
        admin,
        organizationId,
        group.guid,
        guidsOf(held(second)),
        NO_ORIGIN,
      );
      harness.callers.set('walled', walled(held(second)));
      await compare(world, company => held(second).includes(company), 'walled');
    }),
    { numRuns: 12 },
  );
}, 120_000);
