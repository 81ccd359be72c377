/** Puts a renewed certificate into servers that run: new connections get it, those that are open go on with theirs. */
import { OperatorError } from '../errors.ts';
import type { Logger } from '../log.ts';
import type { ServerIdentity } from './server-identity.ts';
import type { TlsServer } from './tls-server.ts';

/** Serves with the certificate of today. A failure leaves the old one, which has up to 30 days left. */
export function renewCertificate(
  identity: Pick<ServerIdentity, 'certificate'>,
  servers: readonly Pick<TlsServer, 'server'>[],
  logger: Logger,
): void {
  try {
    const { cert, key } = identity.certificate();
    for (const { server } of servers) server.setSecureContext({ cert, key, minVersion: 'TLSv1.2' });
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    logger.error({ err: error }, 'the certificate could not be renewed');
  }
}
