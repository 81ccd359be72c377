/**
 * The least a server can do: the same head and body for every request, over TLS, without looking at it. Run as
 * `node bare-server.ts <tls folder> <head as JSON> <body>`, a body of `@<file>` being that file's bytes; prints its address when
 * ready.
 */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { z } from 'zod';
import { systemClock } from '../../packages/server/src/clock.ts';
import { serverIdentity } from '../../packages/server/src/http/server-identity.ts';

const [dataDir = '.', head = '{}', body = ''] = process.argv.slice(2);
const headers = z.record(z.string(), z.string()).parse(JSON.parse(head));
const bytes = body.startsWith('@') ? readFileSync(body.slice(1)) : Buffer.from(body);
const identity = serverIdentity({ clock: systemClock, dataDir, hosts: [] });
const server = createServer({ ...identity.certificate(), minVersion: 'TLSv1.2' }, (_request, response) => {
  response.writeHead(200, headers);
  response.end(bytes);
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  process.stdout.write(`https://127.0.0.1:${port}\n`);
});
process.on('disconnect', () => process.exit(0));
