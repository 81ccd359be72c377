/** The files of the local authority as others read them: its certificate, and the names it may sign for. */
import { X509Certificate } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { OperatorError } from '../errors.ts';

/** Where the local authority of a data directory lives. */
export function localAuthorityFolder(dataDir: string): string {
  return join(dataDir, 'tls');
}

/** What clients are told to trust, and the names that it permits, in plain text: node:crypto does not show name constraints. */
export function authorityFiles(folder: string): { caFile: string; namesFile: string } {
  return { caFile: join(folder, 'ca.pem'), namesFile: join(folder, 'ca.names') };
}

export interface KnownAuthority {
  caFile: string;
  /** The certificate in PEM. */
  pem: string;
  /** SHA-256, as `AB:CD:…`. */
  fingerprint: string;
  validFrom: Date;
  validTo: Date;
  /** Names and addresses that it may sign for. */
  names: string[];
}

/** The local authority of a data directory, or null where none was made. Throws OperatorError when its file is no certificate. */
export function readLocalAuthority(dataDir: string): KnownAuthority | null {
  const { caFile, namesFile } = authorityFiles(localAuthorityFolder(dataDir));
  if (!existsSync(caFile)) return null;
  const certificate = certificateIn(caFile);
  const names = existsSync(namesFile) ? readFileSync(namesFile, 'utf8').split('\n').filter(Boolean) : [];
  return {
    caFile,
    pem: certificate.toString(),
    fingerprint: certificate.fingerprint256,
    validFrom: new Date(certificate.validFrom),
    validTo: new Date(certificate.validTo),
    names,
  };
}

/** The first certificate of a PEM file. Throws OperatorError that names the file. */
export function certificateIn(file: string): X509Certificate {
  try {
    return new X509Certificate(readFileSync(file));
  } catch (cause) {
    throw new OperatorError(
      `${file} cannot be read as a certificate (${cause instanceof Error ? cause.message : String(cause)}).`,
      { cause },
    );
  }
}
