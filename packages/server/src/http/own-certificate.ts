/** Reads the certificate and key that the operator gave, and says what is wrong with them before a client has to find out. */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { OperatorError } from '../errors.ts';
import type { ServerCertificate } from './local-authority.ts';

/** `certPath` may hold the chain, leaf first. Throws OperatorError that names the file and what to do. */
export function readOwnCertificate(certPath: string, keyPath: string): ServerCertificate {
  const cert = readText(certPath, '--tls-cert');
  const key = readText(keyPath, '--tls-key');
  const certificate = parsed(
    () => new X509Certificate(cert),
    `--tls-cert ${certPath} is not a certificate in PEM (it must begin with -----BEGIN CERTIFICATE-----).`,
  );
  const privateKey = parsed(
    () => createPrivateKey(key),
    `--tls-key ${keyPath} is not a private key in PEM without a passphrase. Remove a passphrase with: openssl pkey -in '${keyPath}' -out key.pem`,
  );
  if (!certificate.checkPrivateKey(privateKey)) {
    throw new OperatorError(
      `The key ${keyPath} does not belong to the certificate ${certPath}. Give the pair that was made together; in a chain the server's own certificate comes first.`,
    );
  }
  // The rest of the chain and the strength of the key are what TLS itself looks at.
  parsed(
    () => createSecureContext({ cert, key, minVersion: 'TLSv1.2' }),
    `TLS cannot be served with --tls-cert ${certPath}: the chain in it is not whole, or its key is too weak.`,
  );
  return { cert, key, notAfter: new Date(certificate.validTo) };
}

function readText(path: string, setting: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new OperatorError(
      `${setting} ${path} cannot be read (${cause instanceof Error ? cause.message : String(cause)}).`,
      { cause },
    );
  }
}

function parsed<T>(parse: () => T, message: string): T {
  try {
    return parse();
  } catch (cause) {
    throw new OperatorError(message, { cause });
  }
}
