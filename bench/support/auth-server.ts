/**
 * A hub's surfaces on a data directory, with authentication or, for the comparison alone, without: `node auth-server.ts <data
 * directory> <on|off> [trusted proxy]`. Prints its address when ready. No setting of the product can do this.
 */

import { operatorOf } from '../../packages/server/src/access/operator.ts';
import { hubServices, hubSurfaces } from '../../packages/server/src/app/hub.ts';
import { httpOptions } from '../../packages/server/src/app/running.ts';
import { readHubSettings } from '../../packages/server/src/config.ts';
import { UpstreamClients } from '../../packages/server/src/connections/upstream-client.ts';
import { createHttpServer } from '../../packages/server/src/http/server.ts';
import { newId } from '../../packages/server/src/ids.ts';
import { openInstallation } from '../../packages/server/src/installation.ts';
import { createLogger } from '../../packages/server/src/log.ts';
import { DatabaseRunQueue } from '../../packages/server/src/sync/database-run-queue.ts';

const [dataDir = '', authentication = 'on', ...trustedProxy] = process.argv.slice(2);
const logger = createLogger({ level: 'warn' });
const installation = await openInstallation(dataDir, { logger });
const settings = readHubSettings({ flags: { port: 0, httpPort: 0, trustedProxy }, env: {} });
let address = '';
const services = await hubServices(installation, settings, {
  logger,
  clients: new UpstreamClients({ version: 'bench' }),
  runQueue: new DatabaseRunQueue({ ...installation, newId, wakeWorker: () => {} }),
  baseUrl: () => address,
});
const anyone = await operatorOf(installation.store);
const server = await createHttpServer({
  ...httpOptions(settings, installation, logger),
  exposed: services.tokens.exposed,
  surfaces: hubSurfaces(
    installation,
    services,
    () => address,
    ...(authentication === 'off' ? [() => anyone] : []),
  ),
});
installation.authority.start();
services.tokens.start();
address = (await server.listen()).baseUrl;
process.stdout.write(`${address}\n`);
process.on('disconnect', () => process.exit(0));
