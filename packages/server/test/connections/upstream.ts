/** A stand-in for Bitsight over HTTPS, with a certificate of its own that nobody trusts by default. */
import { generateKeyPairSync } from 'node:crypto';
import { createServer, type Server } from 'node:https';
import { authorityCertificate, leafCertificate } from '../../src/http/certificate.ts';

export interface Upstream {
  /** `https://localhost:<port>` */
  url: string;
  host: string;
  /** PEM of the authority to trust. */
  ca: string;
  /** Paths and user names of the requests so far. */
  requests: { path: string; user: string; headers: Record<string, unknown> }[];
  /** What it answers; null accepts `good` tokens only. */
  answer: { status: number; body: string; headers?: Record<string, string> } | null;
  close(): Promise<void>;
}

export const GOOD_TOKEN = 'goodupstreamtoken-0123456789';
export const BAD_TOKEN = 'badupstreamtoken-9876543210';
/** Text in every refusal's body: it must never reach a caller. */
export const UPSTREAM_WORDS = 'words-of-upstream <b>';

export async function startUpstream(): Promise<Upstream> {
  const { ca, cert, key } = throwawayCertificate();
  const upstream: Omit<Upstream, 'url' | 'host' | 'close'> = { ca, requests: [], answer: null };
  const server = createServer({ cert, key }, (request, response) => {
    const basic = Buffer.from((request.headers.authorization ?? '').slice(6), 'base64').toString();
    const user = basic.slice(0, basic.indexOf(':'));
    upstream.requests.push({ path: request.url ?? '', user, headers: request.headers });
    const known = user === GOOD_TOKEN;
    const { status, body, headers } = upstream.answer ?? {
      status: known ? 200 : 401,
      body: JSON.stringify(known ? { guid: 'g' } : { detail: UPSTREAM_WORDS }),
    };
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
  });
  const port = await listen(server);
  return Object.assign(upstream, {
    url: `https://localhost:${port}`,
    host: `localhost:${port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    },
  });
}

/** The free port a server listens on. */
export function listen(server: Server): Promise<number> {
  return new Promise(resolve => {
    server.listen(0, 'localhost', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
}

/** An authority that nobody knows, and a certificate of it for localhost. */
export function throwawayCertificate(): { ca: string; cert: string; key: string } {
  const newKey = () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  const validity = { notBefore: new Date(Date.now() - 60_000), notAfter: new Date(Date.now() + 3_600_000) };
  const authority = { name: 'Throwaway authority', privateKey: newKey() };
  const privateKey = newKey();
  return {
    ca: authorityCertificate(authority, { hosts: ['localhost'], networks: [] }, validity),
    cert: leafCertificate(authority, { name: 'localhost', privateKey, hosts: ['localhost'] }, validity),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}
