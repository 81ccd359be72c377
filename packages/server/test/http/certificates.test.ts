/** The local authority and the operator's own certificate, seen by real clients: node, curl and openssl. */
import { execFile } from 'node:child_process';
import { createPrivateKey, generateKeyPairSync, X509Certificate } from 'node:crypto';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { authorityCertificate, leafCertificate } from '../../src/http/certificate.ts';
import { listenOn, portOf } from '../../src/http/listening.ts';
import { LocalAuthority, namesOf } from '../../src/http/local-authority.ts';
import { readOwnCertificate } from '../../src/http/own-certificate.ts';
import { createRefusalServer } from '../../src/http/plain-http.ts';
import { CertificateRenewal } from '../../src/http/renewal.ts';
import { createTlsServer } from '../../src/http/tls-server.ts';
import { createLogger } from '../../src/log.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { install } from './installation.ts';
import { get } from './raw.ts';

const run = promisify(execFile);
const DAY_MS = 86_400_000;
let folder: string;
let clock: ManualClock;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sightline-tls-'));
  clock = new ManualClock(new Date().toISOString());
});
afterEach(() => rmSync(folder, { recursive: true }));

const authorityFor = (...hosts: string[]) =>
  new LocalAuthority({ folder: join(folder, 'tls'), hosts, clock });
const available = async (command: string, flag: string) =>
  run(command, [flag]).then(
    () => true,
    () => false,
  );

describe('the local authority', () => {
  it('keeps its keys from others, and gives the same certificate as long as it is good', () => {
    const first = authorityFor().serverCertificate();
    for (const file of ['ca.key', 'server.pem']) {
      expect(statSync(join(folder, 'tls', file)).mode & 0o777).toBe(0o600);
    }
    expect(authorityFor().serverCertificate()).toEqual(first);
    chmodSync(join(folder, 'tls', 'ca.key'), 0o644);
    expect(() => authorityFor().serverCertificate()).toThrow(/chmod 600/);
  });

  it('makes leaves of at most 397 days, and a new one when fewer than 30 remain', () => {
    const ca = () => readFileSync(join(folder, 'tls', 'ca.pem'), 'utf8');
    const first = authorityFor().serverCertificate();
    const certificate = new X509Certificate(first.cert);
    expect(Date.parse(certificate.validTo) - Date.parse(certificate.validFrom)).toBeLessThanOrEqual(
      397 * DAY_MS,
    );
    const trusted = ca();
    clock.advance(365 * DAY_MS);
    expect(authorityFor().serverCertificate().cert).toBe(first.cert);
    clock.advance(2 * DAY_MS);
    const second = authorityFor().serverCertificate();
    expect(second.cert).not.toBe(first.cert);
    expect(second.notAfter.getTime()).toBeGreaterThan(clock.now() + 390 * DAY_MS);
    expect(ca()).toBe(trusted);
    expect(new X509Certificate(second.cert).verify(new X509Certificate(trusted).publicKey)).toBe(true);
  });

  it('renews its own certificate with the same key before a leaf would outlive it', () => {
    authorityFor().serverCertificate();
    const first = new X509Certificate(readFileSync(join(folder, 'tls', 'ca.pem')));
    clock.advance(9 * 365 * DAY_MS);
    const leaf = new X509Certificate(authorityFor().serverCertificate().cert);
    const second = new X509Certificate(readFileSync(join(folder, 'tls', 'ca.pem')));
    expect(second.fingerprint256).not.toBe(first.fingerprint256);
    expect(leaf.verify(first.publicKey)).toBe(true);
    expect(Date.parse(leaf.validTo)).toBeLessThan(Date.parse(second.validTo));
  });

  it('follows the configured names', () => {
    authorityFor().serverCertificate();
    const named = new X509Certificate(
      authorityFor('Hub.example.com', '10.1.2.3', '2001:DB8::1').serverCertificate().cert,
    );
    expect(namesOf(named)).toEqual([
      'localhost',
      '127.0.0.1',
      '::1',
      'hub.example.com',
      '10.1.2.3',
      '2001:db8::1',
    ]);
    expect(named.checkIssued(new X509Certificate(readFileSync(join(folder, 'tls', 'ca.pem'))))).toBe(true);
    expect(namesOf(new X509Certificate(authorityFor().serverCertificate().cert))).toHaveLength(3);
  });

  it('mends a server certificate that was cut short', () => {
    authorityFor().serverCertificate();
    writeFileSync(join(folder, 'tls', 'server.pem'), 'nothing', { mode: 0o600 });
    expect(new X509Certificate(authorityFor().serverCertificate().cert).subject).toContain('Sightline');
  });

  it('is believed by openssl for its own names, and refused for any other', async () => {
    expect(await available('openssl', 'version')).toBe(true);
    authorityFor('hub.example.com').serverCertificate();
    const caFile = join(folder, 'tls', 'ca.pem');
    const verify = (file: string) => run('openssl', ['verify', '-x509_strict', '-CAfile', caFile, file]);
    expect((await verify(join(folder, 'tls', 'server.pem'))).stdout).toContain('OK');
    const { stdout } = await run('openssl', ['x509', '-in', caFile, '-noout', '-text']);
    expect(stdout).toMatch(/Basic Constraints: critical\s+CA:TRUE, pathlen:0/);
    expect(stdout).toMatch(/Key Usage: critical\s+Certificate Sign\n/);
    expect(stdout).toMatch(/Subject Key Identifier/);
    expect(stdout).toMatch(
      /Name Constraints: critical\s+Permitted:\s+DNS:localhost\s+DNS:hub\.example\.com\s+IP:127\.0\.0\.0\/255\.0\.0\.0\s+IP:0:0:0:0:0:0:0:1\//,
    );
    const leafText = await run('openssl', [
      'x509',
      '-in',
      join(folder, 'tls', 'server.pem'),
      '-noout',
      '-text',
    ]);
    expect(leafText.stdout).toMatch(
      /TLS Web Server Authentication[\s\S]*Subject Alternative Name[\s\S]*Authority Key Identifier/,
    );

    const authority = {
      name: 'Sightline local authority',
      privateKey: createPrivateKey(readFileSync(join(folder, 'tls', 'ca.key'))),
    };
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const validity = { notBefore: new Date(clock.now() - 1_000), notAfter: new Date(clock.now() + DAY_MS) };
    for (const stolen of ['bank.example', '8.8.8.8']) {
      const file = join(folder, 'stolen.pem');
      writeFileSync(file, leafCertificate(authority, { name: 'x', privateKey, hosts: [stolen] }, validity));
      await expect(verify(file)).rejects.toThrow(/permitted subtree violation/);
    }
    writeFileSync(
      join(folder, 'ca2.pem'),
      authorityCertificate(authority, { hosts: ['bank.example'], networks: [] }, validity),
    );
    await expect(verify(join(folder, 'ca2.pem'))).rejects.toThrow();
  });
});

describe('real clients', () => {
  it('curl believes the server by every name, and refuses it without the authority', async () => {
    expect(await available('curl', '--version')).toBe(true);
    const at = await install();
    const { port } = new URL(at.at.baseUrl);
    const curl = (...more: string[]) =>
      run('curl', [
        '-sS',
        '--max-time',
        '5',
        '--cacert',
        at.at.caFile ?? '',
        '-u',
        `${at.admin.userToken}:`,
        ...more,
      ]);
    for (const name of ['127.0.0.1', 'localhost']) {
      const { stdout } = await curl('--ipv4', `https://${name}:${port}/ratings/v1/users/current`);
      expect(JSON.parse(stdout)).toMatchObject({ guid: at.admin.userId });
    }
    const url = `https://127.0.0.1:${port}/ratings/v1/customers/current/api-tokens`;
    const made = await curl(
      '-X',
      'POST',
      '-H',
      'Content-Type: application/json',
      '-d',
      '{"description": "From the documentation", "group": null}',
      url,
    );
    const { guid } = JSON.parse(made.stdout) as { guid: string };
    expect(JSON.parse((await curl(url)).stdout)).toHaveLength(1);
    expect((await curl('-X', 'DELETE', '-w', '%{http_code}', `${url}/${guid}`)).stdout).toBe('204');
    await expect(run('curl', ['-sS', '--max-time', '5', url])).rejects.toThrow(/certificate/);
    const plain = await curl('-w', '%{http_code}', `${at.at.httpUrl}/ratings/v1/users/current`);
    expect(plain.stdout).toMatch(/HTTPS is required.*403$/);
    await at.close();
  });

  it('are shown a renewed certificate by a server that runs', async () => {
    const at = await install();
    const hosts = ['127.0.0.1'];
    // Made in the past and renewed today: clients read their own clocks.
    clock.advance(-370 * DAY_MS);
    const identity = new LocalAuthority({ folder: join(folder, 'tls'), hosts, clock });
    const logger = createLogger({ level: 'silent' });
    const first = identity.serverCertificate();
    const server = createTlsServer(
      first,
      createRefusalServer({ exposed: at.services.tokens.exposed, logger }),
      () => {},
    );
    await listenOn(server.server, '127.0.0.1', 0);
    const ca = readFileSync(identity.caFile);
    const shown = () =>
      new Promise<string>((resolve, reject) => {
        const socket = connect({ host: '127.0.0.1', port: portOf(server.server), ca }, () => {
          resolve(socket.getPeerX509Certificate()?.fingerprint256 ?? '');
          socket.destroy();
        });
        socket.on('error', reject);
      });
    expect(await shown()).toBe(new X509Certificate(first.cert).fingerprint256);
    clock.advance(370 * DAY_MS);
    new CertificateRenewal({
      identity: { certificate: () => identity.serverCertificate(), watchedFiles: [] },
      servers: [server],
      logger,
      current: first,
    }).check();
    const second = identity.serverCertificate();
    expect(second.cert).not.toBe(first.cert);
    expect(await shown()).toBe(new X509Certificate(second.cert).fingerprint256);
    server.destroyConnections();
    server.server.close();
    await at.close();
  });
});

describe('the operator’s own certificate', () => {
  const write = (name: string, hosts: string[]) => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const cert = join(folder, `${name}.crt`);
    const key = join(folder, `${name}.key`);
    const validity = { notBefore: new Date(Date.now() - 1_000), notAfter: new Date(Date.now() + DAY_MS) };
    writeFileSync(cert, leafCertificate({ name, privateKey }, { name, privateKey, hosts }, validity));
    writeFileSync(key, privateKey.export({ type: 'pkcs8', format: 'pem' }));
    return { tlsCert: cert, tlsKey: key };
  };

  it('is served by its names with any port, with HSTS for a name that is not localhost, and no authority is made', async () => {
    const at = await install(
      write('own', ['hub.example.com', '*.apps.example.com', '127.0.0.1', 'localhost']),
    );
    expect(at.at.caFile).toBeNull();
    expect(existsSync(join(at.dataDir, 'tls'))).toBe(false);
    const { tlsCert } = { tlsCert: join(folder, 'own.crt') };
    const trusting = { ...at, ca: readFileSync(tlsCert, 'utf8') };
    const named = await get(trusting, '/health', { Host: 'hub.example.com' });
    expect(named.status).toBe(200);
    expect(named.headers).toContain('strict-transport-security: max-age=31536000');
    expect((await get(trusting, '/health', { Host: 'a.apps.example.com:444' })).status).toBe(200);
    expect((await get(trusting, '/health', { Host: 'a.b.apps.example.com' })).status).toBe(421);
    for (const name of [new URL(at.at.baseUrl).host, 'localhost']) {
      const answer = await get(trusting, '/health', { Host: name });
      expect(answer.status).toBe(200);
      expect(answer.headers).not.toContain('strict-transport-security');
    }
    await at.close();
  });

  it('is refused with what to do when it cannot work', async () => {
    const one = write('one', ['localhost']);
    const two = write('two', ['localhost']);
    expect(() => readOwnCertificate(one.tlsCert, two.tlsKey)).toThrow(/does not belong to the certificate/);
    expect(() => readOwnCertificate(join(folder, 'none.crt'), one.tlsKey)).toThrow(
      /--tls-cert .*none.crt cannot be read/,
    );
    expect(() => readOwnCertificate(one.tlsKey, one.tlsKey)).toThrow(/is not a certificate in PEM/);
    expect(() => readOwnCertificate(one.tlsCert, one.tlsCert)).toThrow(/is not a private key in PEM/);
    await expect(install({ tlsCert: one.tlsCert })).rejects.toThrow(/belong together/);
  });
});
