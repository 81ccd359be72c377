/** What one client may take of the server, in one place. Times are for receiving a request; an answer may stream for longer. */

export const BODY_LIMIT_BYTES = 1_048_576;

/** For node's HTTP servers. 16 KiB of headers holds every credential and cookie of ours many times over. */
export const HTTP_LIMITS = Object.freeze({
  maxHeaderSize: 16_384,
  headersTimeout: 15_000,
  requestTimeout: 60_000,
  /** Longer than the 60 s after which common load balancers drop an idle connection, so that they and not we close it. */
  keepAliveTimeout: 65_000,
  connectionsCheckingInterval: 5_000,
});

export const MAX_CONNECTIONS = 8_192;
/** The plain port only says no. */
export const MAX_PLAIN_CONNECTIONS = 512;
/** From the connection to its first byte, and through the TLS handshake. */
export const HANDSHAKE_TIMEOUT_MS = 10_000;
/** How long a refused connection may take to hear the answer. */
export const REFUSED_LINGER_MS = 2_000;
/** How long `close` waits for answers under way. */
export const CLOSE_GRACE_MS = 5_000;
