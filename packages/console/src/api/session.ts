/** Who is signed in: reading the session, signing in and out, confirming identity. */
import { queryOptions } from '@tanstack/react-query';
import { api, queryClient, rememberCsrfToken } from './api.ts';
import { nothing } from './client.ts';
import { queryKeys } from './query-keys.ts';
import { z } from './zod.ts';

export const CurrentUser = z.object({
  guid: z.string(),
  email: z.string(),
  formal_name: z.string(),
  friendly_name: z.nullable(z.string()),
  role: z.string(),
  role_name: z.string(),
  group: z.object({ guid: z.string(), name: z.string(), all_companies: z.boolean() }),
  organization: z.object({ id: z.string(), name: z.string() }),
  mfa_enabled: z.boolean(),
  recovery_codes_left: z.number(),
  permissions: z.array(z.string()),
  grantable_roles: z.array(z.string()),
});
export type CurrentUser = z.infer<typeof CurrentUser>;

const Session = z.object({
  state: z.enum(['signed_in', 'signed_out', 'set_up_required']),
  instance: z.object({ name: z.string(), version: z.string() }),
  smtp_configured: z.boolean(),
  csrf_token: z.nullable(z.string()),
  user: z.nullable(CurrentUser),
  expires_at: z.nullable(z.string()),
  confirmed_until: z.nullable(z.string()),
});
export type Session = z.infer<typeof Session>;

/** Remembers the session's CSRF token before anybody can make a call with it. */
function remembered(session: Session): Session {
  rememberCsrfToken(session.csrf_token);
  return session;
}

export const sessionQuery = queryOptions({
  queryKey: queryKeys.session,
  queryFn: async ({ signal }) => remembered(await api.call('GET', '/v1/session', Session, { signal })),
  staleTime: 60_000,
});

/** Makes a session that a call answered with the one everybody sees. What another user had read is forgotten. */
export function adoptSession(session: Session): void {
  const before = queryClient.getQueryData(sessionQuery.queryKey);
  if (before?.user?.guid !== session.user?.guid) {
    queryClient.removeQueries({ predicate: query => query.queryKey[0] !== queryKeys.session[0] });
  }
  queryClient.setQueryData(sessionQuery.queryKey, remembered(session));
}

/** Shows a changed user everywhere at once. */
export function adoptUser(user: CurrentUser): void {
  queryClient.setQueryData(sessionQuery.queryKey, session => session && { ...session, user });
}

/** Reads the session again, for what a call changed on it without answering with it. */
export async function refreshSession(): Promise<void> {
  await queryClient.refetchQueries({ queryKey: queryKeys.session });
}

/** Throws ApiError with the field `code` when the password is right and a code is needed. */
export async function signIn(credentials: { email: string; password: string; code?: string }): Promise<void> {
  const options = { body: credentials, triesCredentials: true };
  adoptSession(await api.call('POST', '/v1/session', Session, options));
}

export async function signOut(): Promise<void> {
  await api.call('DELETE', '/v1/session', nothing);
  queryClient.removeQueries({ predicate: query => query.queryKey[0] !== queryKeys.session[0] });
  await refreshSession();
}

export async function confirmIdentity(proof: { password: string } | { code: string }): Promise<void> {
  const options = { body: proof, triesCredentials: true };
  adoptSession(await api.call('POST', '/v1/session/confirm', Session, options));
}

export interface SetUp {
  token: string;
  email: string;
  formal_name: string;
  password: string;
  organization_name?: string;
}

/** Makes the first admin. 404 for a link that is used or over. */
export async function setUp(body: SetUp): Promise<void> {
  adoptSession(await api.call('POST', '/v1/set-up', Session, { body, triesCredentials: true }));
}

/** Activates an account or sets a password. Gives the session: with two-factor on, nobody is signed in by it. */
export async function redeemLink(body: {
  token: string;
  password: string;
  formal_name?: string;
}): Promise<Session> {
  const session = await api.call('POST', '/v1/links/redeem', Session, { body, triesCredentials: true });
  adoptSession(session);
  return session;
}
