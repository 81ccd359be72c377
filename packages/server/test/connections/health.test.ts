import {
  BitsightArgumentError,
  BitsightAuthenticationError,
  BitsightForbiddenError,
  BitsightMalformedError,
  BitsightNetworkError,
  BitsightRateLimitError,
  BitsightRequestError,
  BitsightServerError,
  BitsightTimeoutError,
} from '@sightline/bitsight';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sealCredentials, unsealCredentials } from '../../src/connections/credentials.ts';
import {
  HEALTH_NAMES,
  healthNameOf,
  healthOf,
  readHealth,
  upstreamFailureText,
} from '../../src/connections/health.ts';
import { UpstreamClients } from '../../src/connections/upstream-client.ts';
import { Vault } from '../../src/secrets/vault.ts';
import { GOOD_TOKEN, startUpstream, UPSTREAM_WORDS, type Upstream } from './upstream.ts';

const facts = {
  request: { method: 'GET', path: '/x' },
  status: 400,
  detail: UPSTREAM_WORDS,
  attempts: 1,
  mayHaveBeenProcessed: false,
};

test.each([
  [new BitsightAuthenticationError(UPSTREAM_WORDS, facts), 'UNAUTHORIZED', 'CUSTOMER'],
  [new BitsightForbiddenError(UPSTREAM_WORDS, facts), 'UNAUTHORIZED', 'CUSTOMER'],
  [new BitsightServerError(UPSTREAM_WORDS, facts), 'VENDOR_SERVER_ERROR', 'VENDOR'],
  [new BitsightNetworkError(UPSTREAM_WORDS, facts, 'ECONNRESET'), 'VENDOR_SERVER_ERROR', 'VENDOR'],
  [new BitsightTimeoutError(UPSTREAM_WORDS, facts, 1_000), 'VENDOR_SERVER_ERROR', 'VENDOR'],
  [new BitsightRateLimitError(UPSTREAM_WORDS, facts, 60_000), 'RATE_LIMIT_EXCEEDED', 'SIGHTLINE'],
  [new BitsightRequestError(UPSTREAM_WORDS, facts), 'VENDOR_CLIENT_ERROR', 'SIGHTLINE'],
  [new BitsightMalformedError(UPSTREAM_WORDS, facts), 'VENDOR_CLIENT_ERROR', 'SIGHTLINE'],
  [new BitsightArgumentError(UPSTREAM_WORDS), 'INTERNAL_ERROR', 'SIGHTLINE'],
  [new Error(UPSTREAM_WORDS), 'INTERNAL_ERROR', 'SIGHTLINE'],
])('%o is a health with an owner, told without the words of upstream', (error, name, owner) => {
  const health = healthOf(healthNameOf(error));
  expect([health.name, health.resolution_owner, health.status]).toEqual([name, owner, 'UNHEALTHY']);
  expect(upstreamFailureText(error) + JSON.stringify(health)).not.toContain('words-of-upstream');
});

test('health reads back as it was stored, and is unknown before the first run', () => {
  for (const name of ['HEALTHY', 'EXECUTION_TIMEOUT'] as const) {
    const health = healthOf(name, [{ data_export_type: 'findings', endpoint: null }]);
    expect(readHealth(JSON.stringify(health))).toEqual(health);
    expect(health.description).toBe(HEALTH_NAMES[name].description);
  }
  expect(readHealth('{}').status).toBe('UNKNOWN');
});

let upstream: Upstream;
beforeAll(async () => {
  upstream = await startUpstream();
});
afterAll(() => upstream.close());

test('a client sends the token of its connection to the address of its options, under our name', async () => {
  const clients = new UpstreamClients({ version: '1.2.3', extraCa: upstream.ca });
  const client = clients.open({ username: GOOD_TOKEN }, { base_url: upstream.url });
  await client.users.current();
  const sent = upstream.requests.at(-1);
  expect([sent?.user, sent?.headers['user-agent']]).toEqual([GOOD_TOKEN, 'Sightline/1.2.3']);
  expect(sent?.headers['x-bitsight-connector-name-version']).toContain('1.2.3');
  await clients.close();
});

test('a certificate of nobody we trust gets no token', async () => {
  const clients = new UpstreamClients({ version: '1.2.3' });
  const client = clients.open({ username: GOOD_TOKEN }, { base_url: upstream.url }, { maxAttempts: 1 });
  const before = upstream.requests.length;
  await expect(client.users.current()).rejects.toBeInstanceOf(BitsightNetworkError);
  expect(upstream.requests.length).toBe(before);
  await clients.close();
});

test('credentials copied to another connection do not open there', () => {
  const vault = Vault.open({ dataDir: '/nonexistent', key: Buffer.alloc(32, 1).toString('base64') });
  const sealed = sealCredentials(vault, 'one', { username: GOOD_TOKEN });
  expect(sealed).not.toContain(GOOD_TOKEN);
  expect(unsealCredentials(vault, 'one', sealed)).toEqual({ username: GOOD_TOKEN });
  expect(() => unsealCredentials(vault, 'other', sealed)).toThrow(/does not open/);
});
