/** The audit log: its rows, its head, and the addresses of its exports. */
import { queryOptions } from '@tanstack/react-query';
import { api } from './api.ts';
import { path, withQuery } from './client.ts';
import { pageOf, pageQuery, pagesQuery } from './paging.ts';
import { queryKeys } from './query-keys.ts';
import { z } from './zod.ts';

const Values = z.nullable(z.record(z.string(), z.unknown()));

const AuditEvent = z.object({
  sequence: z.number(),
  at: z.string(),
  action: z.string(),
  outcome: z.string(),
  actor: z.object({ kind: z.string(), guid: z.nullable(z.string()), name: z.nullable(z.string()) }),
  address: z.nullable(z.string()),
  client: z.nullable(z.string()),
  target: z.nullable(
    z.object({ kind: z.string(), guid: z.nullable(z.string()), name: z.nullable(z.string()) }),
  ),
  before: Values,
  after: Values,
  count: z.number(),
  mac: z.string(),
});
export type AuditEvent = z.infer<typeof AuditEvent>;

const AuditPage = pageOf(AuditEvent);

/** '' is no filter; `from` and `to` are RFC 3339. */
export type AuditFilters = {
  action: string;
  actor: string;
  target: string;
  from: string;
  to: string;
};

export const NO_AUDIT_FILTERS: AuditFilters = Object.freeze({
  action: '',
  actor: '',
  target: '',
  from: '',
  to: '',
});

/** Newest first. */
export function auditQuery(organizationId: string, filters: AuditFilters) {
  return pagesQuery(queryKeys.audit(organizationId, filters), (cursor, signal) =>
    api.call('GET', path`/v1/provisioning/organizations/${organizationId}/audit`, AuditPage, {
      query: pageQuery(cursor, filters),
      signal,
    }),
  );
}

/** The MAC of the newest event, or null in an empty log. */
export function auditHeadQuery(organizationId: string) {
  return queryOptions({
    queryKey: queryKeys.auditHead(organizationId),
    queryFn: async ({ signal }) => {
      const log = path`/v1/provisioning/organizations/${organizationId}/audit`;
      const page = await api.call('GET', log, AuditPage, { query: { limit: 1 }, signal });
      return page.items[0]?.mac ?? null;
    },
  });
}

/** Where the log can be downloaded from: all events that fit the filters. */
export function auditExportPath(
  organizationId: string,
  filters: AuditFilters,
  format: 'csv' | 'ndjson',
): string {
  const log = path`/v1/provisioning/organizations/${organizationId}/audit`;
  return withQuery(log, { ...filters, format });
}
