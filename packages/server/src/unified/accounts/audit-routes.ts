/** The audit log of an organization: pages for reading, CSV and NDJSON for keeping (tokens.md, "Audit"). */
import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { AUDIT_ACTIONS } from '../../access/audit/audit-event.ts';
import { type AuditExport, auditText } from '../../access/audit/audit-export.ts';
import {
  type AuditFilters,
  entryOf,
  readAuditRows,
  streamAuditRows,
} from '../../access/audit/audit-reader.ts';
import { requirePermission } from '../../access/permissions.ts';
import { CallerError } from '../../errors.ts';
import type { UnifiedContext } from '../context.ts';
import { errorResponses, operation } from '../document/operation.ts';
import { type CursorBinding, decodeCursor, encodeCursor } from '../paging/cursor.ts';
import { type Edge, keysetPage } from '../paging/keyset.ts';
import { DEFAULT_LIMIT, pageLimit } from '../paging/list-query.ts';
import { OrganizationParams } from '../provisioning/organization-routes.ts';
import { pagedAnswer } from '../provisioning/paged.ts';
import { reachableOrganization } from '../provisioning/reach.ts';

/** A stream checks this often whether its reader may still read. */
const RECHECK_MS = 1_000;

const nameOrNull = z.string().nullable();
const AuditEntry = z
  .object({
    sequence: z.int().meta({ description: 'Number in the log of the whole server, without a gap' }),
    at: z.iso.datetime().meta({ description: 'When' }),
    action: z.string().meta({ description: `What: ${Object.keys(AUDIT_ACTIONS).join(', ')}` }),
    outcome: z.enum(['success', 'failure']).meta({ description: 'How it ended' }),
    actor: z
      .object({ kind: z.string(), guid: nameOrNull, name: nameOrNull })
      .meta({ description: 'Who: user, user_token, company_token, operator, system or anonymous' }),
    address: nameOrNull.meta({ description: 'From which address' }),
    client: nameOrNull.meta({ description: 'What the client calls itself' }),
    target: z
      .object({ kind: z.string(), guid: nameOrNull, name: nameOrNull })
      .nullable()
      .meta({ description: 'What it was done to' }),
    before: z.record(z.string(), z.unknown()).nullable().meta({ description: 'What was' }),
    after: z.record(z.string(), z.unknown()).nullable().meta({ description: 'What is' }),
    count: z.int().meta({ description: 'How many like events it stands for: failures are gathered' }),
    mac: z.string().meta({ description: 'Its link in the chain, HMAC-SHA256 in hex' }),
  })
  .meta({ id: 'AuditEntry', description: 'An event of the append-only audit log' });

const ACTIONS: ReadonlySet<string> = new Set(Object.keys(AUDIT_ACTIONS));

const action = z
  .string()
  .max(2_000)
  .transform(text => text.split(',').map(name => name.trim()))
  .refine(names => names.every(name => ACTIONS.has(name)), 'Names of actions, with commas between them.')
  .optional()
  .meta({ description: 'Only these actions, with commas between them.', examples: ['token.created'] });
const text = z.string().min(1).max(320).optional();
const time = z
  .union([z.iso.datetime({ offset: true }), z.iso.date()], 'An RFC 3339 time or a date.')
  .optional();

const Filters = {
  action,
  actor: text.meta({ description: 'Only what this actor did: a guid, a name or a kind.' }),
  target: text.meta({ description: 'Only what was done to this: a guid, a name or a kind.' }),
  from: time.meta({ description: 'Not before this time.', examples: ['2026-03-01'] }),
  to: time.meta({ description: 'Before this time.', examples: ['2026-04-01T00:00:00Z'] }),
};
const AuditQuery = z.strictObject({
  limit: pageLimit,
  cursor: z.string().optional().meta({
    description:
      'next_cursor or previous_cursor of a page. Filters are part of it and need not be sent again.',
  }),
  format: z
    .enum(['json', 'csv', 'ndjson'])
    .optional()
    .meta({ description: 'json is one page; csv and ndjson stream all matches.' }),
  ...Filters,
});
type AuditQuery = z.infer<typeof AuditQuery>;

/** Filters as a cursor holds them. */
const FilterValues = z.object({
  actions: z.array(z.string()).optional(),
  actor: z.string().optional(),
  target: z.string().optional(),
  from: z.number().optional(),
  to: z.number().optional(),
});

type Call = { Params: z.infer<typeof OrganizationParams>; Querystring: AuditQuery };

/** Registers the route. `app` authenticates. */
export function addAuditRoutes(app: FastifyInstance, context: UnifiedContext): void {
  const schema = {
    ...operation('Audit', 'Read the audit log', 'Newest first; or a stream of all matches as CSV or NDJSON.'),
    params: OrganizationParams,
    querystring: AuditQuery,
    response: {
      200: {
        description: 'A page, or a stream',
        content: {
          'application/json': { schema: pagedAnswer(AuditEntry) },
          'text/csv': { schema: z.string() },
          'application/x-ndjson': { schema: z.string() },
        },
      },
      ...errorResponses(401, 403, 404, 422, 503),
    },
  };
  app.get<Call>(
    '/v1/provisioning/organizations/:organization_id/audit',
    { schema, config: { access: 'audit.read' } },
    async (request, reply) => {
      const principal = context.principalOf(request);
      const { id } = await reachableOrganization(context.db, principal, request.params.organization_id);
      const { format } = request.query;
      if (format === 'csv' || format === 'ndjson') return sendStream(context, id, format, request, reply);
      return readPage(context, id, request.query);
    },
  );
}

async function readPage(context: UnifiedContext, organizationId: string, query: AuditQuery) {
  const binding: CursorBinding = {
    surface: `organizations/${organizationId}/audit`,
    organizationId,
    connectionId: null,
  };
  const start = query.cursor === undefined ? null : decodeCursor(context.cursorKey, binding, query.cursor);
  const filters = start === null ? filtersOf(query) : FilterValues.parse(start.filters);
  if (start !== null) refuseOtherFilters(filtersOf(query), filters);
  const page = await keysetPage(
    start,
    query.limit ?? DEFAULT_LIMIT,
    ({ from, backwards, rows }) => {
      const edge = from === null ? null : { sequence: Number(from.keys[0]), inclusive: from.inclusive };
      return readAuditRows(context.db, organizationId, filters, { from: edge, backwards, rows });
    },
    row => [Number(row.sequence)],
  );
  const cursor = (edge: Edge | null) =>
    edge === null ? null : encodeCursor(context.cursorKey, binding, { ...edge, filters: { ...filters } });
  return {
    items: page.rows.map(entryOf),
    next_cursor: cursor(page.next),
    previous_cursor: cursor(page.previous),
  };
}

function filtersOf(query: AuditQuery): AuditFilters {
  return {
    ...(query.action === undefined ? {} : { actions: query.action }),
    ...(query.actor === undefined ? {} : { actor: query.actor }),
    ...(query.target === undefined ? {} : { target: query.target }),
    ...(query.from === undefined ? {} : { from: Date.parse(query.from) }),
    ...(query.to === undefined ? {} : { to: Date.parse(query.to) }),
  };
}

/** Filters may be sent again with a cursor, but they cannot change in the middle of a list. */
function refuseOtherFilters(given: AuditFilters, held: AuditFilters): void {
  const heldValues: Readonly<Record<string, unknown>> = { ...held };
  const changed = Object.entries(given).find(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(heldValues[name]),
  );
  if (changed === undefined) return;
  const field = changed[0] === 'actions' ? 'action' : changed[0];
  const message = 'The cursor was made with another value. Begin the list again without a cursor.';
  throw new CallerError('INVALID', message, { problems: [{ field, message }] });
}

function sendStream(
  context: UnifiedContext,
  organizationId: string,
  format: AuditExport,
  request: FastifyRequest<Call>,
  reply: FastifyReply,
): FastifyReply {
  if (request.query.cursor !== undefined) {
    const message = 'A stream has no pages: it begins with the newest row.';
    throw new CallerError('INVALID', message, { problems: [{ field: 'cursor', message }] });
  }
  const check = recheckOf(context, organizationId, request);
  const pages = streamAuditRows(context.db, organizationId, filtersOf(request.query), check);
  return reply
    .type(
      format === 'csv' ? 'text/csv; charset=utf-8; header=present' : 'application/x-ndjson; charset=utf-8',
    )
    .header('content-disposition', `attachment; filename="audit.${format}"`)
    .send(Readable.from(auditText(format, pages), { objectMode: false, highWaterMark: 65_536 }));
}

/** Asks again who reads, and whether it still may, when a second has passed. */
function recheckOf(
  context: UnifiedContext,
  organizationId: string,
  request: FastifyRequest,
): () => Promise<void> {
  const { clock } = context.options;
  let checkedAt = clock.now();
  return async () => {
    if (clock.now() - checkedAt < RECHECK_MS) return;
    const principal = await context.authenticate(request);
    requirePermission(principal, 'audit.read');
    await reachableOrganization(context.db, principal, organizationId);
    checkedAt = clock.now();
  };
}
