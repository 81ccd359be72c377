/** Every answer a full sync of a synthetic account asks for, made once by the ratings API itself and kept as bytes. */
import Fastify from 'fastify';
import type { Principal } from '../../packages/server/src/access/principal.ts';
import { systemClock } from '../../packages/server/src/clock.ts';
import { ratingsApi } from '../../packages/server/src/ratings/plugin.ts';
import { createSyntheticSource } from '../../packages/server/src/ratings/sources/synthetic/synthetic-source.ts';

export const PAGE_ROWS = 1_000;
const PORTFOLIO_ROWS = 500;
/** Fixed, so that every run replays the same bytes. */
const DATE = '2026-06-01';

const READER: Principal = {
  organizationId: 'bench',
  userId: 'bench',
  name: 'bench',
  tokenGuid: 'bench',
  via: 'company_token',
  sessionId: null,
  expiresAt: null,
  role: 'customer_admin',
  scopes: [],
  isOwnerOrganization: true,
  group: { guid: 'all', name: 'All Companies', allCompanies: true, companies: new Set<string>() },
};

export interface ReplayPages {
  find(url: string): Buffer | null;
  findings: number;
  bytes: number;
}

export async function replayPages(
  companies: number,
  findingsPerCompany: number,
  baseUrl: string,
): Promise<ReplayPages> {
  const source = createSyntheticSource({
    seed: 'replay',
    companies,
    findingsPerCompany,
    date: DATE,
    daySeconds: null,
    clock: systemClock,
  });
  const app = Fastify();
  app.decorateRequest('principal');
  app.addHook('onRequest', async request => {
    request.principal = READER;
  });
  await app.register(ratingsApi({ source, accountRoutes: async () => {}, baseUrlOf: () => baseUrl }));
  const pages = new Map<string, Buffer>();
  const record = async (path: string, query: string) => {
    const { rawPayload } = await app.inject({ method: 'GET', url: `${path}${query}` });
    pages.set(keyOf(`${path}${query}`), rawPayload);
    return rawPayload;
  };

  const guids: string[] = [];
  for (let offset = 0; offset < companies; offset += PORTFOLIO_ROWS) {
    const page = await record('/ratings/v2/portfolio', `?sort=name&limit=${PORTFOLIO_ROWS}&offset=${offset}`);
    for (const { guid } of JSON.parse(page.toString()).results) guids.push(guid);
  }
  let findings = 0;
  for (const guid of guids) {
    await record(`/ratings/v1/companies/${guid}`, '');
    for (let offset = 0, count = 1; offset < count; offset += PAGE_ROWS) {
      const query = `?sort=first_seen&limit=${PAGE_ROWS}&offset=${offset}`;
      const page = await record(`/ratings/v1/companies/${guid}/findings`, query);
      count = Number(/"count":(\d+)/.exec(page.subarray(0, 4_000).toString())?.[1] ?? 0);
      if (offset === 0) findings += count;
    }
  }
  await app.close();
  let bytes = 0;
  for (const page of pages.values()) bytes += page.length;
  return { find: url => pages.get(keyOf(url)) ?? null, findings, bytes };
}

/** The path and where the page begins; the other parameters are the same in every request of a kind. */
function keyOf(url: string): string {
  const { pathname, searchParams } = new URL(url, 'https://replay');
  return `${pathname}?${searchParams.get('offset') ?? ''}`;
}
