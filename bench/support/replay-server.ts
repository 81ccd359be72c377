/**
 * An upstream that costs next to nothing: every page was made before the first request and is sent as bytes. Run as
 * `node replay-server.ts <companies> <findings per company> <tls folder>`; prints one JSON line when ready.
 */
import { createServer } from 'node:https';
import { systemClock } from '../../packages/server/src/clock.ts';
import { serverIdentity } from '../../packages/server/src/http/server-identity.ts';
import { type ReplayPages, replayPages } from './replay-pages.ts';

const [companies = '50', findingsPerCompany = '1000', dataDir = '.'] = process.argv.slice(2);
const identity = serverIdentity({ clock: systemClock, dataDir, hosts: [] });
const notFound = Buffer.from('{"detail":"Not found."}');
let pages: ReplayPages | null = null;
const server = createServer({ ...identity.certificate() }, (request, response) => {
  const body = pages?.find(request.url ?? '') ?? null;
  response.writeHead(body === null ? 404 : 200, {
    'content-type': 'application/json',
    'content-length': (body ?? notFound).length,
  });
  response.end(body ?? notFound);
});
server.listen(0, '127.0.0.1', async () => {
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const baseUrl = `https://127.0.0.1:${port}`;
  pages = await replayPages(Number(companies), Number(findingsPerCompany), baseUrl);
  const { findings, bytes } = pages;
  process.stdout.write(
    `${JSON.stringify({ base_url: baseUrl, ca_file: identity.caFile, findings, bytes })}\n`,
  );
});
process.on('disconnect', () => process.exit(0));
