/** Company API tokens of the organization: listing, making, changing, replacing, revoking. Values come back once and are kept by no query. */
import { queryOptions } from '@tanstack/react-query';
import { api } from './api.ts';
import { nothing, path } from './client.ts';
import { pageOf, pageQuery, pagesQuery } from './paging.ts';
import { queryKeys } from './query-keys.ts';
import { z } from './zod.ts';

const CompanyToken = z.object({
  guid: z.string(),
  description: z.string(),
  /** Masked: five stars and the last four characters. */
  token: z.string(),
  created_at: z.string(),
  creator_name: z.string(),
  group: z.object({ guid: z.string(), name: z.string() }),
  role: z.string(),
  role_name: z.string(),
  scopes: z.array(z.string()),
  expires_at: z.nullable(z.string()),
  last_used_at: z.nullable(z.string()),
  last_used_address: z.nullable(z.string()),
  last_used_client: z.nullable(z.string()),
  request_count: z.number(),
  needs_review: z.boolean(),
  replaced_by: z.nullable(z.string()),
});
export type CompanyToken = z.infer<typeof CompanyToken>;

const CompanyTokenPage = pageOf(CompanyToken);

export function companyTokensQuery(organizationId: string) {
  return pagesQuery(queryKeys.companyTokens(organizationId), (cursor, signal) =>
    api.call('GET', path`/v1/provisioning/organizations/${organizationId}/tokens`, CompanyTokenPage, {
      query: pageQuery(cursor, {}),
      signal,
    }),
  );
}

const TokenGroups = z.object({ items: z.array(z.object({ guid: z.string(), name: z.string() })) });

/** The groups that the user may bind a token to. */
export function tokenGroupsQuery(organizationId: string) {
  return queryOptions({
    queryKey: queryKeys.tokenGroups(organizationId),
    queryFn: async ({ signal }) => {
      const groups = path`/v1/provisioning/organizations/${organizationId}/token-groups`;
      return (await api.call('GET', groups, TokenGroups, { signal })).items;
    },
  });
}

export interface NewCompanyToken {
  description: string;
  /** The group's name. */
  group: string;
  role: string;
  scopes: string[];
  expires_at: string | null;
  email?: string;
  send_token_retrieval_email?: boolean;
}

/** `token` holds the value in full, this once; masked when a link to it was mailed. */
export function createCompanyToken(organizationId: string, body: NewCompanyToken): Promise<CompanyToken> {
  return api.call('POST', path`/v1/provisioning/organizations/${organizationId}/tokens`, CompanyToken, {
    body,
  });
}

export async function updateCompanyToken(
  organizationId: string,
  guid: string,
  body: { description?: string; expires_at?: string | null; reviewed?: true },
): Promise<void> {
  const token = path`/v1/provisioning/organizations/${organizationId}/tokens/${guid}`;
  await api.call('PATCH', token, CompanyToken, { body });
}

export async function revokeCompanyToken(organizationId: string, guid: string): Promise<void> {
  await api.call('DELETE', path`/v1/provisioning/organizations/${organizationId}/tokens/${guid}`, nothing);
}

/** Makes a token that takes the place of this one, which still works for `overlapSecs`. The answer holds the new value in full. */
export function rotateCompanyToken(
  organizationId: string,
  guid: string,
  overlapSecs: number,
): Promise<CompanyToken> {
  const rotation = path`/v1/provisioning/organizations/${organizationId}/tokens/${guid}/rotate`;
  return api.call('POST', rotation, CompanyToken, { body: { overlap_secs: overlapSecs } });
}
