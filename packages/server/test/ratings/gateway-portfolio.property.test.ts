/**
 * The portfolio in the database answers every query as a list in memory does: the rows, their order, their count. The model is
 * `matching` over the very records that were written, with what was given to some of the companies here.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  saveCompanyTiers,
  saveCustomId,
  saveMembers,
  saveTier,
} from '../../src/ratings/local/local-repository.ts';
import { fieldsGiven } from '../../src/ratings/sources/synced/kept-here.ts';
import { readListings } from '../../src/ratings/sources/synced/portfolio-rows.ts';
import type { JsonObject } from '../../src/wire/json.ts';
import { listQueryOf } from '../../src/wire/list-query.ts';
import { parametersOf } from '../../src/wire/parameters.ts';
import {
  PORTFOLIO_SCHEMA,
  PORTFOLIO_V1_SCHEMA,
  type PortfolioRecord,
  portfolioQueryOf,
} from '../../src/wire/portfolio-filters.ts';
import { pageOf } from '../../src/wire/rows.ts';
import { type ShownCompany, storeCompanies } from '../support/stored-companies.ts';
import { SyncLab } from '../support/sync-lab.ts';

let lab: SyncLab;
beforeAll(async () => {
  lab = await SyncLab.open();
});
afterAll(() => lab.close());

const FOLDERS = ['f0000000-0000-4000-8000-000000000001', 'F0000000-0000-4000-8000-000000000002'];
const TIERS = ['a0000000-0000-4000-8000-000000000001', 'A0000000-0000-4000-8000-00000000000B'];
const SLUGS = ['spf', 'open_ports', 'dkim'];
/** Of this server. */
const OWN_FOLDER = 'f0000000-0000-7000-8000-000000000009';
const OWN_TIERS = [
  { guid: 'a0000000-0000-7000-8000-000000000008', name: 'Ours', rank: 1 },
  { guid: 'a0000000-0000-7000-8000-000000000009', name: 'Ours as well', rank: 5 },
];

/** Few values, so that companies share them; odd ones among them. */
const word = fc.constantFrom(
  'Acme',
  'acme',
  'ACME Höhe',
  'Straße',
  'İstanbul',
  'null',
  '',
  'Ω',
  'ﬁn',
  '🦊 Fox',
  'ￊ wide',
  'a,b',
);
const pair = fc.option(
  fc.record({ name: fc.option(word), slug: fc.option(word) }, { requiredKeys: ['name'] }),
);
const company = fc.record({
  listed: fc.record(
    {
      name: fc.option(word),
      shortname: fc.option(word),
      custom_id: fc.option(word),
      primary_domain: fc.option(word),
      rating: fc.option(fc.constantFrom(300, 690, 700, 710)),
      added_date: fc.option(fc.constantFrom('2025-01-01', '2026-02-02')),
      industry: pair,
      sub_industry: pair,
      type: fc.oneof(
        fc.array(fc.constantFrom('CURATED', 'PRIVATE'), { maxLength: 2 }),
        fc.constant('CURATED'),
      ),
      subscription_type: fc.option(
        fc.record({
          name: fc.constantFrom('Risk Monitoring', 'Total'),
          slug: fc.constantFrom('alerts-only', 'total'),
        }),
      ),
      life_cycle: pair,
      relationship: pair,
      tier: fc.option(fc.constantFrom(...TIERS)),
      tier_order: fc.option(fc.constantFrom(1, 2)),
    },
    { requiredKeys: [] },
  ),
  grades: fc.option(fc.dictionary(fc.constantFrom(...SLUGS), fc.constantFrom('A', 'F', 'N/A'))),
  folders: fc.subarray(FOLDERS),
  /** What is kept here of it. */
  given: fc.record(
    {
      customId: fc.option(word),
      tier: fc.constantFrom(...OWN_TIERS),
      folders: fc.subarray([OWN_FOLDER]),
    },
    { requiredKeys: [] },
  ),
});
type Company = typeof company extends fc.Arbitrary<infer T> ? T : never;

const guidOf = (index: number) => `c0000000-0000-4000-8000-${String(index).padStart(12, '0')}`;

/** Writes the companies as a sync does, and returns the records they stand for. */
async function stored(companies: readonly Company[]): Promise<readonly PortfolioRecord[]> {
  const { db } = lab.store;
  for (const table of [
    'company_listings',
    'company_ratings',
    'company_sync',
    'companies',
    'account_lists',
    'local_custom_ids',
    'local_company_tiers',
    'local_tiers',
    'local_folder_companies',
  ] as const)
    await db.deleteFrom(table).execute();
  const records: PortfolioRecord[] = [];
  const shown: ShownCompany[] = [];
  for (const [index, { listed, grades, folders, given }] of companies.entries()) {
    const guid = guidOf(index);
    const item: JsonObject = { guid, ...listed };
    const detail: JsonObject | null =
      grades === null
        ? null
        : {
            guid,
            rating_details: Object.fromEntries(
              Object.entries(grades).map(([slug, grade]) => [slug, { grade }]),
            ),
          };
    shown.push({ listed: item, detail });
    records.push({
      item: { ...item, ...givenFields(given) },
      folders: [...folders, ...(given.folders ?? [])],
      countries: [],
      grades: grades ?? {},
    });
    await store(guid, given);
  }
  await storeCompanies(lab.store, lab, shown);
  for (const [position, guid] of FOLDERS.entries()) {
    const members = companies.flatMap(({ folders }, index) =>
      folders.includes(guid) ? [guidOf(index)] : [],
    );
    const record = JSON.stringify({ guid, companies: members.map(member => member.toUpperCase()) });
    await db
      .insertInto('account_lists')
      .values({ connection_id: lab.connectionId, list: 'folders', guid, position, record, synced_at: 0 })
      .execute();
  }
  return records;
}

/** The fields of a row that are others by what was given. */
function givenFields({ customId, tier }: Company['given']): JsonObject {
  return {
    ...(customId === undefined ? {} : { custom_id: customId }),
    ...(tier === undefined ? {} : { tier: tier.guid, tier_name: tier.name, tier_order: tier.rank }),
  };
}

async function store(company: string, { customId, tier, folders = [] }: Company['given']): Promise<void> {
  const { db } = lab.store;
  const { organizationId } = lab;
  const now = 0;
  if (customId !== undefined) await saveCustomId(db, { organizationId, company, customId, now });
  if (tier !== undefined) {
    const times = { created_at: now, updated_at: now, deleted_at: null };
    const row = { organization_id: organizationId, group_id: null, description: '', ...tier, ...times };
    await saveTier(db, row);
    await saveCompanyTiers(db, { organizationId, tier: tier.guid, now }, [company]);
  }
  for (const folder of folders)
    await saveMembers(db, { organizationId, folder, isMember: true, now }, [company]);
}

const spelled = fc.constantFrom('.', '__');
const values = fc
  .array(
    fc.oneof(
      word,
      fc.constantFrom(
        'alerts-only',
        'total',
        'curated',
        'untiered',
        '700',
        '690',
        'true',
        'false',
        'A',
        'N/A',
      ),
      fc.constantFrom(...FOLDERS, ...TIERS, ...SLUGS, guidOf(0), guidOf(3).toUpperCase()),
      fc.constantFrom(OWN_FOLDER.toUpperCase(), ...OWN_TIERS.map(tier => tier.guid)),
    ),
    { minLength: 1, maxLength: 3 },
  )
  .map(list => list.join(','));

/** A parameter of every kind that the table knows; one that cannot be read is left to other tests. */
const parameter = fc
  .constantFrom(...[PORTFOLIO_SCHEMA, PORTFOLIO_V1_SCHEMA].flatMap(({ filters }) => [...filters.entries()]))
  .filter(([name]) => name !== 'countries')
  .chain(([name, filter]) =>
    fc
      .tuple(fc.constantFrom('', ...filter.suffixes.map(suffix => `_${suffix}`)), spelled)
      .chain(([suffix, dot]) => {
        const isNumber = filter.type === 'number' && suffix !== '_isnull';
        const value = isNumber
          ? fc.constantFrom('300', '690', '700', '1e3', '-5').filter(text => !text.includes('e'))
          : suffix === '_isnull'
            ? fc.constantFrom('true', 'false', 'perhaps')
            : values;
        return value.map(text => [`${name.replaceAll('.', dot)}${suffix}`, text] as const);
      }),
  );
const sort = fc
  .array(
    fc
      .tuple(fc.boolean(), fc.constantFrom(...PORTFOLIO_SCHEMA.sorts.keys()))
      .map(([down, name]) => `${down ? '-' : ''}${name}`),
    { maxLength: 3 },
  )
  .map(keys => keys.join(','));
const query = fc.record(
  {
    parameters: fc.array(parameter, { maxLength: 3 }),
    sort,
    q: word,
    limit: fc.integer({ min: 1, max: 6 }),
    offset: fc.nat(6),
  },
  { requiredKeys: ['parameters'] },
);

test('every query finds the same companies in the same order as it would in memory', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(company, { minLength: 1, maxLength: 8 }),
      fc.array(query, { minLength: 40, maxLength: 40 }),
      async (companies, queries) => {
        const records = await stored(companies);
        const visibility = {
          organizationId: lab.organizationId,
          connectionIds: [lab.connectionId],
          narrowedTo: null,
          groupId: null,
        };
        for (const { parameters, ...rest } of queries) {
          const text = new URLSearchParams();
          for (const [name, value] of [...parameters, ...Object.entries(rest)])
            text.append(name, String(value));
          for (const schema of [PORTFOLIO_SCHEMA, PORTFOLIO_V1_SCHEMA]) {
            const asked = portfolioQueryOf(listQueryOf(parametersOf(`/?${text}`), schema));
            const model = pageOf(records, asked, schema);
            const found = await readListings(lab.store.db, visibility, asked);
            const rows = [];
            for await (const row of found.rows) {
              const { local: _local, ...given } = fieldsGiven(row) ?? {};
              rows.push({ ...JSON.parse(row.listed), ...given });
            }
            expect({ query: `${text}`, count: found.count, rows }).toEqual({
              query: `${text}`,
              count: model.count,
              rows: model.rows.map(({ item }) => JSON.parse(JSON.stringify(item))),
            });
          }
        }
      },
    ),
    { numRuns: 20 },
  );
}, 60_000);
