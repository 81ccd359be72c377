/** Trees, search, subscriptions, industries, static data, requests, countries and jobs: what each shows agrees with the portfolio. */
import { RISK_VECTORS } from '@sightline/model';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { FiguresLab, fieldsOf, fixture } from './figures-lab.ts';

let lab: FiguresLab;
beforeAll(async () => {
  lab = await FiguresLab.start({ seed: 'catalogues', companies: 16, findingsPerCompany: 60 });
});
beforeEach(() => lab.askedBy(null));
afterAll(() => lab.close());

const Portfolio = z.object({
  guid: z.string(),
  name: z.string(),
  primary_domain: z.string(),
  rating: z.int().nullable(),
  subscription_type: z.object({ slug: z.string() }),
  added_date: z.string(),
});
const portfolio = () => lab.rows('/v2/portfolio', Portfolio);

describe('company trees', () => {
  const fields = { guid: z.guid(), name: z.string(), rating: z.int().nullable() };
  const Node = z.object({
    ...fields,
    rating_category: z.string().nullable(),
    children: z.array(z.unknown()),
  });

  function guidsOf(node: unknown): string[] {
    const { guid, children } = Node.parse(node);
    return [guid, ...children.flatMap(guidsOf)];
  }

  test('the root is the company, the guids are those of the tree, and the detail view knows whether there is one', async () => {
    const seen = new Set<string>();
    const withTree = new Set<boolean>();
    for (const { guid, rating } of await portfolio()) {
      const tree = await lab.read(`/v1/companies/${guid}/company-tree?expand=is_shell`, z.unknown());
      const root = Node.parse(tree);
      expect([root.guid, root.rating]).toEqual([guid, rating]);
      const category =
        rating === null ? null : rating >= 740 ? 'advanced' : rating >= 640 ? 'intermediate' : 'basic';
      expect(root.rating_category).toBe(category);
      const guids = await lab.read(`/v1/companies/${guid}/company-tree/guids`, z.array(z.string()));
      expect(guids).toEqual(guidsOf(tree));
      const detail = await lab.read(`/v1/companies/${guid}`, z.object({ has_company_tree: z.boolean() }));
      expect(guids.length > 1).toBe(detail.has_company_tree);
      withTree.add(detail.has_company_tree);
      for (const one of guids) expect(seen.has(one)).toBe(false);
      for (const one of guids) seen.add(one);
      for (const field of fieldsOf(fixture('companies.v1.company-tree.GET.json')))
        expect(Object.keys(tree as object)).toContain(field);
    }
    expect(withTree.size).toBe(2);
    // Subsidiaries are not in the portfolio.
    const own = new Set(lab.companies);
    expect([...seen].filter(guid => !own.has(guid)).length).toBeGreaterThan(3);
  });

  test('guids are found by parts of names and domains', async () => {
    const withTree = await treeOwner();
    const path = `/v1/companies/${withTree.guid}/company-tree/guids`;
    const all = await lab.read(path, z.array(z.string()));
    expect(await lab.read(`${path}?domain=${withTree.primary_domain}`, z.array(z.string()))).toEqual(all);
    expect(await lab.read(`${path}?name=no-such`, z.array(z.string()))).toEqual([]);
  });

  async function treeOwner(): Promise<z.infer<typeof Portfolio>> {
    for (const row of await portfolio()) {
      const guids = await lab.read(`/v1/companies/${row.guid}/company-tree/guids`, z.array(z.string()));
      if (guids.length > 1) return row;
    }
    throw new Error('no company has a tree');
  }
});

describe('search', () => {
  const Found = z.object({ guid: z.string(), name: z.string(), primary_domain: z.string() });
  const Details = z.object({
    details: z.object({ in_portfolio: z.boolean(), confidence: z.string() }).loose(),
  });
  const search = (query: string) => lab.rows(`/v1/companies/search?${query}`, Found);

  test('finds companies of the portfolio by guid, name and domain, and others besides', async () => {
    const [company] = await portfolio();
    const { guid = '', name = '', primary_domain: domain = '' } = company ?? {};
    for (const query of [`guids=${guid.toUpperCase()}`, `domain=${domain}`, `domain=https://www.${domain}/x`])
      expect((await search(query)).map(row => row.guid)).toEqual([guid]);
    expect((await search(`name=${name.slice(1).toUpperCase()}`)).map(row => row.guid)).toContain(guid);
    const inside = await search('in_portfolio=true');
    expect(inside.map(row => row.guid).sort()).toEqual([...lab.companies].sort());
    const outside = await search('in_portfolio=false');
    expect(outside.length).toBeGreaterThan(100);
    const domains = [...inside, ...outside].map(row => row.primary_domain);
    expect(new Set(domains).size).toBe(domains.length);
  });

  test('details are shown when asked for, or one by one, and POST asks as GET does', async () => {
    const [guid = ''] = lab.companies;
    const [whole] = await lab.rows(`/v1/companies/search?guids=${guid}&expand=details`, Details);
    expect(whole?.details).toMatchObject({ in_portfolio: true, is_primary: true });
    const path = `/v1/companies/search?guids=${guid}&expand=details.in_portfolio`;
    const [part] = await lab.rows(path, z.object({ details: z.record(z.string(), z.unknown()) }));
    expect(part?.details).toEqual({ in_portfolio: true });
    const posted = await lab.raw('/v1/companies/search', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ guids: [guid, lab.companies[1]] }),
    });
    expect(await posted.json()).toMatchObject({ count: 2 });
  });

  test('a group finds its own companies and those of nobody, never another group’s', async () => {
    await fc.assert(
      fc.asyncProperty(fc.subarray([...lab.companies]), async group => {
        lab.askedBy(group);
        expect((await search('in_portfolio=true')).map(row => row.guid).sort()).toEqual([...group].sort());
        lab.askedBy(null);
        const outside = await search('in_portfolio=false');
        lab.askedBy(group);
        expect(await search('in_portfolio=false')).toEqual(outside);
      }),
      { numRuns: 5 },
    );
  });
});

test('subscriptions hold each company of a group once, under the one that the portfolio names', async () => {
  const Subscription = z.object({
    name: z.string(),
    quota: z.int(),
    remaining: z.int().nonnegative(),
    companies: z.array(z.object({ guid: z.string(), name: z.string(), start_date: z.string() })),
  });
  await fc.assert(
    fc.asyncProperty(fc.subarray([...lab.companies]), async group => {
      lab.askedBy(group);
      const types = await lab.read('/v1/subscriptions', z.record(z.string(), Subscription));
      const shown = Object.entries(types).flatMap(([slug, { companies }]) =>
        companies.map(row => ({ ...row, slug })),
      );
      const wanted = (await portfolio()).map(row => ({
        guid: row.guid,
        name: row.name,
        start_date: row.added_date,
        slug: row.subscription_type.slug,
      }));
      const byGuid = (left: { guid: string }, right: { guid: string }) => (left.guid < right.guid ? -1 : 1);
      expect(shown.sort(byGuid)).toEqual(wanted.sort(byGuid));
      for (const { quota, remaining, companies } of Object.values(types))
        expect(quota - remaining).toBe(companies.length);
    }),
    { numRuns: 8 },
  );
});

test('static data has the documented fields, every risk vector under its name, and the colours of ratings', async () => {
  const Defaults = z.object({
    rating_ranges: z.record(z.string(), z.object({ color: z.string(), min: z.int(), max: z.int() })),
    risk_vectors: z.object({
      color_by_grade: z.record(z.string(), z.string()),
      details_by_name: z.record(z.string(), z.object({ slug: z.string(), category: z.string() })),
    }),
  });
  const body = await lab.read('/v1/defaults', z.unknown());
  for (const field of fieldsOf(fixture('defaults.GET.excerpt.json'))) expect(fieldsOf(body)).toContain(field);
  const { rating_ranges: ranges, risk_vectors: vectors } = Defaults.parse(body);
  for (const { name } of RISK_VECTORS) {
    // The two slugs of other disclosures have one name.
    const slugs = RISK_VECTORS.filter(vector => vector.name === name).map(vector => vector.slug);
    expect(slugs).toContain(vectors.details_by_name[name]?.slug);
  }
  const Detail = z.object({
    rating_details: z.record(z.string(), z.object({ grade: z.string(), grade_color: z.string() })),
    ratings: z.array(z.object({ rating: z.int(), range: z.string(), rating_color: z.string() })),
  });
  const detail = await lab.read(`/v1/companies/${lab.companies[0]}`, Detail);
  for (const { grade, grade_color: color } of Object.values(detail.rating_details))
    expect(vectors.color_by_grade[grade]).toBe(color);
  for (const { rating, range, rating_color: color } of detail.ratings) {
    const known = ranges[range.toLowerCase()];
    expect(known).toMatchObject({ color });
    expect(rating >= (known?.min ?? 0) && rating < (known?.max ?? 0)).toBe(true);
  }
});

test('industries are those of the portfolio’s companies and more, with parts and details on request', async () => {
  const Industries = z.object({
    industries: z.array(
      z.object({
        href: z.url(),
        id: z.int(),
        name: z.string(),
        rating: z.int(),
        rating_details: z.array(z.object({ name: z.string(), rating: z.int(), slug: z.string() })).optional(),
      }),
    ),
  });
  const { industries } = await lab.read('/v1/industries', Industries);
  const names = industries.map(row => row.name);
  const rows = await lab.rows('/v2/portfolio', z.object({ industry: z.object({ name: z.string() }) }));
  for (const { industry } of rows) expect(names).toContain(industry.name);
  expect(industries[0]?.rating_details).toBeUndefined();
  const more = await lab.read('/v1/industries?add_sub_industries=true&expand=rating_details', Industries);
  expect(more.industries.length).toBeGreaterThan(industries.length);
  expect(more.industries[0]?.rating_details?.length).toBeGreaterThan(15);
  lab.askedBy([]);
  expect(await lab.read('/v1/industries', Industries)).toEqual({ industries });
});

test('addresses by country add up to the size of each network, and to the sums of the portfolio', async () => {
  const Addresses = z.object({ ipv4: z.record(z.string().length(2), z.int()) });
  const Whole = z.object({
    companies: z.record(z.string(), Addresses),
    countries: z.record(z.string(), z.object({ name: z.string() })),
    initial_counts: z.record(z.string(), z.int()),
  });
  const group = lab.companies.slice(2, 9);
  lab.askedBy(group);
  const whole = await lab.read('/v1/portfolio/countries', Whole);
  expect(Object.keys(whole.companies).sort()).toEqual([...group].sort());
  const sums = new Map<string, number>();
  for (const guid of group) {
    const { ipv4 } = await lab.read(`/v1/companies/${guid}/countries`, Addresses);
    expect(whole.companies[guid]?.ipv4).toEqual(ipv4);
    const detail = await lab.read(`/v1/companies/${guid}`, z.object({ ipv4_count: z.int() }));
    expect(Object.values(ipv4).reduce((sum, count) => sum + count, 0)).toBe(detail.ipv4_count);
    for (const [code, count] of Object.entries(ipv4)) {
      const name = whole.countries[code]?.name ?? '';
      sums.set(name, (sums.get(name) ?? 0) + count);
    }
  }
  expect(new Map(Object.entries(whole.initial_counts))).toEqual(sums);
});

test.each([1, 3, 16])(
  'the values to filter by are those that %i companies and their findings have',
  async size => {
    const Values = z.record(z.string(), z.array(z.string()));
    const group = lab.companies.slice(-size);
    lab.askedBy(group);
    const summaries = await lab.read('/v2/portfolio/summaries', Values);
    const families = new Set<string>();
    const cves = new Set<string>();
    for (const guid of group) {
      const Finding = z.object({
        details: z
          .object({
            infection: z.object({ family: z.string() }).optional(),
            vulnerabilities: z.array(z.object({ name: z.string() })).optional(),
          })
          .loose(),
      });
      for (const { details } of await lab.rows(`/v1/companies/${guid}/findings`, Finding)) {
        if (details.infection !== undefined) families.add(details.infection.family);
        for (const { name } of details.vulnerabilities ?? []) cves.add(name);
      }
      const { vulnerabilities } = await lab.read(
        `/v1/companies/${guid}/findings/filters`,
        z.object({ vulnerabilities: z.array(z.object({ name: z.string() })) }),
      );
      for (const { name } of vulnerabilities) cves.add(name);
    }
    expect(summaries.infections).toEqual([...families].sort());
    expect(new Set(summaries.vulnerabilities)).toEqual(cves);
    const providers = await lab.rows('/v1/portfolio/providers', z.object({ provider_name: z.string() }));
    expect(summaries.providers).toEqual(providers.map(row => row.provider_name).sort());
    const filters = await lab.read('/v1/portfolio/filters', Values);
    expect(filters).toEqual({
      infections: summaries.infections,
      open_ports: summaries.open_ports,
      vulnerabilities: summaries.vulnerabilities,
    });
    const tier = await lab.read('/v2/portfolio/summaries?tier=00000000-0000-4000-8000-000000000000', Values);
    expect(Object.values(tier).flat()).toEqual([]);
  },
);

test('requests tell a group of its own companies alone', async () => {
  const Request = z.object({
    guid: z.guid(),
    domain: z.string(),
    status: z.string(),
    created_time: z.string(),
    company: z.object({ guid: z.string() }).nullable(),
  });
  const all = await lab.rows('/v2/company-requests', Request);
  expect(all.some(row => row.company === null)).toBe(true);
  const group = lab.companies.slice(0, 8);
  lab.askedBy(group);
  expect(await lab.rows('/v2/company-requests', Request)).toEqual(
    all.filter(row => row.company !== null && group.includes(row.company.guid)),
  );
});

describe('downloads of findings', () => {
  const Job = z.object({
    guid: z.guid(),
    status: z.string(),
    created_time: z.string(),
    updated_time: z.string(),
    message: z.string(),
  });

  test('a job is under way, then done, and leads to the findings that affect the rating', async () => {
    const guid = lab.companies[0] ?? '';
    const path = `/v1/companies/${guid}/findings/core-affects-ratings-download`;
    const started = await lab.raw(`${path}?async=true`);
    expect(started.status).toBe(202);
    const job = Job.strict().parse(await started.json());
    const looks = [await lab.raw(`/v1/jobs/${job.guid}`), await lab.raw(`/v1/jobs/${job.guid}`)];
    expect(looks.map(look => look.status)).toEqual([202, 303]);
    const location = looks[1]?.headers.get('location') ?? '';
    const file = await fetch(location);
    expect(file.headers.get('content-type')).toContain('text/csv');
    expect(await file.text()).toBe(await (await lab.raw(path)).text());
    const rows = await lab.read(
      `${path}?format=json`,
      z.array(z.object({ affects_rating: z.literal(true) })),
    );
    expect(rows).toHaveLength(await lab.count(`/v1/companies/${guid}/findings?affects_rating=true&limit=1`));
    lab.askedBy(lab.companies.slice(1));
    expect((await lab.answer(`/v1/jobs/${job.guid}`)).status).toBe(404);
    expect((await lab.answer(`${path}?async=true`)).status).toBe(403);
  });
});
