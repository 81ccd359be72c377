/** Recorded payloads behind the real thing: HTTPS, tokens and the ratings API, on a free port and in a folder of its own. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureFirstAdmin } from '../../src/access/first-start.ts';
import { authenticationHook } from '../../src/http/authentication.ts';
import { createHttpServer } from '../../src/http/server.ts';
import { newId } from '../../src/ids.ts';
import { openInstallation } from '../../src/installation.ts';
import { createLogger } from '../../src/log.ts';
import { accountRoutes } from '../../src/ratings/account-routes.ts';
import { ratingsApi } from '../../src/ratings/plugin.ts';
import { createRecordedSource, type Recording } from '../../src/ratings/sources/recorded.ts';
import type { JsonObject } from '../../src/wire/json.ts';
import { accountServices } from './account-services.ts';

const FIXTURES = new URL('../ratings/fixtures/', import.meta.url);

/** A recorded payload by the name of its file. */
export function fixture(name: string): JsonObject {
  return JSON.parse(readFileSync(new URL(name, FIXTURES), 'utf8'));
}

export interface RecordedUpstream {
  baseUrl: string;
  caFile: string;
  token: string;
  close(): Promise<void>;
}

export async function serveRecording(recording: Recording): Promise<RecordedUpstream> {
  const dataDir = mkdtempSync(join(tmpdir(), 'sightline-recorded-'));
  const logger = createLogger({ level: 'silent' });
  const installation = await openInstallation(dataDir, { logger });
  const { store, clock, authority } = installation;
  const admin = await ensureFirstAdmin({ store, clock, newId, authority, organizationName: 'Recorded' });
  const { routes, tokens } = accountServices(installation);
  const server = await createHttpServer({
    exposed: tokens.exposed,
    ...{ clock, logger, authority, dataDir, host: '127.0.0.1', port: 0, httpPort: 0 },
    trustedProxies: [],
    allowedHosts: [],
    surfaces: async app => {
      await app.register(async scope => {
        scope.addHook('onRequest', authenticationHook(authority, { challenge: true }));
        await scope.register(
          ratingsApi({
            source: createRecordedSource(recording),
            accountRoutes: accountRoutes(routes),
            baseUrlOf: request => `https://${request.host}`,
          }),
        );
      });
    },
  });
  const at = await server.listen();
  return {
    baseUrl: at.baseUrl,
    caFile: String(at.caFile),
    token: admin.userToken,
    async close() {
      await server.close();
      await installation.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
