/**
 * Figures about fourth parties are sums of relationships: the model is what every company's own lists show, for random groups of
 * companies and on several days.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { FiguresLab } from './figures-lab.ts';

let lab: FiguresLab;
beforeAll(async () => {
  lab = await FiguresLab.start({ seed: 'fourth', companies: 9, findingsPerCompany: 1 });
});
beforeEach(() => {
  lab.askedBy(null);
  lab.source.world.changes.undo();
});
afterAll(() => lab.close());

const Figures = z.object({
  company_count: z.int().positive(),
  domain_count: z.int().positive(),
  percent_dependent: z.number().min(0).max(100),
  percent_dependent_company: z.number().min(0).max(100),
  relative_importance: z.number().nonnegative(),
  relative_criticality: z.enum(['critical', 'high', 'medium', 'low']),
  last_seen_date: z.iso.date(),
});
const Source = z.enum(['bitsight', 'self']);
const Provider = Figures.extend({
  provider_guid: z.guid(),
  provider_name: z.string(),
  provider_industry: z.string(),
  provider_rating: z.int(),
  provider_rating_date: z.iso.date(),
  provider_is_csp: z.boolean(),
  provider_hq_country_code: z.string().length(2),
  product_types: z.array(z.string()).min(1),
  product_count: z.int().positive(),
}).strict();
const Product = Figures.extend({
  product_guid: z.guid(),
  product_name: z.string(),
  product_types: z.array(z.string()).min(1),
  business_functions: z.array(z.string()),
  provider_guid: z.guid(),
  provider_name: z.string(),
  provider_industry: z.string(),
}).strict();
const OwnProvider = Provider.extend({ relationship_source: Source }).strict();
const OwnProduct = Product.extend({ relationship_source: Source }).strict();
const Dependent = z
  .object({
    company_guid: z.guid(),
    company_name: z.string(),
    domain_count: z.int(),
    percent_dependent: z.number(),
    relationship_source: Source,
  })
  .strict();
const FourthParty = z.object({
  row_guid: z.guid(),
  product_guid: z.guid(),
  product_name: z.string(),
  product_types: z.array(z.string()),
  provider_guid: z.guid(),
  provider_name: z.string(),
  provider_rating: z.int(),
  provider_rating_date: z.iso.date(),
  relationship_guid: z.guid(),
  relationship_type: Source,
});

interface Sum {
  companies: string[];
  domains: number;
  products: Set<string>;
  lastSeen: string;
}

/** What the companies' own lists add up to, by provider and by product. */
async function sums(companies: readonly string[]) {
  const providers = new Map<string, Sum>();
  const products = new Map<string, Sum>();
  const add = (to: Map<string, Sum>, key: string, guid: string, row: z.infer<typeof Figures>): Sum => {
    const sum = to.get(key) ?? { companies: [], domains: 0, products: new Set(), lastSeen: '' };
    to.set(key, sum);
    sum.companies.push(guid);
    sum.domains += row.domain_count;
    if (row.last_seen_date > sum.lastSeen) sum.lastSeen = row.last_seen_date;
    return sum;
  };
  for (const guid of companies) {
    const used = await lab.rows(`/v1/companies/${guid}/products`, OwnProduct);
    for (const row of used) add(products, row.product_guid, guid, row);
    for (const row of await lab.rows(`/v1/companies/${guid}/providers`, OwnProvider)) {
      const own = used.filter(product => product.provider_guid === row.provider_guid);
      expect([row.company_count, row.percent_dependent_company]).toEqual([1, 100]);
      expect(row.product_count).toBe(own.length);
      expect(row.domain_count).toBe(Math.max(...own.map(product => product.domain_count)));
      expect(own.every(product => product.relationship_source === row.relationship_source)).toBe(true);
      const sum = add(providers, row.provider_guid, guid, row);
      for (const product of own) sum.products.add(product.product_guid);
    }
    const relationships = await lab.rows(`/v1/companies/${guid}/fourth-parties`, FourthParty);
    expect(relationships.map(row => `${row.product_guid} ${row.relationship_type}`).sort()).toEqual(
      used.map(row => `${row.product_guid} ${row.relationship_source}`).sort(),
    );
  }
  return { providers, products };
}

function figuresOf(sum: Sum, companies: number) {
  return {
    company_count: sum.companies.length,
    domain_count: sum.domains,
    last_seen_date: sum.lastSeen,
    percent_dependent_company: Math.round((sum.companies.length / companies) * 1000) / 10,
  };
}

test('figures of a group are the sums of its companies’ own, on any day', async () => {
  await fc.assert(
    fc.asyncProperty(fc.subarray([...lab.companies], { minLength: 1 }), fc.nat(900), async (group, days) => {
      lab.source.world.changes.undo();
      lab.pass(days - 450);
      const present = new Set(lab.companies);
      const seen = group.filter(guid => present.has(guid));
      fc.pre(seen.length > 0);
      lab.askedBy(group);
      const wanted = await sums(seen);
      const providers = await lab.rows('/v1/portfolio/providers', Provider);
      expect(providers.map(row => row.provider_guid).sort()).toEqual([...wanted.providers.keys()].sort());
      for (const row of providers) {
        const sum = wanted.providers.get(row.provider_guid);
        if (sum === undefined) throw new Error('unreachable');
        expect(row).toMatchObject({ ...figuresOf(sum, seen.length), product_count: sum.products.size });
        const path = `/v1/portfolio/providers/${row.provider_guid}`;
        const dependents = await lab.rows(`${path}/companies`, Dependent);
        expect(dependents.map(one => one.company_guid).sort()).toEqual(sum.companies.toSorted());
        expect(dependents.reduce((domains, one) => domains + one.domain_count, 0)).toBe(sum.domains);
        const sold = await lab.rows(`${path}/products`, Product);
        expect(sold.map(one => one.product_guid).sort()).toEqual([...sum.products].sort());
        expect(row.product_types.toSorted()).toEqual(
          [...new Set(sold.flatMap(one => one.product_types))].sort(),
        );
      }
      const products = await lab.rows('/v1/portfolio/products', Product);
      expect(products.map(row => row.product_guid).sort()).toEqual([...wanted.products.keys()].sort());
      for (const row of products) {
        const sum = wanted.products.get(row.product_guid);
        if (sum !== undefined) expect(row).toMatchObject(figuresOf(sum, seen.length));
      }
      const Type = z.object({ product_type: z.string(), company_guids: z.array(z.string()) }).strict();
      for (const row of await lab.rows('/v1/portfolio/product-types', Type)) {
        const users = products
          .filter(product => product.product_types.includes(row.product_type))
          .flatMap(product => wanted.products.get(product.product_guid)?.companies ?? []);
        expect(row.company_guids.toSorted()).toEqual([...new Set(users)].sort());
      }
    }),
    { numRuns: 5 },
  );
});

test('relationships come and go with the days', async () => {
  const [own = ''] = lab.companies;
  const names = async () =>
    (await lab.rows(`/v1/companies/${own}/providers`, OwnProvider)).map(row => row.provider_guid).sort();
  const today = await names();
  lab.pass(1);
  expect((await names()).length).toBeGreaterThan(0);
  lab.pass(600);
  expect(await names()).not.toEqual(today);
});

test('relationships are chosen by type, and what nobody seen depends on is not there', async () => {
  const [provider] = await lab.rows('/v1/portfolio/providers?sort=-company_count', Provider);
  const path = `/v1/portfolio/providers/${provider?.provider_guid}`;
  const count = async (type: string) =>
    (await lab.rows(`${path}/products?relationship_type=${type}`, Product)).reduce(
      (sum, row) => sum + row.company_count,
      0,
    );
  const all = (await lab.rows(`${path}/products`, Product)).reduce((sum, row) => sum + row.company_count, 0);
  expect((await count('bitsight')) + (await count('self'))).toBe(all);
  expect(await count('none')).toBe(0);
  const dependents = (await lab.rows(`${path}/companies`, Dependent)).map(row => row.company_guid);
  lab.askedBy(lab.companies.filter(guid => !dependents.includes(guid)));
  for (const below of ['companies', 'products'])
    expect((await lab.answer(`${path}/${below}`)).status).toBe(404);
});
