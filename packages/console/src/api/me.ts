/** One's own account: profile, password, two-factor, sessions. The user API token has a file of its own. */
import { queryOptions } from '@tanstack/react-query';
import { api } from './api.ts';
import { nothing, path } from './client.ts';
import { queryKeys } from './query-keys.ts';
import { adoptUser, CurrentUser, refreshSession } from './session.ts';
import { z } from './zod.ts';

export async function updateProfile(body: { formal_name?: string; friendly_name?: string }): Promise<void> {
  adoptUser(await api.call('PATCH', '/v1/me', CurrentUser, { body }));
}

/** Ends all other sessions. Throws ApiError with fields for a weak password or a wrong current one. */
export async function changePassword(body: {
  current_password: string;
  new_password: string;
}): Promise<void> {
  await api.call('POST', '/v1/me/password', nothing, { body });
  await refreshSession();
}

const TotpBeginning = z.object({ secret: z.string(), otpauth_url: z.string() });
export type TotpBeginning = z.infer<typeof TotpBeginning>;

const RecoveryCodes = z.object({ recovery_codes: z.array(z.string()) });

/** Begins two-factor: nothing changes until a code is verified. */
export function beginTotp(): Promise<TotpBeginning> {
  return api.call('POST', '/v1/me/totp', TotpBeginning);
}

/** Switches two-factor on; gives the recovery codes, which are told once. The session is read again by the caller, after they are seen. */
export async function verifyTotp(code: string): Promise<string[]> {
  const options = { body: { code }, triesCredentials: true };
  return (await api.call('POST', '/v1/me/totp/verify', RecoveryCodes, options)).recovery_codes;
}

export async function turnTotpOff(): Promise<void> {
  await api.call('DELETE', '/v1/me/totp', nothing);
  await refreshSession();
}

/** New recovery codes; the old ones stop working. */
export async function renewRecoveryCodes(): Promise<string[]> {
  const codes = await api.call('POST', '/v1/me/recovery-codes', RecoveryCodes);
  return codes.recovery_codes;
}

const MySession = z.object({
  id: z.string(),
  current: z.boolean(),
  created_at: z.string(),
  last_seen_at: z.nullable(z.string()),
  expires_at: z.nullable(z.string()),
  address: z.nullable(z.string()),
  client: z.nullable(z.string()),
});
export type MySession = z.infer<typeof MySession>;

const MySessions = z.object({ items: z.array(MySession) });

export const mySessionsQuery = queryOptions({
  queryKey: queryKeys.mySessions,
  queryFn: async ({ signal }) => (await api.call('GET', '/v1/me/sessions', MySessions, { signal })).items,
});

export async function endSession(id: string): Promise<void> {
  await api.call('DELETE', path`/v1/me/sessions/${id}`, nothing);
}

export async function endOtherSessions(): Promise<void> {
  await api.call('DELETE', '/v1/me/sessions', nothing);
}
