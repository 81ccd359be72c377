/**
 * The least a client can do: fetch every page over TLS and parse it, three at a time, and keep nothing. Run as
 * `node bare-client.ts <base url> <ca file>`; prints one JSON line.
 */
import { readFileSync } from 'node:fs';
import { Agent, fetch } from 'undici';
import { z } from 'zod';

const CONCURRENCY = 3;
const PAGE_ROWS = 1_000;
const Page = z.object({ count: z.number(), results: z.array(z.unknown()) });

const [baseUrl = '', caFile = ''] = process.argv.slice(2);
const dispatcher = new Agent({ connect: { ca: readFileSync(caFile) }, connections: CONCURRENCY });

async function get(path: string): Promise<{ count: number; results: unknown[] }> {
  const response = await fetch(`${baseUrl}${path}`, { dispatcher });
  const body: unknown = JSON.parse(await response.text());
  return body as z.infer<typeof Page>;
}

const guids: string[] = [];
for (let offset = 0, count = 1; offset < count; offset += 500) {
  const page = Page.parse(await get(`/ratings/v2/portfolio?sort=name&limit=500&offset=${offset}`));
  count = page.count;
  for (const row of page.results) guids.push(z.object({ guid: z.string() }).parse(row).guid);
}
let rows = 0;
const startedMs = performance.now();
await Promise.all(
  Array.from({ length: CONCURRENCY }, async () => {
    for (let guid = guids.pop(); guid !== undefined; guid = guids.pop()) {
      for (let offset = 0, count = 1; offset < count; offset += PAGE_ROWS) {
        const page = await get(
          `/ratings/v1/companies/${guid}/findings?sort=first_seen&limit=${PAGE_ROWS}&offset=${offset}`,
        );
        count = page.count;
        rows += page.results.length;
      }
    }
  }),
);
const elapsedMs = performance.now() - startedMs;
process.stdout.write(`${JSON.stringify({ rows, elapsed_ms: elapsedMs })}\n`);
await dispatcher.close();
