/**
 * Load over keep-alive TLS connections, in a process of its own: `node load.ts <url> <seconds> <connections> [token…]`. Several
 * tokens are sent in turn; `@<file>` reads them from a file, one a line. `{n}` in the URL is another number in each request.
 */
import { readFileSync } from 'node:fs';
import autocannon from 'autocannon';

const [url = '', seconds = '3', connections = '10', ...given] = process.argv.slice(2);
const tokens = given.flatMap(token =>
  token.startsWith('@') ? readFileSync(token.slice(1), 'utf8').trim().split('\n') : [token],
);
const [only] = tokens;
const headersOf = (token: string | undefined) => (token === undefined ? {} : { 'x-api-key': token });
const { pathname, search } = new URL(url);
const path = decodeURI(`${pathname}${search}`);
const isVaried = tokens.length > 1 || path.includes('{n}');
let next = 0;
const varied = (request: autocannon.Request): autocannon.Request => {
  next += 1;
  const token = tokens[next % tokens.length];
  return {
    ...request,
    path: path.replace('{n}', String(next)),
    headers: { ...request.headers, ...headersOf(token) },
  };
};
const result = await autocannon({
  url: url.replace('{n}', '0'),
  connections: Number(connections),
  duration: Number(seconds),
  headers: isVaried ? {} : headersOf(only),
  ...(isVaried ? { requests: [{ setupRequest: varied }] } : {}),
  // The certificate is of the local authority of the server under test; what is measured is the server.
  tlsOptions: { rejectUnauthorized: false },
});
process.stdout.write(
  `${JSON.stringify({
    requests_per_second: result.requests.average,
    p99_ms: result.latency.p99,
    non_2xx: result.non2xx,
    errors: result.errors,
  })}\n`,
);
