import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Principal } from '../../src/access/principal.ts';
import { isJsonObject, type JsonObject } from '../../src/wire/json.ts';
import { principalOf, type Served, serve, smallWorld } from './serve.ts';

const source = smallWorld({ companies: 8, findingsPerCompany: 20 });
const own = source.summary().company_guid;

let whole: Served;
let companies: { guid: string; findings: number; rating: number | null }[];
beforeAll(async () => {
  whole = await serve(source);
  const portfolio = rowsOf(await get(whole, '/v2/portfolio?limit=1000'));
  companies = [];
  for (const { guid, rating } of portfolio) {
    const findings = await get(whole, `/v1/companies/${String(guid)}/findings?limit=1`);
    companies.push({
      guid: String(guid),
      findings: Number(findings.body.count),
      rating: typeof rating === 'number' ? rating : null,
    });
  }
});
afterAll(() => whole.close());

interface Answer {
  status: number;
  text: string;
  body: JsonObject;
}

async function get(served: Served, path: string, method = 'GET'): Promise<Answer> {
  const answer = await fetch(`${served.baseUrl}${path}`, { method });
  const text = await answer.text();
  const parsed: unknown = text.startsWith('{') ? JSON.parse(text) : {};
  return { status: answer.status, text, body: isJsonObject(parsed) ? parsed : {} };
}

function rowsOf({ body }: Answer, name = 'results'): JsonObject[] {
  const rows = body[name];
  return Array.isArray(rows) ? rows.filter(isJsonObject) : [];
}

const guidsOf = (rows: readonly JsonObject[]) => rows.map(row => String(row.guid)).sort();

function walled(guids: readonly string[]): Principal {
  return {
    ...principalOf(false),
    group: { guid: 'g', name: 'EMEA', allCompanies: false, companies: new Set(guids) },
  };
}

/** Every page of the portfolio, two rows each. */
async function walk(served: Served, query: string): Promise<string[]> {
  const guids: string[] = [];
  let next: unknown = `${served.baseUrl}/v2/portfolio?limit=2${query}`;
  while (typeof next === 'string') {
    const page = await get(served, next.slice(served.baseUrl.length));
    guids.push(...guidsOf(rowsOf(page)));
    next = page.body.next;
  }
  return guids.sort();
}

test('lists and counts are those of the group, and any other company is 403', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }),
      fc.integer({ min: 300, max: 800 }),
      async (mask, rating) => {
        const seen = companies.filter((_, index) => mask[index] === true);
        const guids = seen.map(company => company.guid).sort();
        const served = await serve(source, { principal: walled([...guids, 'of-another-organization']) });
        try {
          expect(await walk(served, '')).toEqual(guids);
          const above = seen.filter(company => company.rating !== null && company.rating >= rating);
          expect(await walk(served, `&rating_gte=${rating}`)).toEqual(above.map(({ guid }) => guid).sort());
          for (const method of ['GET', 'POST']) {
            const portfolio = await get(served, '/v2/portfolio', method);
            expect(portfolio.body.count).toBe(seen.length);
            expect(portfolio.body.summaries).toEqual({ 'my-company': guids.includes(own) ? own : null });
          }
          for (const path of ['/v1/companies', '/v1/portfolio', '/ratings/portfolio']) {
            const list = await get(served, path);
            expect(guidsOf(rowsOf(list, 'companies'))).toEqual(guids);
            expect(list.body.my_company).toEqual(guids.includes(own) ? { guid: own } : undefined);
          }
          const csv = await get(served, '/v2/portfolio?format=csv&fields=guid');
          expect(csv.text.trim().split('\r\n').slice(1).filter(Boolean).sort()).toEqual(guids);
          for (const { guid, findings } of companies) {
            const status = guids.includes(guid) ? 200 : 403;
            expect((await get(served, `/v1/companies/${guid}`)).status).toBe(status);
            for (const method of ['GET', 'POST']) {
              const list = await get(served, `/v1/companies/${guid}/findings?limit=1`, method);
              expect(list.status).toBe(status);
              if (status === 200) expect(list.body.count).toBe(findings);
              else expect(list.body.detail).toBe('You do not have permission to perform this action.');
            }
          }
        } finally {
          await served.close();
        }
      },
    ),
    { numRuns: 12 },
  );
}, 60_000);
