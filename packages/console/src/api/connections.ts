/** The organization's connections, as far as the overview shows them. */
import { api } from './api.ts';
import { path } from './client.ts';
import { pageOf, pageQuery, pagesQuery } from './paging.ts';
import { queryKeys } from './query-keys.ts';
import { z } from './zod.ts';

export const Connection = z.object({
  id: z.string(),
  vendor: z.string(),
  identifier: z.nullable(z.string()),
  state: z.string(),
  health: z.object({ name: z.string(), status: z.string(), description: z.string() }),
  last_synced_at: z.nullable(z.string()),
  next_sync_at: z.nullish(z.string()),
});
export type Connection = z.infer<typeof Connection>;

const ConnectionPage = pageOf(Connection);

export function connectionsQuery(organizationId: string) {
  return pagesQuery(queryKeys.connections(organizationId), (cursor, signal) =>
    api.call('GET', path`/v1/provisioning/organizations/${organizationId}/connections`, ConnectionPage, {
      query: pageQuery(cursor, {}),
      signal,
    }),
  );
}
