/** Access control groups of the organization, and the companies in them. */
import { queryOptions } from '@tanstack/react-query';
import { api } from './api.ts';
import { nothing, path } from './client.ts';
import { cursorAfter, pageOf, pageQuery, pagesQuery, rowsOf } from './paging.ts';
import { queryKeys } from './query-keys.ts';
import { z } from './zod.ts';

const Group = z.object({
  guid: z.string(),
  name: z.string(),
  all_companies: z.boolean(),
  is_default: z.boolean(),
  user_count: z.number(),
  company_count: z.number(),
});
export type Group = z.infer<typeof Group>;

const GroupPage = pageOf(Group);

function readGroups(organizationId: string, cursor: string | null, signal: AbortSignal) {
  return api.call('GET', path`/v1/provisioning/organizations/${organizationId}/groups`, GroupPage, {
    query: pageQuery(cursor, {}),
    signal,
  });
}

export function groupsQuery(organizationId: string) {
  return pagesQuery(queryKeys.groups(organizationId), (cursor, signal) =>
    readGroups(organizationId, cursor, signal),
  );
}

/** More groups than anybody chooses from in a list; what is beyond is not offered. */
const MAX_PAGES = 20;

/** All groups, for choosing one. */
export function allGroupsQuery(organizationId: string) {
  return queryOptions({
    queryKey: [...queryKeys.groups(organizationId), 'all'],
    queryFn: async ({ signal }) => {
      const pages = [await readGroups(organizationId, null, signal)];
      for (
        let cursor = nextOf(pages);
        cursor !== undefined && pages.length < MAX_PAGES;
        cursor = nextOf(pages)
      ) {
        pages.push(await readGroups(organizationId, cursor, signal));
      }
      return rowsOf(pages, group => group.guid);
    },
  });
}

function nextOf(pages: readonly z.infer<typeof GroupPage>[]): string | undefined {
  const last = pages.at(-1);
  return last === undefined ? undefined : cursorAfter(last);
}

export function groupQuery(organizationId: string, guid: string) {
  return queryOptions({
    queryKey: queryKeys.group(organizationId, guid),
    queryFn: ({ signal }) =>
      api.call('GET', path`/v1/provisioning/organizations/${organizationId}/groups/${guid}`, Group, {
        signal,
      }),
  });
}

export function createGroup(
  organizationId: string,
  body: { name: string; all_companies: boolean },
): Promise<Group> {
  return api.call('POST', path`/v1/provisioning/organizations/${organizationId}/groups`, Group, { body });
}

export async function updateGroup(
  organizationId: string,
  guid: string,
  body: { name?: string; is_default?: boolean },
): Promise<void> {
  await api.call('PATCH', path`/v1/provisioning/organizations/${organizationId}/groups/${guid}`, Group, {
    body,
  });
}

/** 409 lists the users and tokens in it, unless `moveTo` says which group takes them. */
export async function deleteGroup(
  organizationId: string,
  guid: string,
  moveTo: string | null,
): Promise<void> {
  const group = path`/v1/provisioning/organizations/${organizationId}/groups/${guid}`;
  await api.call('DELETE', group, nothing, { query: { move_to: moveTo } });
}

const GroupCompanies = z.object({
  items: z.array(z.object({ guid: z.string(), name: z.nullable(z.string()) })),
});
export type GroupCompany = z.infer<typeof GroupCompanies>['items'][number];

export function groupCompaniesQuery(organizationId: string, guid: string) {
  return queryOptions({
    queryKey: queryKeys.groupCompanies(organizationId, guid),
    queryFn: async ({ signal }) => {
      const companies = path`/v1/provisioning/organizations/${organizationId}/groups/${guid}/companies`;
      return (await api.call('GET', companies, GroupCompanies, { signal })).items;
    },
    // Read anew only when asked: a list that is being edited must not change under the hand.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
}

export async function replaceGroupCompanies(
  organizationId: string,
  guid: string,
  companies: readonly string[],
): Promise<GroupCompany[]> {
  const whole = path`/v1/provisioning/organizations/${organizationId}/groups/${guid}/companies`;
  return (await api.call('PUT', whole, GroupCompanies, { body: { companies } })).items;
}

const FoundCompanies = z.object({
  items: z.array(
    z.object({ id: z.string(), vendor_id: z.string(), name: z.string(), domain: z.nullish(z.string()) }),
  ),
});

/** The first companies whose name or domain has this text in it. */
export function companySearchQuery(text: string) {
  return queryOptions({
    queryKey: queryKeys.companySearch(text),
    queryFn: async ({ signal }) => {
      const query = { q: text, limit: 50, fields: 'id,vendor_id,name,domain' };
      return (await api.call('GET', '/v2/tprm/companies', FoundCompanies, { query, signal })).items;
    },
  });
}
