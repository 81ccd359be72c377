/**
 * `ratings`: the ratings API from both its sources over TLS: requests per second against a bare server that sends the same bytes,
 * the memory of one page of 100,000 rows, and the time of filtered pages at a million findings.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Figure, median, percentile } from './support/figures.ts';
import { peakRssBytes, startProcess } from './support/processes.ts';
import {
  type LargestCompany,
  largestCompany,
  type RatingsSource,
  type SandboxSource,
  startGateway,
  startSandbox,
} from './support/ratings-sources.ts';
import { recordedAnswer } from './support/recorded-answer.ts';
import { type LoadFigures, measuredLoad } from './support/request-load.ts';
import { TimedReader } from './support/timed-reader.ts';

const ACCOUNT = { companies: 500, findingsPerCompany: 2_000 };
const ROUNDS = 3;
const WARM_UP = { seconds: 1, connections: 10 };
const LOAD = { seconds: 2, connections: 10 };
const RATE_GOALS = { sandbox: 0.3, gateway: 0.4 };

/** One company whose findings are more than the page holds. */
const GIANT = { companies: 1, findingsPerCompany: 105_000 };
const GIANT_ROWS = 100_000;
const GIANT_MIB = 150;

export async function measureRatings(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'sightline-bench-'));
  try {
    return [
      ...(await accountFigures(join(folder, 'account'))),
      ...(await giantFigures(join(folder, 'giant'))),
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function accountFigures(folder: string): Promise<Figure[]> {
  const sandbox = await startSandbox(folder, ACCOUNT);
  try {
    const gateway = await startGateway(folder, sandbox);
    try {
      const largest = await largestCompany(sandbox);
      const routes = routesOf(sandbox, largest);
      return [
        ...(await rateFigures(folder, sandbox, routes)),
        ...(await rateFigures(folder, gateway, routes)),
        ...(await timeFigures(sandbox, largest)),
        ...(await timeFigures(gateway, largest)),
      ];
    } finally {
      await gateway.stop();
    }
  } finally {
    await sandbox.stop();
  }
}

interface Route {
  readonly name: string;
  /** `{n}` is another number in each request. */
  readonly path: string;
  readonly hasGoal: boolean;
}

function routesOf({ ownCompany }: SandboxSource, { guid }: LargestCompany): readonly Route[] {
  const company = `/v1/companies/${ownCompany}`;
  return [
    {
      name: 'findings, 100 rows, never the same page',
      path: `/v1/companies/${guid}/findings?limit=100&offset={n}`,
      hasGoal: false,
    },
    { name: 'findings, 100 rows', path: `${company}/findings?limit=100`, hasGoal: true },
    { name: 'findings, 1,000 rows', path: `${company}/findings?limit=1000`, hasGoal: false },
    { name: 'company detail', path: company, hasGoal: false },
    { name: 'portfolio v2, 100 rows', path: '/v2/portfolio?limit=100', hasGoal: true },
  ];
}

async function rateFigures(
  folder: string,
  source: RatingsSource,
  routes: readonly Route[],
): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const route of routes) figures.push(...(await rateOf(folder, source, route)));
  return figures;
}

/** Runs taken in turns with a bare server that sends the route's answer without looking at the request. */
async function rateOf(folder: string, source: RatingsSource, route: Route): Promise<Figure[]> {
  const url = `${source.base_url}${route.path}`;
  const { head, body } = await recordedAnswer(url.replace('{n}', '0'), source);
  const file = join(folder, 'answer');
  writeFileSync(file, body);
  const bare = await startProcess('bench/support/bare-server.ts', [
    join(folder, 'bare'),
    JSON.stringify(head),
    `@${file}`,
  ]);
  const bareUrl = `${bare.line}${route.path}`;
  const ours: LoadFigures[] = [];
  const theirs: LoadFigures[] = [];
  try {
    await measuredLoad(bareUrl, WARM_UP);
    await measuredLoad(url, WARM_UP, [source.token]);
    for (let round = 0; round < ROUNDS; round += 1) {
      theirs.push(await measuredLoad(bareUrl, LOAD));
      ours.push(await measuredLoad(url, LOAD, [source.token]));
    }
  } finally {
    await bare.stop();
  }
  return loadFigures(source, route, ours, theirs);
}

function loadFigures(
  { name }: RatingsSource,
  route: Route,
  ours: readonly LoadFigures[],
  theirs: readonly LoadFigures[],
): Figure[] {
  const rates = ours.map(load => load.requestsPerSecond);
  const bareRate = median(theirs.map(load => load.requestsPerSecond));
  const ratio = median(rates) / bareRate;
  const p99 = median(ours.map(load => load.p99Ms));
  const bareP99 = median(theirs.map(load => load.p99Ms));
  const goal = RATE_GOALS[name];
  return [
    {
      name: `${name}: ${route.name}`,
      value: median(rates),
      unit: 'requests/s',
      baseline: { name: 'bare TLS server', value: bareRate },
      ratio,
      ...(route.hasGoal ? { goal: `≥ ${goal}`, met: ratio >= goal } : {}),
      samples: rates,
    },
    {
      name: `${name}: ${route.name}, p99 of ${LOAD.connections} at once`,
      value: p99,
      unit: 'ms',
      baseline: { name: 'bare TLS server', value: bareP99 },
      ratio: p99 / bareP99,
    },
  ];
}

/** The sandbox is measured before the hub is filled from it. */
async function giantFigures(folder: string): Promise<Figure[]> {
  const sandbox = await startSandbox(folder, GIANT);
  try {
    const path = `/v1/companies/${sandbox.ownCompany}/findings?limit=${GIANT_ROWS}`;
    const ofSandbox = await giantPage(sandbox, path);
    const gateway = await startGateway(folder, sandbox);
    try {
      return [ofSandbox, await giantPage(gateway, path)];
    } finally {
      await gateway.stop();
    }
  } finally {
    await sandbox.stop();
  }
}

/** The peak of the process's whole life, which is that of the page: starting takes less. */
async function giantPage(source: RatingsSource, path: string): Promise<Figure> {
  const mib = () => peakRssBytes(source.pid) / 1024 / 1024;
  const before = mib();
  const reader = new TimedReader(source);
  const startedMs = performance.now();
  const bytes = await reader.bytes(path);
  const seconds = (performance.now() - startedMs) / 1000;
  await reader.close();
  const peak = mib();
  return {
    name: `${source.name}: peak RSS of one page of ${GIANT_ROWS} rows, ${Math.round(bytes / 1e6)} MB in ${seconds.toFixed(1)} s`,
    value: peak,
    unit: 'MiB',
    baseline: { name: 'before the page', value: before },
    ratio: peak / before,
    goal: `< ${GIANT_MIB}`,
    met: peak < GIANT_MIB,
  };
}

/** A query whose operand is another one each time, so that nothing remembered answers it. */
interface TimedQuery {
  readonly name: string;
  readonly query: (round: number) => string;
  /** Of the 99th percentile; null: reported only. */
  readonly goalMs: number | null;
  readonly rounds: number;
}

const FAST = { goalMs: 50, rounds: 120 };
const SLOW = { goalMs: 500, rounds: 30 };
const VECTORS = ['open_ports', 'spf', 'ssl_certificates', 'patching_cadence', 'botnet_infections'];
const CATEGORIES = ['severe', 'material', 'moderate', 'minor'];
const IMPORTANCES = ['critical', 'high', 'medium', 'low'];
const GRADES = ['BAD', 'WARN', 'FAIR', 'GOOD'];

const pick = (values: readonly string[], round: number) => values[round % values.length] ?? '';
const daysBefore = (days: number) =>
  new Date(Date.UTC(2026, 4, 31) - days * 86_400_000).toISOString().slice(0, 10);

/** Those that take several values also take one that nothing has. */
const QUERIES: readonly TimedQuery[] = [
  { name: 'risk_vector', query: n => `risk_vector=${pick(VECTORS, n)},x${n}`, ...FAST },
  { name: 'severity', query: n => `severity=${[1, 4.3, 8, 10][n % 4]},${1000 + n}`, ...FAST },
  { name: 'severity_gte', query: n => `severity_gte=${1 + (n % 90) / 10 + n / 1e6}`, ...FAST },
  { name: 'severity_category', query: n => `severity_category=${pick(CATEGORIES, n)},x${n}`, ...FAST },
  { name: 'first_seen_gte', query: n => `first_seen_gte=${daysBefore(n * 3)}`, ...FAST },
  { name: 'last_seen_gte', query: n => `last_seen_gte=${daysBefore(n)}`, ...FAST },
  { name: 'assets.category', query: n => `assets.category=${pick(IMPORTANCES, n)},x${n}`, ...FAST },
  { name: 'default order, page by page', query: n => `offset=${n * 100}`, ...FAST },
  { name: 'q', query: n => `q=${['vpn', 'ssl', 'www', '192.0.2.'][n % 4]}${n < 4 ? '' : n}`, ...SLOW },
  { name: 'tags_contains', query: n => `tags_contains=retail,x${n}`, ...SLOW },
  {
    name: 'details.observed_ips_contains',
    query: n => `details.observed_ips_contains=192.0.2.${n}`,
    ...SLOW,
  },
  { name: 'details.grade', query: n => `details.grade=${pick(GRADES, n)},x${n}`, ...SLOW },
  {
    name: 'details.infection.family',
    query: n => `details.infection.family=Conficker,x${n}`,
    ...SLOW,
  },
  { name: 'details.cvss.base_gte', query: n => `details.cvss.base_gte=${4 + n / 10}`, ...SLOW },
];

/** Times of pages of 100 on one connection, filters with exact counts, of the largest company. */
async function timeFigures(source: RatingsSource, { guid, findings }: LargestCompany): Promise<Figure[]> {
  const reader = new TimedReader(source);
  const page = `/v1/companies/${guid}/findings?limit=100`;
  const deep = findings - 100;
  const queries: readonly TimedQuery[] = [
    ...QUERIES,
    { name: `offset ${deep}`, query: n => `offset=${deep - n}`, goalMs: null, rounds: SLOW.rounds },
  ];
  const figures: Figure[] = [];
  for (const { name, query, goalMs, rounds } of queries) {
    const samples: number[] = [];
    for (let round = 0; round < rounds; round += 1)
      samples.push(await reader.time(`${page}&${query(round)}`));
    const p99 = percentile(samples, 0.99);
    figures.push({
      name: `${source.name}: p99 of ${name} at ${findings} of a company`,
      value: p99,
      unit: 'ms',
      baseline: { name: 'median', value: median(samples) },
      ratio: p99 / median(samples),
      ...(goalMs === null ? {} : { goal: `< ${goalMs} ms`, met: p99 < goalMs }),
      samples,
    });
  }
  await reader.close();
  return figures;
}
