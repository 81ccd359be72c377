/** Load over keep-alive TLS connections, in a process of its own: `node load.ts <url> <seconds> <connections> [token]`. */
import autocannon from 'autocannon';

const [url = '', seconds = '3', connections = '10', token] = process.argv.slice(2);
const result = await autocannon({
  url,
  connections: Number(connections),
  duration: Number(seconds),
  headers: token === undefined ? {} : { 'x-api-key': token },
  // The certificate is of the local authority of the server under test; what is measured is the server.
  tlsOptions: { rejectUnauthorized: false },
});
process.stdout.write(
  `${JSON.stringify({ requests_per_second: result.requests.average, non_2xx: result.non2xx, errors: result.errors })}\n`,
);
