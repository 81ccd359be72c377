/**
 * What the gateway serves from its store is what upstream served: whole answers of a sandbox and of a hub that has synced it,
 * for random requests to every endpoint that the hub answers from its store; for a caller who sees everything, and for one
 * whose group holds some companies.
 */
import fc from 'fast-check';
import pMap from 'p-map';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Endpoint } from '../../src/ratings/endpoints/endpoint.ts';
import { ENDPOINTS } from '../../src/ratings/endpoints/table.ts';
import { isJsonObject, type JsonObject } from '../../src/wire/json.ts';
import type { HttpsClient } from '../support/https-client.ts';
import type { Json } from '../support/json.ts';
import { rowsOf, wholeOf } from './contract-lab.ts';
import { GatewayLab } from './gateway-lab.ts';
import { type AskedRequest, type Material, requestsTo } from './gateway-requests.ts';

const SEED = 20_260_615;
const REQUESTS = 30;
const WALLED_REQUESTS = 12;
const NOBODY = '00000000-0000-4000-8000-000000000000';

let lab: GatewayLab;
beforeAll(async () => {
  lab = await GatewayLab.start({
    companies: 9,
    findingsPerCompany: 60,
    date: '2026-06-15',
    seed: 'equality',
  });
}, 60_000);
afterAll(() => lab.close());

/** Both callers are of one kind. */
interface Callers {
  readonly upstream: HttpsClient;
  readonly gateway: HttpsClient;
}

const stored = ENDPOINTS.filter(({ hub }) => hub.from === 'store');

test('both serve what clients ask for most', async () => {
  const served = await Promise.all(
    stored.map(async endpoint => ((await isServedByBoth(endpoint)) ? [endpoint.name] : [])),
  );
  expect(served.flat()).toEqual(
    expect.arrayContaining(['portfolio', 'portfolio.v1', 'companies', 'company', 'company.findings']),
  );
});

test.each(stored.map(endpoint => [endpoint.name, endpoint] as const))(
  '%s: the gateway answers as upstream does',
  async (_name, endpoint) => {
    if (!(await isServedByBoth(endpoint))) return;
    const requests = fc.sample(requestsTo(endpoint, await materialOf(endpoint)), {
      numRuns: REQUESTS,
      seed: SEED,
    });
    expect(await differences(lab, requests)).toEqual([]);
  },
  30_000,
);

test('inside an access control group it answers as upstream does inside the same group', async () => {
  const guids = [...lab.sandbox.source.companyNames().keys()];
  const callers = await lab.walled('Some', [guids[1], guids[3], guids[4], guids[7]].map(String));
  for (const endpoint of stored) {
    if (!(await isServedByBoth(endpoint))) continue;
    const requests = fc.sample(requestsTo(endpoint, await materialOf(endpoint)), {
      numRuns: WALLED_REQUESTS,
      seed: SEED + 1,
    });
    expect({ [endpoint.name]: await differences(callers, requests) }).toEqual({ [endpoint.name]: [] });
  }
}, 60_000);

/** An endpoint that is not built yet is 501. */
async function isServedByBoth(endpoint: Endpoint): Promise<boolean> {
  const [method = 'GET'] = endpoint.methods;
  const path = endpoint.path.replaceAll(/:\w+/g, NOBODY);
  const statuses = await Promise.all(
    [lab.upstream, lab.gateway].map(async client => {
      const answer = await client.call(`/ratings${path}`, {
        method,
        ...(method === 'POST' ? { body: {} } : {}),
      });
      return answer.status;
    }),
  );
  return !statuses.includes(501);
}

/** The requests whose answers differ, with both answers; and those that a server failed at. */
async function differences(callers: Callers, requests: readonly AskedRequest[]): Promise<readonly object[]> {
  const found = await pMap(
    requests,
    async request => {
      const [upstream, gateway] = await Promise.all([
        answerOf(callers.upstream, request),
        answerOf(callers.gateway, request),
      ]);
      const isEqual = JSON.stringify(sorted(upstream)) === JSON.stringify(sorted(gateway));
      return isEqual && gateway.status < 500 ? [] : [{ request, upstream, gateway }];
    },
    { concurrency: 4 },
  );
  return found.flat().slice(0, 3);
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: unknown;
}

async function answerOf(client: HttpsClient, { method, url, body }: AskedRequest): Promise<Answer> {
  const { status, headers, text, json } = await client.call(url, {
    method,
    ...(method === 'POST' ? { body } : {}),
  });
  const own = (link: unknown) => (typeof link === 'string' ? link.replace(client.baseUrl, '') : link);
  const type = String(headers['content-type']);
  if (!isJsonObject(json)) return { status, type, body: json ?? text };
  const { links, next } = json;
  const shown: Record<string, unknown> = { ...json };
  // A page links to itself by the address it was asked at; everything else is upstream's, its host included.
  if (isJsonObject(links)) shown.links = { next: own(links.next), previous: own(links.previous) };
  if (next !== undefined) shown.next = own(next);
  return { status, type, body: shown };
}

/** Fields in an order of their own: that of an answer's fields says nothing. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
  return Object.fromEntries(fields.map(([name, inner]) => [name, sorted(inner)]));
}

const COMPANY = '/v1/companies/:guid';

/** What upstream shows of the endpoint, and of the portfolio where its filters are about companies. */
async function materialOf(endpoint: Endpoint): Promise<Material> {
  const companies = [...lab.sandbox.source.companyNames().keys()];
  const folders = await rowsAt('/v1/folders');
  const paths = await pathsOf(endpoint.path);
  const own = await Promise.all(paths.slice(0, 3).map(path => shownAt(endpoint, path)));
  return {
    paths: [...paths, endpoint.path.replaceAll(/:\w+/g, NOBODY)],
    rows: [...own.flat(), ...(endpoint.path.startsWith(COMPANY) ? [] : await rowsAt('/v2/portfolio'))],
    guids: [...companies, ...folders.map(({ guid }) => String(guid)), NOBODY],
  };
}

async function shownAt(endpoint: Endpoint, path: string): Promise<readonly JsonObject[]> {
  if (!endpoint.methods.includes('GET')) return [];
  const answer = await lab.upstream.call(`/ratings${path}?${new URLSearchParams(wholeOf(endpoint))}`);
  const json: Json = answer.json === null ? null : JSON.parse(answer.text);
  const rows = rowsOf(endpoint, { status: answer.status, type: '', text: answer.text, json });
  return rows.length > 0 || !isJsonObject(json) ? rows : [json];
}

async function rowsAt(path: string): Promise<readonly JsonObject[]> {
  const endpoint = ENDPOINTS.find(known => known.path === path && known.methods.includes('GET'));
  return endpoint === undefined ? [] : shownAt(endpoint, path);
}

/** Paths of the template: its parameters replaced by what the lists above them show. */
async function pathsOf(template: string): Promise<readonly string[]> {
  let paths = [''];
  const parts = template.split('/').slice(1);
  for (const [index, part] of parts.entries()) {
    if (!part.startsWith(':')) {
      paths = paths.map(path => `${path}/${part}`);
      continue;
    }
    const above = `/${parts.slice(0, index).join('/')}`;
    const below = await Promise.all(
      paths.slice(0, 3).map(async path => [path, await namesAt(above, path)] as const),
    );
    paths = below.flatMap(([path, names]) => names.map(name => `${path}/${encodeURIComponent(name)}`));
  }
  return paths;
}

/** What names the rows of the list at a path. */
async function namesAt(template: string, path: string): Promise<readonly string[]> {
  const list = ENDPOINTS.find(endpoint => endpoint.path === template && endpoint.methods.includes('GET'));
  const rows = list === undefined ? [] : await shownAt(list, path);
  return rows.flatMap(
    ({ guid, rolledup_observation_id: observation }) => String(guid ?? observation ?? '') || [],
  );
}
