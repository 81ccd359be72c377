/**
 * What the server proves itself with: the operator's certificate, or one of the local authority that renews itself. Source:
 * tokens.md, "HTTPS".
 */
import { X509Certificate } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { OperatorError } from '../errors.ts';
import { localAuthorityFolder } from './authority-files.ts';
import { LocalAuthority, namesOf, type ServerCertificate } from './local-authority.ts';
import { readOwnCertificate } from './own-certificate.ts';

export interface IdentityOptions {
  clock: Clock;
  dataDir: string;
  /** Paths of PEM files. Both or neither. */
  tlsCert?: string | undefined;
  tlsKey?: string | undefined;
  /** Names and addresses beyond the loopback ones that a local certificate is made for. */
  hosts: readonly string[];
}

export interface ServerIdentity {
  isLocal: boolean;
  /** What clients must trust, or null with the operator's own certificate. */
  caFile: string | null;
  /** Files that somebody else may change at any time. */
  watchedFiles: readonly string[];
  /**
   * The certificate to serve with now: of the local authority a new one when the old one runs out, of the operator's files
   * what they hold at this moment. Throws OperatorError when it cannot be had.
   */
  certificate(): ServerCertificate;
}

/** Throws OperatorError when neither certificate can be had. */
export function serverIdentity(options: IdentityOptions): ServerIdentity {
  const { tlsCert, tlsKey } = options;
  if ((tlsCert === undefined) !== (tlsKey === undefined)) {
    throw new OperatorError(
      '--tls-cert and --tls-key belong together: give both, or neither for a local certificate.',
    );
  }
  if (tlsCert !== undefined && tlsKey !== undefined) {
    return {
      isLocal: false,
      caFile: null,
      watchedFiles: [tlsCert, tlsKey],
      certificate: () => readOwnCertificate(tlsCert, tlsKey),
    };
  }
  const { clock, hosts } = options;
  const authority = new LocalAuthority({ folder: localAuthorityFolder(options.dataDir), hosts, clock });
  return {
    isLocal: true,
    caFile: authority.caFile,
    watchedFiles: [],
    certificate: () => authority.serverCertificate(),
  };
}

/** The names and addresses a certificate is for. */
export function certificateNames(certificate: ServerCertificate): string[] {
  return namesOf(new X509Certificate(certificate.cert));
}
