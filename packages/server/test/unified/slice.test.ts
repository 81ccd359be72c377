import { test, expect } from 'vitest';
import { startHarness } from '/work/main/packages/server/test/unified/harness.ts';
import { addConnection, addCompanies, addFindings, companyRow, findingRow, uuid } from '/work/main/packages/server/test/unified/seed.ts';
test('slice', async () => {
  const h = await startHarness();
  const c = await addConnection(h.store, uuid('c1'));
  const companies = ['a','b','c'].map(g => companyRow(c, uuid(g)));
  await addCompanies(h.store.db, companies);
  await addFindings(h.store.db, companies.flatMap(k => [1,2,3,4,5].map(n => findingRow(k, `${n}`))));
  for (const p of ['/v2/tprm/companies','/v2/tprm/findings?limit=4','/v2/resources','/v2/vulnerability_findings?limit=2&severity=medium', '/v2/tprm/findings?format=csv', '/v2/tprm/findings?bogus=1', '/v2/tprm/findings?severity=x&severity=y']) {
    const a = await h.get(p);
    console.log(p, a.status, a.text.slice(0, 1500));
  }
  await h.close();
});
