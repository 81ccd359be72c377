/**
 * Connects the demo's hub to its sandbox. Every start finds the connection of the last one; only when the sandbox has another
 * address, or no longer knows the token, is a new token made and the old one revoked.
 */

import { readFileSync } from 'node:fs';
import type { BitsightClient } from '@sightline/bitsight';
import { findFirstAdmin } from '../../access/first-start.ts';
import { OPERATOR } from '../../access/operator.ts';
import type { Hub } from '../../app.ts';
import { UpstreamClients } from '../../connections/upstream-client.ts';
import { OperatorError } from '../../errors.ts';
import { REQUESTABLE_STREAMS } from '../../sync/run-repository.ts';
import { VERSION } from '../../version.ts';
import { withInstallation } from '../installation.ts';
import type { SandboxProcess } from './sandbox-process.ts';

const IDENTIFIER = 'demo-sandbox';
const TOKEN_DESCRIPTION = 'Sightline demo hub';

/** Throws OperatorError when the sandbox refuses the token it has just made. Returns the run that was asked for. */
export async function connectDemo(
  hub: Hub,
  sandbox: SandboxProcess,
): Promise<{ runId: string; message: string }> {
  const { organizationId } = hub;
  const all = await hub.connections.list(organizationId, { from: null, backwards: false, rows: 100 });
  const known = all.find(connection => connection.identifier === IDENTIFIER);
  const isSame = known?.options.base_url === sandbox.baseUrl;
  if (known !== undefined && isSame && (await hub.connections.test(organizationId, known.id)).isValid) {
    return {
      runId: await requestRun(hub, known.id),
      message: 'Connected already; reading again what changed …',
    };
  }
  const credentials = { username: await newSandboxToken(sandbox) };
  const options = { base_url: sandbox.baseUrl };
  const tested = await hub.connections.testCandidate(credentials, options);
  if (!tested.isValid) throw new OperatorError(`The sandbox was not reached: ${tested.message}`);
  const connection =
    known === undefined
      ? await hub.connections.create(
          { organizationId, vendor: 'BIT_SIGHT', identifier: IDENTIFIER, credentials, options },
          OPERATOR,
        )
      : await hub.connections.update(
          organizationId,
          known.id,
          { credentials, options, state: 'ACTIVE' },
          OPERATOR,
        );
  return { runId: await requestRun(hub, connection.id), message: 'Connected; reading the whole account …' };
}

async function requestRun(hub: Hub, connectionId: string): Promise<string> {
  const request = { mode: 'full', streams: REQUESTABLE_STREAMS, requestedBy: 'demo' } as const;
  return (await hub.runQueue.request(connectionId, request)).run.id;
}

/** A company token made by Bitsight's own call on the sandbox; tokens of earlier starts are revoked. */
async function newSandboxToken(sandbox: SandboxProcess): Promise<string> {
  const adminToken = await withInstallation(sandbox.dataDir, async ({ store, authority }) => {
    const admin = await findFirstAdmin(store.db);
    return admin === null ? null : authority.userTokens.valueAtStart(admin.userId);
  });
  if (adminToken === null) throw new OperatorError('The sandbox has no Admin with a token yet.');
  const clients = new UpstreamClients({ version: VERSION, extraCa: readFileSync(sandbox.caFile, 'utf8') });
  try {
    const client: BitsightClient = clients.open({ username: adminToken }, { base_url: sandbox.baseUrl });
    const earlier = (await client.apiTokens.list()).filter(token => token.description === TOKEN_DESCRIPTION);
    const { token } = await client.apiTokens.create({ description: TOKEN_DESCRIPTION });
    for (const { guid } of earlier) await client.apiTokens.revoke(guid);
    return token;
  } finally {
    await clients.close();
  }
}
