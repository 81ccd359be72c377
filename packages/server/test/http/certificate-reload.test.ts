/** The operator's certificate while the server runs: every way in which its files change, seen over real TLS. */
import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { leafCertificate } from '../../src/http/certificate.ts';
import { readOwnCertificate } from '../../src/http/own-certificate.ts';
import { CertificateRenewal } from '../../src/http/renewal.ts';
import { createLogger } from '../../src/log.ts';
import { type Installation, install } from './installation.ts';
import { get } from './raw.ts';

const DAY_MS = 86_400_000;
let folder: string;
let at: Installation | null = null;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sightline-reload-'));
});
afterEach(async () => {
  await at?.close();
  at = null;
  rmSync(folder, { recursive: true });
});

interface Pair {
  cert: string;
  key: string;
  fingerprint: string;
}

function pairFor(...hosts: string[]): Pair {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const validity = { notBefore: new Date(Date.now() - 1_000), notAfter: new Date(Date.now() + DAY_MS) };
  const cert = leafCertificate({ name: 'own', privateKey }, { name: 'own', privateKey, hosts }, validity);
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  return { cert, key, fingerprint: new X509Certificate(cert).fingerprint256 };
}

function writePair(pair: Pair, into = folder): { tlsCert: string; tlsKey: string } {
  mkdirSync(into, { recursive: true });
  writeFileSync(join(into, 'tls.crt'), pair.cert);
  writeFileSync(join(into, 'tls.key'), pair.key);
  return { tlsCert: join(into, 'tls.crt'), tlsKey: join(into, 'tls.key') };
}

/** What a new connection is shown. */
function shown(): Promise<string> {
  const port = Number(new URL(at?.at.baseUrl ?? '').port);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false }, () => {
      resolve(socket.getPeerX509Certificate()?.fingerprint256 ?? '');
      socket.destroy();
    });
    socket.on('error', reject);
  });
}

const eventually = (fingerprint: string) =>
  expect.poll(shown, { timeout: 10_000, interval: 50 }).toBe(fingerprint);

describe('the operator’s files', () => {
  it('that are written anew are served to new connections, and one that is open goes on', async () => {
    const [one, two] = [pairFor('localhost', '127.0.0.1'), pairFor('localhost', '127.0.0.1')];
    at = await install(writePair(one));
    const port = Number(new URL(at.at.baseUrl).port);
    const open = connect({ host: '127.0.0.1', port, rejectUnauthorized: false });
    await new Promise(resolve => open.once('secureConnect', resolve));
    writePair(two);
    await eventually(two.fingerprint);
    const answer = new Promise<string>(resolve => open.once('data', data => resolve(String(data))));
    open.write(`GET /health HTTP/1.1\r\nHost: localhost:${port}\r\n\r\n`);
    expect(await answer).toContain('200 OK');
    expect(open.getPeerX509Certificate()?.fingerprint256).toBe(one.fingerprint);
    open.destroy();
    expect(at.logged()).toContain('new connections get the new certificate');
    expect(at.logged()).not.toContain('PRIVATE KEY');
  });

  it('that are renamed into place are served', async () => {
    const [one, two] = [pairFor('127.0.0.1'), pairFor('127.0.0.1')];
    at = await install(writePair(one));
    const fresh = writePair(two, join(folder, 'fresh'));
    renameSync(fresh.tlsKey, join(folder, 'tls.key'));
    renameSync(fresh.tlsCert, join(folder, 'tls.crt'));
    await eventually(two.fingerprint);
  });

  it('that Kubernetes swaps, as a link to a folder behind the links, are served', async () => {
    const [one, two] = [pairFor('127.0.0.1'), pairFor('127.0.0.1')];
    writePair(one, join(folder, '..2026_01'));
    symlinkSync('..2026_01', join(folder, '..data'));
    symlinkSync('..data/tls.crt', join(folder, 'tls.crt'));
    symlinkSync('..data/tls.key', join(folder, 'tls.key'));
    at = await install({ tlsCert: join(folder, 'tls.crt'), tlsKey: join(folder, 'tls.key') });
    expect(await shown()).toBe(one.fingerprint);
    writePair(two, join(folder, '..2026_02'));
    symlinkSync('..2026_02', join(folder, '..data_tmp'));
    renameSync(join(folder, '..data_tmp'), join(folder, '..data'));
    await eventually(two.fingerprint);
  });

  it('that make no pair are refused and said so once, until they do', async () => {
    const [one, two] = [pairFor('127.0.0.1'), pairFor('127.0.0.1')];
    at = await install(writePair(one));
    const { logged } = at;
    const refusals = () => logged().split('the old one stays in use').length - 1;
    for (const [n, broken] of [two.cert, 'nothing'].entries()) {
      writeFileSync(join(folder, 'tls.crt'), broken);
      await expect.poll(refusals, { timeout: 10_000 }).toBe(n + 1);
      expect(await shown()).toBe(one.fingerprint);
    }
    rmSync(join(folder, 'tls.crt'));
    await expect.poll(logged, { timeout: 10_000 }).toContain('cannot be read');
    expect(await shown()).toBe(one.fingerprint);
    writePair(two);
    await eventually(two.fingerprint);
  });

  it('decide with their names which hosts are ours', async () => {
    const [one, two] = [pairFor('127.0.0.1', 'old.example.com'), pairFor('127.0.0.1', 'new.example.com')];
    at = await install(writePair(one));
    const trusting = { ...at, ca: one.cert + two.cert };
    const status = async (Host: string) => (await get(trusting, '/health', { Host })).status;
    expect([await status('old.example.com'), await status('new.example.com')]).toEqual([200, 421]);
    writePair(two);
    await eventually(two.fingerprint);
    expect([await status('old.example.com'), await status('new.example.com')]).toEqual([421, 200]);
  });
});

describe('the regular check', () => {
  it('finds what no event told of, even with the same time on the files', async () => {
    const [one, two] = [pairFor('127.0.0.1'), pairFor('127.0.0.1')];
    const files = writePair(one);
    at = await install(files);
    const then = new Date(2026, 0, 1);
    const served: string[] = [];
    const renewal = new CertificateRenewal({
      // No folder of these is watched.
      identity: { certificate: () => readOwnCertificate(files.tlsCert, files.tlsKey), watchedFiles: [] },
      servers: [],
      logger: createLogger({ level: 'silent' }),
      current: readOwnCertificate(files.tlsCert, files.tlsKey),
      onRenewed: ({ cert }) => served.push(new X509Certificate(cert).fingerprint256),
    });
    for (const file of Object.values(files)) utimesSync(file, then, then);
    renewal.start(10);
    writePair(two);
    for (const file of Object.values(files)) utimesSync(file, then, then);
    await expect.poll(() => served).toEqual([two.fingerprint]);
    renewal.stop();
  });
});

describe('a pair that parses and that TLS refuses', () => {
  it('is refused at start in words', () => {
    const { tlsCert, tlsKey } = writePair(pairFor('localhost'));
    const good = readFileSync(tlsCert, 'utf8');
    writeFileSync(tlsCert, `${good}-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n`);
    expect(() => readOwnCertificate(tlsCert, tlsKey)).toThrow(/chain in it is not whole/);
  });
});

describe('the TLS port', () => {
  it('speaks TLS 1.2 and 1.3 and nothing older', async () => {
    const pair = pairFor('127.0.0.1');
    at = await install(writePair(pair));
    const port = Number(new URL(at.at.baseUrl).port);
    const speak = (version: 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3') =>
      new Promise<string | null>(resolve => {
        const socket = connect(
          {
            host: '127.0.0.1',
            port,
            rejectUnauthorized: false,
            minVersion: version,
            maxVersion: version,
            // Without it OpenSSL itself would not offer what is old.
            ciphers: 'DEFAULT@SECLEVEL=0',
          },
          () => {
            resolve(socket.getProtocol());
            socket.destroy();
          },
        );
        socket.on('error', () => resolve(null));
      });
    expect([await speak('TLSv1.1'), await speak('TLSv1.2'), await speak('TLSv1.3')]).toEqual([
      null,
      'TLSv1.2',
      'TLSv1.3',
    ]);
    writePair(pairFor('127.0.0.1'));
    await expect.poll(shown, { timeout: 10_000 }).not.toBe(pair.fingerprint);
    expect(await speak('TLSv1.1')).toBeNull();
  });
});
