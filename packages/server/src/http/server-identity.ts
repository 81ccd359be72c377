/**
 * What the server proves itself with: the operator's certificate, or one of the local authority that renews itself. Source:
 * tokens.md, "HTTPS".
 */
import { X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import type { Clock } from '../clock.ts';
import { OperatorError } from '../errors.ts';
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
  /** The certificate to serve with now; of a local one a new one when the old one runs out. */
  certificate(): ServerCertificate;
  /** Names and addresses the certificate is for. */
  names(): string[];
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
    const own = readOwnCertificate(tlsCert, tlsKey);
    return { isLocal: false, caFile: null, certificate: () => own, names: () => certificateNames(own) };
  }
  const { clock, hosts } = options;
  const authority = new LocalAuthority({ folder: join(options.dataDir, 'tls'), hosts, clock });
  const certificate = () => authority.serverCertificate();
  return {
    isLocal: true,
    caFile: authority.caFile,
    certificate,
    names: () => certificateNames(certificate()),
  };
}

function certificateNames(certificate: ServerCertificate): string[] {
  return namesOf(new X509Certificate(certificate.cert));
}
