/**
 * What the gateway serves from its store is what upstream served: whole answers of a sandbox and of a hub that has synced it,
 * for random requests to every endpoint that the hub answers from its store; for a caller who sees everything, and for one
 * whose group holds some companies. `GATEWAY_REQUESTS` asks for more of them, `GATEWAY_SEED` for others.
 */
import fc from 'fast-check';
import pMap from 'p-map';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Endpoint } from '../../src/ratings/endpoints/endpoint.ts';
import { ENDPOINTS } from '../../src/ratings/endpoints/table.ts';
import { isJsonObject, type JsonObject } from '../../src/wire/json.ts';
import type { HttpsClient } from '../support/https-client.ts';
import type { Json } from '../support/json.ts';
import { rowsOf, wholeOf } from './contract-lab.ts';
import { GatewayLab } from './gateway-lab.ts';
import { type AskedRequest, type Material, requestsTo } from './gateway-requests.ts';

const SEED = Number(process.env.GATEWAY_SEED ?? 20_260_615);
const REQUESTS = Number(process.env.GATEWAY_REQUESTS ?? 30);
const WALLED_REQUESTS = Math.ceil(REQUESTS / 2);
const NOBODY = '00000000-0000-4000-8000-000000000000';

/** Endpoints that the hub answers from its store. */
const STORED = ENDPOINTS.filter(({ hub }) => hub.from === 'store');

/** A request, and what upstream answered. */
interface Recorded {
  readonly request: AskedRequest;
  readonly upstream: Answer;
}

let lab: GatewayLab;
/** By the names of endpoints: for who sees everything, and for who sees some companies. */
const recorded = {
  everyone: new Map<string, readonly Recorded[]>(),
  walled: new Map<string, readonly Recorded[]>(),
};
let walled: HttpsClient;

// Upstream is asked first, and is gone when the gateway is asked: what it answers then is from its store.
beforeAll(async () => {
  lab = await GatewayLab.start({
    companies: 9,
    findingsPerCompany: 60,
    date: '2026-06-15',
    seed: 'equality',
  });
  const guids = [...lab.sandbox.source.companyNames().keys()];
  const some = await lab.walled('Some', [guids[1], guids[3], guids[4], guids[7]].map(String));
  walled = some.gateway;
  for (const endpoint of STORED) {
    if (!(await isServed(lab.upstream, endpoint))) continue;
    const requests = requestsTo(endpoint, await materialOf(endpoint));
    const ofEveryone = fc.sample(requests, { numRuns: REQUESTS, seed: SEED });
    recorded.everyone.set(endpoint.name, await recordedOf(lab.upstream, ofEveryone));
    const ofSome = fc.sample(requests, { numRuns: WALLED_REQUESTS, seed: SEED + 1 });
    recorded.walled.set(endpoint.name, await recordedOf(some.upstream, ofSome));
  }
  await lab.endUpstream();
}, 120_000);
afterAll(() => lab.close());

test('upstream has what clients ask for most', () => {
  expect([...recorded.everyone.keys()]).toEqual(
    expect.arrayContaining(['portfolio', 'portfolio.v1', 'companies', 'company', 'company.findings']),
  );
});

describe.each(STORED.map(({ name }) => name))('%s', name => {
  test('is answered as upstream answers', async () => {
    expect(await differences(lab.gateway, recorded.everyone.get(name) ?? [])).toEqual([]);
  });

  test('is answered inside an access control group as upstream answers inside it', async () => {
    expect(await differences(walled, recorded.walled.get(name) ?? [])).toEqual([]);
  });
});

/** An endpoint that is not built yet is 501. */
async function isServed(client: HttpsClient, { methods, path }: Endpoint): Promise<boolean> {
  const [method = 'GET'] = methods;
  const body = method === 'POST' ? { body: {} } : {};
  const answer = await client.call(`/ratings${path.replaceAll(/:\w+/g, NOBODY)}`, { method, ...body });
  return answer.status !== 501;
}

function recordedOf(client: HttpsClient, requests: readonly AskedRequest[]): Promise<Recorded[]> {
  return pMap(requests, async request => ({ request, upstream: await answerOf(client, request) }), {
    concurrency: 4,
  });
}

/** What the gateway answers otherwise, with both answers; and what it fails at. */
async function differences(gateway: HttpsClient, answers: readonly Recorded[]): Promise<readonly object[]> {
  const found = await pMap(
    answers,
    async ({ request, upstream }) => {
      const answer = await answerOf(gateway, request);
      const isEqual = JSON.stringify(sorted(upstream)) === JSON.stringify(sorted(answer));
      return isEqual && answer.status < 500 ? [] : [{ request, upstream, gateway: answer }];
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
