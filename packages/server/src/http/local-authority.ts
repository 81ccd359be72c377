/**
 * The certificate authority of one installation, in `<dataDir>/tls`: made at first start when the operator gives no
 * certificate, and good for this machine's names alone. Source: tokens.md, "HTTPS".
 */
import { createPrivateKey, generateKeyPairSync, type KeyObject, X509Certificate } from 'node:crypto';
import { chmodSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';
import type { Clock } from '../clock.ts';
import { OperatorError } from '../errors.ts';
import { createPrivateFile, readPrivateFile, replacePrivateFile } from '../secrets/private-file.ts';
import { authorityFiles } from './authority-files.ts';
import { authorityCertificate, leafCertificate, type ValidityPeriod } from './certificate.ts';

const DAY_MS = 86_400_000;
/** tokens.md: at most 397 days. One less, for the validity begins before now and both ends are included. */
const LEAF_DAYS = 396;
const RENEW_BEFORE_DAYS = 30;
const AUTHORITY_DAYS = 3_650;
/** Clocks of clients may be behind. */
const BACKDATED_MS = 3_600_000;

/** Valid whatever is configured: the names by which a machine reaches itself. */
const LOOPBACK_HOSTS: readonly string[] = Object.freeze(['localhost', '127.0.0.1', '::1']);
const LOOPBACK_NETWORKS = ['127.0.0.0/8', '::1/128'];

export interface ServerCertificate {
  /** Leaf in PEM. */
  cert: string;
  /** Private key in PEM. */
  key: string;
  notAfter: Date;
}

export interface LocalAuthorityOptions {
  /** `<dataDir>/tls`. */
  folder: string;
  /** DNS names and addresses beyond the loopback ones. */
  hosts: readonly string[];
  clock: Clock;
}

export class LocalAuthority {
  readonly #folder: string;
  readonly #hosts: readonly string[];
  readonly #clock: Clock;
  readonly #namesFile: string;
  /** What clients are told to trust. */
  readonly caFile: string;

  constructor(options: LocalAuthorityOptions) {
    this.#folder = options.folder;
    this.#clock = options.clock;
    this.#hosts = [...new Set([...LOOPBACK_HOSTS, ...options.hosts.map(canonicalAddress)])];
    const files = authorityFiles(options.folder);
    this.caFile = files.caFile;
    this.#namesFile = files.namesFile;
  }

  /**
   * The certificate to serve with: the stored one, or a new one when there is none, fewer than 30 days remain, or the names
   * changed. Makes the authority when needed. Throws OperatorError when the folder cannot be used.
   */
  serverCertificate(): ServerCertificate {
    const authority = this.#authority();
    const path = join(this.#folder, 'server.pem');
    const stored = this.#storedLeaf(path, authority.certificate);
    if (stored !== null) return stored;
    const privateKey = newKey();
    const cert = leafCertificate(
      authority,
      { name: 'Sightline server', privateKey, hosts: this.#hosts },
      this.#validFor(LEAF_DAYS),
    );
    const key = pemOf(privateKey);
    replacePrivateFile(path, `${cert}${key}`);
    return { cert, key, notAfter: new Date(new X509Certificate(cert).validTo) };
  }

  #storedLeaf(path: string, authority: X509Certificate): ServerCertificate | null {
    const pem = readPrivateFile(path);
    if (pem === null) return null;
    try {
      const certificate = new X509Certificate(pem);
      const privateKey = createPrivateKey(pem);
      const notAfter = new Date(certificate.validTo);
      const isCurrent =
        certificate.checkPrivateKey(privateKey) &&
        certificate.verify(authority.publicKey) &&
        this.#hasDaysLeft(certificate, RENEW_BEFORE_DAYS) &&
        sameNames(namesOf(certificate), this.#hosts);
      return isCurrent ? { cert: certificate.toString(), key: pemOf(privateKey), notAfter } : null;
    } catch {
      // Not a certificate and a key: it is ours alone, so a new one takes its place.
      return null;
    }
  }

  #authority(): { name: string; privateKey: KeyObject; certificate: X509Certificate } {
    const privateKey = this.#authorityKey();
    const stored = this.#storedAuthority(privateKey);
    const name = 'Sightline local authority';
    if (stored !== null) return { name, privateKey, certificate: stored };
    const extraHosts = this.#hosts.filter(host => host === 'localhost' || !LOOPBACK_HOSTS.includes(host));
    const pem = authorityCertificate(
      { name, privateKey },
      { hosts: extraHosts, networks: LOOPBACK_NETWORKS },
      this.#validFor(AUTHORITY_DAYS),
    );
    writePublicFile(this.caFile, pem);
    writePublicFile(this.#namesFile, `${this.#hosts.join('\n')}\n`);
    return { name, privateKey, certificate: new X509Certificate(pem) };
  }

  /** The first process to make the key wins; a second one signs with the same key, and either's certificates verify. */
  #authorityKey(): KeyObject {
    const path = join(this.#folder, 'ca.key');
    const stored = readPrivateFile(path);
    if (stored === null) {
      createPrivateFile(path, pemOf(newKey()));
      return this.#authorityKey();
    }
    try {
      return createPrivateKey(stored);
    } catch (cause) {
      throw new OperatorError(
        `${path} does not hold the local authority's key. Delete the folder ${this.#folder} to make a new authority; clients must then trust the new ${this.caFile}.`,
        { cause },
      );
    }
  }

  /** The authority's certificate, unless it is another key's, ends before a new leaf would, or does not permit every name. */
  #storedAuthority(privateKey: KeyObject): X509Certificate | null {
    if (!existsSync(this.caFile) || !existsSync(this.#namesFile)) return null;
    try {
      const certificate = new X509Certificate(readFileSync(this.caFile));
      const permitted = readFileSync(this.#namesFile, 'utf8').split('\n');
      const isUsable =
        certificate.checkPrivateKey(privateKey) &&
        this.#hasDaysLeft(certificate, LEAF_DAYS) &&
        this.#hosts.every(host => permitted.includes(host));
      return isUsable ? certificate : null;
    } catch {
      return null;
    }
  }

  #validFor(days: number): ValidityPeriod {
    const now = this.#clock.now();
    return { notBefore: new Date(now - BACKDATED_MS), notAfter: new Date(now + days * DAY_MS) };
  }

  #hasDaysLeft(certificate: X509Certificate, days: number): boolean {
    const now = this.#clock.now();
    return Date.parse(certificate.validFrom) <= now && Date.parse(certificate.validTo) - now >= days * DAY_MS;
  }
}

/** The DNS names and addresses a certificate is for, in lower case, IPv6 as the URL class writes it. */
export function namesOf(certificate: X509Certificate): string[] {
  const names: string[] = [];
  for (const entry of (certificate.subjectAltName ?? '').split(', ')) {
    if (entry.startsWith('DNS:')) names.push(entry.slice(4).toLowerCase());
    if (entry.startsWith('IP Address:')) names.push(canonicalAddress(entry.slice(11)));
  }
  return names;
}

/** One spelling for each address: `0:0:0:0:0:0:0:1` is `::1`. */
export function canonicalAddress(address: string): string {
  if (isIP(address) !== 6) return address.toLowerCase();
  return new URL(`http://[${address}]`).hostname.slice(1, -1);
}

function sameNames(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && right.every(name => left.includes(canonicalAddress(name)));
}

function newKey(): KeyObject {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
}

function pemOf(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}

function writePublicFile(path: string, content: string): void {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    writeFileSync(temporary, content, { mode: 0o644 });
    chmodSync(temporary, 0o644);
    renameSync(temporary, path);
  } catch (cause) {
    throw new OperatorError(
      `${path} cannot be written (${cause instanceof Error ? cause.message : String(cause)}). Check that you may write in its folder.`,
      { cause },
    );
  }
}
