/** Users of the organization: listing, inviting, changing, and the links that are given to them. */
import { api } from './api.ts';
import { nothing, path } from './client.ts';
import { pageOf, pageQuery, pagesQuery } from './paging.ts';
import { queryKeys } from './query-keys.ts';
import { z } from './zod.ts';

const User = z.object({
  guid: z.string(),
  email: z.string(),
  formal_name: z.string(),
  friendly_name: z.nullable(z.string()),
  group: z.object({ guid: z.string(), name: z.string() }),
  role: z.string(),
  role_name: z.string(),
  status: z.string(),
  mfa_enabled: z.boolean(),
  last_login_at: z.nullable(z.string()),
  joined_at: z.nullable(z.string()),
});
export type User = z.infer<typeof User>;

const UserPage = pageOf(User);

/** '' is no filter. */
export type UserFilters = {
  q: string;
  status: string;
  role: string;
  /** The group's name. */
  group: string;
};

export function usersQuery(organizationId: string, filters: UserFilters) {
  return pagesQuery(queryKeys.users(organizationId, filters), (cursor, signal) =>
    api.call('GET', path`/v1/provisioning/organizations/${organizationId}/users`, UserPage, {
      query: pageQuery(cursor, filters),
      signal,
    }),
  );
}

/** `url` is the link to hand over, told once; null when it was mailed. */
const IssuedLink = z.object({ url: z.nullable(z.string()), mailed: z.boolean(), expires_at: z.string() });
export type IssuedLink = z.infer<typeof IssuedLink>;

const Invited = z.object({ user: User, invitation: IssuedLink });

export async function inviteUser(
  organizationId: string,
  body: { email: string; formal_name: string; role: string; group: string },
): Promise<IssuedLink> {
  const users = path`/v1/provisioning/organizations/${organizationId}/users`;
  return (await api.call('POST', users, Invited, { body })).invitation;
}

export async function updateUser(
  organizationId: string,
  guid: string,
  body: { formal_name?: string; role?: string; group?: string; status?: 'Activated' | 'Deactivated' },
): Promise<void> {
  await api.call('PATCH', path`/v1/provisioning/organizations/${organizationId}/users/${guid}`, User, {
    body,
  });
}

export async function deleteUser(organizationId: string, guid: string): Promise<void> {
  await api.call('DELETE', path`/v1/provisioning/organizations/${organizationId}/users/${guid}`, nothing);
}

export function inviteAgain(organizationId: string, guid: string): Promise<IssuedLink> {
  const invitation = path`/v1/provisioning/organizations/${organizationId}/users/${guid}/invitation`;
  return api.call('POST', invitation, IssuedLink);
}

export function resetPassword(organizationId: string, guid: string): Promise<IssuedLink> {
  const reset = path`/v1/provisioning/organizations/${organizationId}/users/${guid}/password-reset`;
  return api.call('POST', reset, IssuedLink);
}

export async function resetTwoFactor(organizationId: string, guid: string): Promise<void> {
  const reset = path`/v1/provisioning/organizations/${organizationId}/users/${guid}/reset-mfa`;
  await api.call('POST', reset, nothing);
}
