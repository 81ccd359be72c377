/** Company API tokens on Bitsight, through a connection, and the rotation of the token it works with itself. */
import { queryOptions } from '@tanstack/react-query';
import { api } from './api.ts';
import { nothing, path } from './client.ts';
import { queryKeys } from './query-keys.ts';
import { z } from './zod.ts';

const UpstreamToken = z.object({
  guid: z.string(),
  description: z.string(),
  /** Masked: five stars and the last four characters. */
  token: z.string(),
  created_at: z.nullable(z.string()),
  creator_name: z.string(),
  group: z.nullable(z.string()),
  roles: z.array(z.object({ slug: z.string(), display_name: z.string() })),
  is_own: z.boolean(),
});
export type UpstreamToken = z.infer<typeof UpstreamToken>;

const UpstreamTokens = z.object({ items: z.array(UpstreamToken) });

export function upstreamTokensQuery(organizationId: string, connectionId: string) {
  return queryOptions({
    queryKey: queryKeys.upstreamTokens(organizationId, connectionId),
    queryFn: async ({ signal }) => {
      const tokens = path`/v1/provisioning/organizations/${organizationId}/connections/${connectionId}/upstream-tokens`;
      return (await api.call('GET', tokens, UpstreamTokens, { signal })).items;
    },
    // Each reading is a call to Bitsight, whose calls are counted.
    staleTime: 60_000,
    refetchOnWindowFocus: false,
    retry: false,
  });
}

const TokenValue = z.object({ token: z.string() });

/** Makes a token on Bitsight and gives its value, which is shown this once. */
export async function createUpstreamToken(
  organizationId: string,
  connectionId: string,
  body: { description: string; group?: string },
): Promise<string> {
  const tokens = path`/v1/provisioning/organizations/${organizationId}/connections/${connectionId}/upstream-tokens`;
  return (await api.call('POST', tokens, TokenValue, { body })).token;
}

export async function revokeUpstreamToken(
  organizationId: string,
  connectionId: string,
  guid: string,
): Promise<void> {
  const token = path`/v1/provisioning/organizations/${organizationId}/connections/${connectionId}/upstream-tokens/${guid}`;
  await api.call('DELETE', token, nothing);
}

const Rotation = z.object({
  state: z.enum(['none', 'running', 'done', 'failed']),
  step: z.nullish(z.string()),
  message: z.optional(z.string()),
  leftover: z.optional(
    z.array(z.object({ guid: z.nullable(z.string()), description: z.string(), message: z.string() })),
  ),
});
export type Rotation = z.infer<typeof Rotation>;

const FOLLOW_MS = 2_000;

/** The last rotation; followed while it is under way. */
export function rotationQuery(organizationId: string, connectionId: string) {
  return queryOptions({
    queryKey: queryKeys.rotation(organizationId, connectionId),
    queryFn: ({ signal }) => {
      const rotation = path`/v1/provisioning/organizations/${organizationId}/connections/${connectionId}/rotation`;
      return api.call('GET', rotation, Rotation, { signal });
    },
    refetchInterval: ({ state }) => (state.data?.state === 'running' ? FOLLOW_MS : false),
  });
}

/** Makes, tests and takes over a new token, then revokes the old one. A failure is an outcome, not an error. */
export function rotateOwnToken(organizationId: string, connectionId: string): Promise<Rotation> {
  const rotate = path`/v1/provisioning/organizations/${organizationId}/connections/${connectionId}/rotate`;
  return api.call('POST', rotate, Rotation);
}
