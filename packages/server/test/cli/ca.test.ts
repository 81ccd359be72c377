/** `sightline ca`: without a running hub, for people and for scripts. */
import { execFile } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { shellQuoted } from '../../src/cli/trust-steps.ts';
import { systemClock } from '../../src/clock.ts';
import { LocalAuthority } from '../../src/http/local-authority.ts';
import { ProgramLab } from '../support/program-lab.ts';

let lab: ProgramLab;
let dataDir: string;
let caFile: string;
let certificate: X509Certificate;
beforeAll(() => {
  lab = new ProgramLab();
  dataDir = lab.path('it is a hub');
  const folder = join(dataDir, 'tls');
  new LocalAuthority({ folder, hosts: ['hub.example.com'], clock: systemClock }).serverCertificate();
  caFile = join(folder, 'ca.pem');
  certificate = new X509Certificate(readFileSync(caFile));
});
afterAll(() => lab.close());

describe('sightline ca', () => {
  test('shows what the authority is, and how each system and client trusts it', async () => {
    const { code, stdout } = await lab.run([
      'ca',
      '--data-dir',
      dataDir,
      '--base-url',
      'https://hub.example.com',
    ]);
    expect(code).toBe(0);
    expect(stdout).toContain(caFile);
    expect(stdout).toContain(certificate.fingerprint256);
    expect(stdout).toContain('localhost, 127.0.0.1, ::1, hub.example.com');
    for (const system of ['Debian', 'Fedora', 'macOS', 'Windows', 'Firefox', 'Chromium']) {
      expect(stdout).toContain(system);
    }
    expect(stdout).toContain(`curl --cacert '${caFile}' https://hub.example.com/health`);
    for (const name of ['CURL_CA_BUNDLE', 'NODE_EXTRA_CA_CERTS', 'REQUESTS_CA_BUNDLE']) {
      expect(stdout).toContain(`export ${name}='${caFile}'`);
    }
  });

  test('prints the certificate alone, writes it to a file, or tells the facts as JSON', async () => {
    const file = lab.path('copy.pem');
    const [printed, written, json] = await Promise.all([
      lab.run(['ca', '--data-dir', dataDir, '--print']),
      lab.run(['ca', '--data-dir', dataDir, '--out', file]),
      lab.run(['ca', '--data-dir', dataDir, '--json']),
    ]);
    expect(printed).toMatchObject({ code: 0, stderr: '' });
    expect(new X509Certificate(printed.stdout).fingerprint256).toBe(certificate.fingerprint256);
    expect(written).toMatchObject({ code: 0, stdout: '' });
    expect(readFileSync(file, 'utf8')).toBe(printed.stdout);
    expect(JSON.parse(json.stdout)).toMatchObject({
      is_local: true,
      ca_file: caFile,
      fingerprint_sha256: certificate.fingerprint256,
      names: ['localhost', '127.0.0.1', '::1', 'hub.example.com'],
    });
  });

  test('makes no authority where there is none, and shows no key', async () => {
    const nowhere = await lab.run(['ca', '--data-dir', lab.path('nowhere')]);
    expect(nowhere).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('no local authority'),
    });
    const again = await lab.run(['ca', '--data-dir', lab.path('nowhere'), '--json']);
    expect(again.code).toBe(1);
  });

  test('says so when the hub has the operator’s own certificate', async () => {
    const env = { SIGHTLINE_TLS_CERT: caFile };
    const own = await lab.run(['ca', '--data-dir', lab.path('nowhere')], { env });
    expect(own.code).toBe(0);
    expect(own.stdout).toContain('your own certificate');
    expect(own.stdout).toContain(certificate.fingerprint256);
    const printed = await lab.run(['ca', '--data-dir', dataDir, '--print'], { env });
    expect(printed).toMatchObject({ code: 1, stdout: '' });
  });
});

test.each(['plain', 'with space', "it's", '$(rm -rf x)', 'a;b', '`id`'])(
  'a path as %j is one word to a shell',
  async path => {
    const { stdout } = await promisify(execFile)('sh', ['-c', `printf %s ${shellQuoted(path)}`]);
    expect(stdout).toBe(path);
  },
);
