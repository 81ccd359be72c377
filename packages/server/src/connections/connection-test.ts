/**
 * Whether a connection's credentials work: one cheap call, few attempts, a bounded time. The answer is a sentence of our own
 * about what happened, never upstream's words.
 */
import type { RetryEvent } from '@sightline/bitsight';
import type { Credentials } from './credentials.ts';
import { upstreamFailureText } from './health.ts';
import type { ConnectionOptions } from './options.ts';
import type { UpstreamClients } from './upstream-client.ts';

/** Outcome of a test; `message` is for people. */
export interface TestResult {
  readonly isValid: boolean;
  readonly message: string;
}

const WHOLE_TEST_MS = 15_000;
const ATTEMPT_MS = 6_000;
const MAX_ATTEMPTS = 3;
const BACKOFF_BASE_MS = 250;
const BACKOFF_MAX_MS = 1_500;
/** Someone waits for the answer: a longer wait is reported instead of waited for. */
const LONGEST_WAIT_MS = 3_000;

/** Upstream asked to wait longer than someone who waits for the answer can. */
export class TooLongToWait extends Error {
  readonly status: number | null;
  /** The wait that was asked for, in milliseconds. */
  readonly delayMs: number;

  constructor(status: number | null, delayMs: number) {
    super('upstream asks for a longer wait than this call can take');
    this.name = 'TooLongToWait';
    this.status = status;
    this.delayMs = delayMs;
  }
}

/** Asks upstream who the token belongs to. Never throws for what upstream does. */
export async function testCredentials(
  clients: UpstreamClients,
  credentials: Credentials,
  options: ConnectionOptions,
): Promise<TestResult> {
  try {
    const client = clients.open(credentials, options, {
      maxAttempts: MAX_ATTEMPTS,
      backoffBaseMs: BACKOFF_BASE_MS,
      backoffMaxMs: BACKOFF_MAX_MS,
      timeoutMs: ATTEMPT_MS,
      onRetry: refuseLongWaits,
    });
    await client.users.current({ fields: 'guid' }, { signal: AbortSignal.timeout(WHOLE_TEST_MS) });
    return { isValid: true, message: 'Bitsight accepted the token.' };
  } catch (error) {
    return { isValid: false, message: callFailureText(error) };
  }
}

/** For `onRetry` of a client whose caller waits: throws TooLongToWait instead of sleeping long. */
export function refuseLongWaits(event: RetryEvent): void {
  if (event.delayMs > LONGEST_WAIT_MS) throw new TooLongToWait(event.status, event.delayMs);
}

/** What went wrong in a bounded call, in a sentence of our own. */
export function callFailureText(error: unknown): string {
  if (error instanceof TooLongToWait) {
    return error.status === 429
      ? 'Bitsight asks for fewer requests (429). Try again in a minute.'
      : 'Bitsight asks to wait. Try again in a minute.';
  }
  if (error instanceof DOMException && error.name === 'TimeoutError')
    return 'Bitsight did not answer in time.';
  return upstreamFailureText(error);
}
