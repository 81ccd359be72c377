/** The plans that SQLite makes for the portfolio's queries, so that an index that is no longer used is noticed. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readListings } from '../../src/ratings/sources/synced/portfolio-rows.ts';
import { listQueryOf } from '../../src/wire/list-query.ts';
import { parametersOf } from '../../src/wire/parameters.ts';
import { PORTFOLIO_SCHEMA } from '../../src/wire/portfolio-filters.ts';
import { SyncLab } from '../support/sync-lab.ts';
import { type Compiled, recordQueries } from '../unified/recorder.ts';

let lab: SyncLab;
beforeAll(async () => {
  lab = await SyncLab.open();
});
afterAll(() => lab.close());

/** The planner's steps for the statement that reads the page. */
async function planOf(parameters: string): Promise<readonly string[]> {
  const statements: Compiled[] = [];
  await readListings(
    recordQueries(lab.store.db, statements),
    {
      organizationId: lab.organizationId,
      connectionIds: [lab.connectionId],
      narrowedTo: null,
      groupId: null,
    },
    listQueryOf(parametersOf(`/?${parameters}`), PORTFOLIO_SCHEMA),
  );
  const page = statements.find(({ query }) => query.sql.includes('as materialized'));
  if (page === undefined) throw new Error('no page was read');
  const explained = { ...page.query, sql: `explain query plan ${page.query.sql}` };
  const { rows } = await lab.store.db.executeQuery<{ detail: string }>(explained);
  return rows.map(({ detail }) => detail);
}

/** Up to where the page's rows, cut to size, are read. */
function beforePage(plan: readonly string[]): readonly string[] {
  return plan.slice(
    0,
    plan.findIndex(step => step.startsWith('SCAN page')),
  );
}

test('a page in the default order follows the index of names, and sorts nothing but itself', async () => {
  for (const parameters of ['', 'limit=100&offset=4000', 'q=acme', 'type=CURATED', 'folder=f', 'sort=name']) {
    const steps = beforePage(await planOf(parameters));
    expect(steps).toContain('SEARCH l USING INDEX company_listings_name (organization_id=?)');
    expect(steps.filter(step => step.includes('TEMP B-TREE') || step.startsWith('SCAN l'))).toEqual([]);
  }
});

test.each([
  ['guid=g', 'company_listings_guid (organization_id=? AND guid_key=? AND connection_id=?)'],
  ['name=n', 'company_listings_name (organization_id=? AND name_key=?)'],
  ['rating_gte=700', 'company_listings_rating (organization_id=? AND rating>?)'],
  ['sort=-rating&rating=700', 'company_listings_rating (organization_id=? AND rating=?)'],
  ['sort=rating&tier=t', 'company_listings_tier (organization_id=? AND tier_key=?)'],
  ['sort=rating&industry.slug=s', 'company_listings_industry (organization_id=? AND industry_slug=?)'],
])('%s is looked up', async (parameters, index) => {
  expect(beforePage(await planOf(parameters)).join('\n')).toContain(`SEARCH l USING INDEX ${index}`);
});

test('companies of a folder are those that one reading of the folder names', async () => {
  const plan = await planOf('folder=f');
  expect(plan.filter(step => step.startsWith('CORRELATED'))).toEqual([]);
  expect(plan).toContain(
    'SEARCH f USING INDEX sqlite_autoindex_account_lists_1 (connection_id=? AND list=?)',
  );
});
