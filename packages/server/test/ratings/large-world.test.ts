/** A world of thousands of companies is answered for in bounded time, whatever is asked of it. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ALERT_ENDPOINTS } from '../../src/ratings/endpoints/alerts.ts';
import { BREACH_ENDPOINTS } from '../../src/ratings/endpoints/breaches.ts';
import { CATALOGUE_ENDPOINTS } from '../../src/ratings/endpoints/catalogues.ts';
import type { Endpoint } from '../../src/ratings/endpoints/endpoint.ts';
import { FOURTH_PARTY_ENDPOINTS } from '../../src/ratings/endpoints/fourth-parties.ts';
import { INSIGHT_ENDPOINTS } from '../../src/ratings/endpoints/insights.ts';
import { REPORT_ENDPOINTS } from '../../src/ratings/endpoints/reports.ts';
import { REQUEST_ENDPOINTS } from '../../src/ratings/endpoints/requests.ts';
import { SUBSCRIPTION_ENDPOINTS } from '../../src/ratings/endpoints/subscriptions.ts';
import { FiguresLab } from './figures-lab.ts';

/** The dearest takes half a second where nothing else runs; this is for machines where much does. */
const BOUND_MS = 15_000;

let lab: FiguresLab;
beforeAll(async () => {
  lab = await FiguresLab.start({ seed: 'large', companies: 5_000, findingsPerCompany: 20 });
});
afterAll(() => lab.close());

const OF_PORTFOLIO: readonly Endpoint[] = [
  ALERT_ENDPOINTS,
  BREACH_ENDPOINTS,
  CATALOGUE_ENDPOINTS,
  FOURTH_PARTY_ENDPOINTS,
  INSIGHT_ENDPOINTS,
  REPORT_ENDPOINTS,
  REQUEST_ENDPOINTS,
  SUBSCRIPTION_ENDPOINTS,
]
  .flat()
  .filter(
    ({ path, options = [] }) => !path.includes(':') && options.every(({ required }) => required !== true),
  );

test.each(OF_PORTFOLIO)('$name', async ({ path }) => {
  const started = Date.now();
  const answer = await lab.raw(path);
  expect(answer.status).toBe(200);
  expect((await answer.text()).length).toBeGreaterThan(100);
  expect(Date.now() - started).toBeLessThan(BOUND_MS);
});
