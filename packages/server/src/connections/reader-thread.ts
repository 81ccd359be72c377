/** The thread that reads one account for one run: it gets the credentials by `workerData`, which never leaves this process. */
import { parentPort, workerData } from 'node:worker_threads';
import type { AttemptEvent } from '@sightline/bitsight';
import { z } from 'zod';
import { DirectReader } from '../sync/direct-reader.ts';
import { serveReader } from '../sync/threaded-reader.ts';
import { Credentials } from './credentials.ts';
import { healthNameOf, upstreamFailureText } from './health.ts';
import { ConnectionOptions } from './options.ts';
import { UpstreamClients } from './upstream-client.ts';

const Account = z.object({
  credentials: Credentials,
  options: ConnectionOptions,
  version: z.string(),
  extraCa: z.string().optional(),
});

const { credentials, options, version, extraCa } = Account.parse(workerData);
const clients = new UpstreamClients({ version, extraCa });
const use = { requests: 0, retries: 0 };
const client = clients.open(credentials, options, {
  onAttempt: (event: AttemptEvent) => {
    if (event.type === 'request') use.requests += 1;
  },
  onRetry: () => {
    use.retries += 1;
  },
});
const reader = new DirectReader(client, error => ({
  reason: healthNameOf(error),
  message: upstreamFailureText(error),
}));

if (parentPort === null) throw new Error('this module is the entry of a thread');
serveReader(parentPort, reader, use, () => clients.close());
