/**
 * The health of a connection, from its last run or test: what is wrong, and who can put it right. Names and owners are those
 * of the unified API ("Health"); no text from an upstream body is ever part of a description.
 */
import {
  BitsightArgumentError,
  BitsightAuthenticationError,
  BitsightError,
  BitsightForbiddenError,
  BitsightMalformedError,
  BitsightNetworkError,
  BitsightRateLimitError,
  BitsightServerError,
  BitsightTimeoutError,
} from '@sightline/bitsight';
import { z } from 'zod';

const RESOLUTION_OWNERS = ['CUSTOMER', 'VENDOR', 'SIGHTLINE'] as const;
export type ResolutionOwner = (typeof RESOLUTION_OWNERS)[number];

/** Every health a connection can have: who acts on it, and what it means. */
export const HEALTH_NAMES = Object.freeze({
  HEALTHY: { owner: null, description: 'The last run went well.' },
  UNAUTHORIZED: {
    owner: 'CUSTOMER',
    description: 'The vendor refused the token, or what the token may read. Give a valid company API token.',
  },
  VENDOR_SERVER_ERROR: {
    owner: 'VENDOR',
    description: 'The vendor failed to answer, or answered with an error of its own.',
  },
  EXECUTION_TIMEOUT: {
    owner: 'SIGHTLINE',
    description: 'The run took longer than it may. The next one goes on from there.',
  },
  RATE_LIMIT_EXCEEDED: {
    owner: 'SIGHTLINE',
    description: 'The vendor asked for fewer requests, again and again.',
  },
  VENDOR_CLIENT_ERROR: {
    owner: 'SIGHTLINE',
    description: 'The vendor did not accept a request, or its answer was not understood.',
  },
  INTERNAL_ERROR: {
    owner: 'SIGHTLINE',
    description: 'Something failed on this server. Its log has the details.',
  },
} as const satisfies Record<string, { owner: ResolutionOwner | null; description: string }>);
export type HealthName = keyof typeof HEALTH_NAMES;

const NAMES = Object.keys(HEALTH_NAMES) as HealthName[];

export const Health = z
  .object({
    name: z.enum(NAMES).meta({ description: 'What is wrong, or HEALTHY' }),
    status: z
      .enum(['HEALTHY', 'UNHEALTHY', 'UNKNOWN'])
      .meta({ description: 'UNKNOWN until a first run has ended' }),
    description: z.string().meta({ description: 'What it means and what to do' }),
    resolution_owner: z.enum(RESOLUTION_OWNERS).nullable().meta({ description: 'Who can put it right' }),
    details: z
      .array(
        z.object({
          data_export_type: z.string().meta({ description: 'Stream concerned' }),
          endpoint: z.string().nullable().meta({ description: 'Upstream path concerned' }),
        }),
      )
      .meta({ description: 'Where it was met' }),
  })
  .meta({ id: 'Health', description: 'Health of a connection, from its last run' });
export type Health = z.infer<typeof Health>;

/** Health before the first run. */
export const UNKNOWN_HEALTH: Health = Object.freeze({
  name: 'HEALTHY' as const,
  status: 'UNKNOWN' as const,
  description: 'No run has ended yet.',
  resolution_owner: null,
  details: [],
});

/** The health of that name. */
export function healthOf(name: HealthName, details: Health['details'] = []): Health {
  const { owner, description } = HEALTH_NAMES[name];
  return {
    name,
    status: name === 'HEALTHY' ? 'HEALTHY' : 'UNHEALTHY',
    description,
    resolution_owner: owner,
    details,
  };
}

/** Health as stored; a row from before the first run holds `{}` or `null`. */
export function readHealth(json: string): Health {
  const parsed = Health.safeParse(JSON.parse(json));
  return parsed.success ? parsed.data : UNKNOWN_HEALTH;
}

/** The health that an error of the upstream client means. */
export function healthNameOf(error: unknown): Exclude<HealthName, 'HEALTHY'> {
  if (error instanceof BitsightAuthenticationError || error instanceof BitsightForbiddenError)
    return 'UNAUTHORIZED';
  if (error instanceof BitsightRateLimitError) return 'RATE_LIMIT_EXCEEDED';
  // A time-out of one request is the vendor's; a run that lasts too long is ours and is no error of the client.
  if (error instanceof BitsightServerError || error instanceof BitsightNetworkError)
    return 'VENDOR_SERVER_ERROR';
  if (error instanceof BitsightArgumentError) return 'INTERNAL_ERROR';
  return error instanceof BitsightError ? 'VENDOR_CLIENT_ERROR' : 'INTERNAL_ERROR';
}

/** One sentence about an error of the upstream client, in our own words. */
export function upstreamFailureText(error: unknown): string {
  if (error instanceof BitsightAuthenticationError)
    return 'Bitsight refused the token: it is wrong or was revoked.';
  if (error instanceof BitsightForbiddenError)
    return 'Bitsight accepted the token but refused this call (403).';
  if (error instanceof BitsightRateLimitError)
    return 'Bitsight asks for fewer requests (429). Try again in a minute.';
  if (error instanceof BitsightTimeoutError) return 'Bitsight did not answer in time.';
  if (error instanceof BitsightServerError)
    return `Bitsight answered with an error of its own${statusOf(error)}.`;
  if (error instanceof BitsightNetworkError) return `Bitsight could not be reached${codeOf(error)}.`;
  if (error instanceof BitsightMalformedError) return 'The answer is not one of Bitsight’s. Check base_url.';
  if (error instanceof BitsightArgumentError) return 'The credentials or options cannot be used.';
  if (error instanceof BitsightError)
    return `Bitsight did not accept the request${statusOf(error)}. Check base_url.`;
  return 'The test failed on this server. Its log has the details.';
}

function statusOf(error: BitsightError): string {
  return error.status === null ? '' : ` (${error.status})`;
}

/** Codes such as ECONNREFUSED and CERT_HAS_EXPIRED come from this platform, not from upstream. */
function codeOf(error: BitsightNetworkError): string {
  return error.code !== null && /^[A-Z0-9_]{1,60}$/.test(error.code) ? ` (${error.code})` : '';
}
