/**
 * Clients of Bitsight's API for connections: one pool of sockets for all of them, our name in the headers, the pace that the
 * options ask for. Redirects are never followed (the client refuses them), and the operator may trust one more authority.
 */
import { getCACertificates } from 'node:tls';
import { BitsightClient, type BitsightClientOptions, type Fetch } from '@sightline/bitsight';
import { Agent, fetch } from 'undici';
import { DEFAULT_BASE_URL } from './base-url.ts';
import type { Credentials } from './credentials.ts';
import { type ConnectionOptions, DEFAULT_CONCURRENCY } from './options.ts';

export interface UpstreamOptions {
  /** Version of this program, for the headers. */
  readonly version: string;
  /** PEM of certificates trusted besides the platform's: the sandbox of the demo, a corporate proxy. */
  readonly extraCa?: string | undefined;
}

/** What a caller may set of a client beyond what its connection says. */
export type ClientSettings = Pick<
  BitsightClientOptions,
  'maxAttempts' | 'backoffBaseMs' | 'backoffMaxMs' | 'timeoutMs' | 'maxBodyBytes' | 'onAttempt' | 'onRetry'
>;

/** Sockets idle longer than this are closed: proxies on the way drop them silently. */
const KEEP_ALIVE_MS = 30_000;

export class UpstreamClients {
  readonly #version: string;
  readonly #agent: Agent;

  constructor(options: UpstreamOptions) {
    this.#version = options.version;
    const ca =
      options.extraCa === undefined ? {} : { ca: [...getCACertificates('default'), options.extraCa] };
    this.#agent = new Agent({ keepAliveTimeout: KEEP_ALIVE_MS, connect: { timeout: 10_000, ...ca } });
  }

  /** A client for one connection. Throws BitsightArgumentError for a token or address that cannot be used. */
  open(credentials: Credentials, options: ConnectionOptions, settings: ClientSettings = {}): BitsightClient {
    return new BitsightClient({
      token: credentials.username,
      baseUrl: options.base_url ?? DEFAULT_BASE_URL,
      userAgent: `Sightline/${this.#version}`,
      callingPlatformVersion: `Sightline ${this.#version}`,
      connectorNameVersion: `Sightline Bitsight connector ${this.#version}`,
      fetch: this.#fetch,
      maxConcurrent: options.concurrency ?? DEFAULT_CONCURRENCY,
      requestsPerSecond: options.requests_per_second,
      ...settings,
    });
  }

  /** Closes the sockets. */
  async close(): Promise<void> {
    await this.#agent.close();
  }

  readonly #fetch: Fetch = (url, init) => fetch(url, { ...init, dispatcher: this.#agent });
}
