/** One giant page: clients that send limit=1000000000 get all rows, and the server holds none of them. */
import { expect, test } from 'vitest';
import { serve, smallWorld } from './serve.ts';

test('a page of 60,000 findings streams without being held', async () => {
  const source = smallWorld({ companies: 1, findingsPerCompany: 60_000 });
  const served = await serve(source);
  const { company_guid: guid, finding_count: findings } = source.summary();
  const before = process.memoryUsage().rss;
  let peak = before;
  let bytes = 0;
  let rows = 0;
  const response = await fetch(`${served.baseUrl}/v1/companies/${guid}/findings?limit=1000000000`);
  expect(response.headers.get('content-length')).toBeNull();
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    const text = rest + decoder.decode(chunk, { stream: true });
    const parts = text.split('"temporary_id"');
    rows += parts.length - 1;
    rest = parts.at(-1)?.slice(-20) ?? '';
    peak = Math.max(peak, process.memoryUsage().rss);
  }
  expect(rows).toBe(findings);
  expect(bytes).toBeGreaterThan(80_000_000);
  // The page is over 100 MB; what may grow is the heap between two collections.
  expect(peak - before).toBeLessThan(bytes * 0.7);
  await served.close();
});
