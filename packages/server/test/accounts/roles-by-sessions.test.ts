/** Every role, signed in, on every route of a real hub: a session opens what the table of roles says, and never the ratings API. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { operatorOf } from '../../src/access/operator.ts';
import { ACTIONS, GRANTABLE_ROLES, may } from '../../src/access/permissions.ts';
import { ROLES, type Role } from '../../src/access/principal.ts';
import { newId } from '../../src/ids.ts';
import { DOCUMENTED_PATHS } from '../../src/ratings/documented-paths.ts';
import { ENDPOINTS } from '../../src/ratings/endpoints/table.ts';
import { RATINGS_PREFIXES } from '../../src/ratings/plugin.ts';
import { actionOf, bodyOf, collecting, type Route } from '../access/all-routes.ts';
import { at } from '../support/json.ts';
import { type Browser, HubLab } from './hub-lab.ts';

/** What ends the session that asks is tried last, by another test. */
const ENDS_SESSION = 'DELETE /v1/session';
const isRatings = ({ path }: Route) =>
  RATINGS_PREFIXES.some(prefix => prefix !== '' && `${path}/`.startsWith(`${prefix}/`)) ||
  DOCUMENTED_PATHS.some(documented => documented.path === path) ||
  ENDPOINTS.some(endpoint => endpoint.path === path) ||
  /^\/(v1|v2|portfolio|v1\/customers\/.*|v1\/users\/current|v1\/api-tokens\/.*)$/.test(path);

let lab: HubLab;
let routes: Route[];
const people = new Map<Role, Browser>();
beforeAll(async () => {
  const collected = await collecting(() => HubLab.start());
  lab = collected.server;
  routes = collected.routes.filter(route => `${route.method} ${route.path}` !== ENDS_SESSION);
  const admin = await lab.setUp();
  for (const role of ROLES) people.set(role, await lab.person(admin, `${role}@example.com`, role));
});
afterAll(() => lab.close());

function urlOf({ path }: Route): string {
  return path
    .replace(':organization_id', lab.hub.organizationId)
    .replace(':customer', 'current')
    .replaceAll(/:\w+/g, newId())
    .replace(/\*$/, 'no-such-path');
}

test('a session opens what its role may, and the ratings API never', async () => {
  const operator = await operatorOf(lab.hub.store);
  const wrong: string[] = [];
  for (const [role, browser] of people) {
    const principal = { ...operator, role, via: 'session' as const, scopes: [] };
    for (const route of routes) {
      const action = actionOf(route);
      if (action === null || action === 'public') continue;
      const body = bodyOf(route);
      const answer = await browser.call(route.method, urlOf(route), body === undefined ? {} : { body });
      const mayCall = may(principal, action === 'invitation' ? 'connections.manage' : action);
      const wanted = isRatings(route) ? 401 : mayCall ? 'let in' : 403;
      const isRight = wanted === 'let in' ? ![401, 403].includes(answer.status) : answer.status === wanted;
      if (!isRight || (answer.status >= 500 && !answer.text.includes('not served here')))
        wrong.push(`${role}: ${route.method} ${route.path} is ${answer.status}, not ${wanted}`);
    }
  }
  expect(wrong).toEqual([]);
  expect(routes.length).toBeGreaterThan(100);
}, 120_000);

test('the console is told what its user may do and give, out of the same table', async () => {
  const operator = await operatorOf(lab.hub.store);
  for (const [role, browser] of people) {
    const { json } = await browser.me();
    const principal = { ...operator, role, via: 'session' as const, scopes: [] };
    expect(at(json, 'permissions'), role).toEqual(ACTIONS.filter(action => may(principal, action)));
    expect(at(json, 'grantable_roles'), role).toEqual(GRANTABLE_ROLES[role]);
  }
});
