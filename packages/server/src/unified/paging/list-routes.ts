/** The two routes that every kind of record has, its list and one of it, made from a {@link ListResource}. */
import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Visibility } from '../../access/visibility.ts';
import { CallerError } from '../../errors.ts';
import type { UnifiedContext } from '../context.ts';
import { errorResponses, operation } from '../document/operation.ts';
import type { View } from '../item-text.ts';
import { readAll, readPage } from './list-pages.ts';
import { type ListRequest, listQuery, listRequestOf } from './list-query.ts';
import type { ListResource } from './list-resource.ts';
import { csvOf, ndjsonOf } from './streams.ts';

/** A stream checks this often whether its reader may still read. */
const RECHECK_MS = 1_000;

/** Header that narrows data calls to one connection. */
export const ConnectionHeader = z.object({
  'x-connection-id': z
    .string()
    .optional()
    .meta({ description: 'Only data of this connection. Without it, all connections of the organization.' }),
});

/** The id in a path. Any text: what is no id is not found. */
export const IdParams = z.object({ id: z.string().meta({ description: 'Id of the record' }) });

/** Registers the list of a resource below `/v2`. */
export function addListRoute<Row>(
  app: FastifyInstance,
  context: UnifiedContext,
  resource: ListResource<Row>,
): void {
  const envelope = z.object({
    items: z.array(resource.schema),
    next_cursor: z
      .string()
      .nullable()
      .meta({ description: 'Cursor of the page after this; null at the end' }),
    previous_cursor: z
      .string()
      .nullable()
      .meta({ description: 'Cursor of the page before this; null at the beginning' }),
  });
  app.get(
    `/v2/${resource.surface}`,
    {
      schema: {
        ...operation(
          'Data',
          `List every ${resource.item}`,
          'Keyset pages; or a stream of all matches as CSV or NDJSON.',
        ),
        headers: ConnectionHeader,
        querystring: listQuery(resource),
        response: {
          200: {
            description: 'A page, or a stream',
            content: {
              'application/json': { schema: envelope },
              'text/csv': { schema: z.string() },
              'application/x-ndjson': { schema: z.string() },
            },
          },
          ...errorResponses(401, 404, 422, 503),
        },
      },
    },
    async (request, reply) => {
      const visibility = await context.visibilityOf(request);
      const query = listRequestOf(resource, Object(request.query));
      if (query.format !== 'json') return sendStream(context, resource, visibility, query, request, reply);
      const page = await readPage(context, resource, visibility, query);
      const items = page.rows.map(row => resource.text(row, query.view)).filter(text => text !== null);
      return sendJson(
        reply,
        `{"items":[${items.join(',')}],"next_cursor":${JSON.stringify(page.nextCursor)},"previous_cursor":${JSON.stringify(page.previousCursor)}}`,
      );
    },
  );
}

/** Sends JSON text as it is. */
export function sendJson(reply: FastifyReply, text: string): FastifyReply {
  return reply.type('application/json; charset=utf-8').send(text);
}

/** Sends the item, or answers 404 where there is none to show. */
export function sendItem<Row>(
  reply: FastifyReply,
  resource: Pick<ListResource<Row>, 'item' | 'text'>,
  row: Row | null,
  view: View,
): FastifyReply {
  const text = row === null ? null : resource.text(row, view);
  if (text === null) throw notFound(resource.item);
  return sendJson(reply, text);
}

/** There is none, or none that the caller may see: one answer for both. */
export function notFound(item: string): CallerError {
  return new CallerError('NOT_FOUND', `There is no such ${item}.`);
}

function sendStream<Row>(
  context: UnifiedContext,
  resource: ListResource<Row>,
  visibility: Visibility,
  query: ListRequest,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const pages = readAll(context, resource, visibility, query, recheckerOf(context, request));
  const csv = query.format === 'csv';
  const lines = csv ? csvOf(resource, pages, query.view) : ndjsonOf(resource, pages, query.view);
  const name = `${resource.surface.replaceAll('/', '-')}.${query.format}`;
  return reply
    .type(csv ? 'text/csv; charset=utf-8; header=present' : 'application/x-ndjson; charset=utf-8')
    .header('content-disposition', `attachment; filename="${name}"`)
    .send(Readable.from(lines, { objectMode: false, highWaterMark: 65_536 }));
}

/** Authenticates again when a second has passed: a token that was revoked ends its streams. */
function recheckerOf(
  context: UnifiedContext,
  request: FastifyRequest,
): (now: Visibility) => Promise<Visibility> {
  const { clock } = context.options;
  let checkedAt = clock.now();
  return async current => {
    if (clock.now() - checkedAt < RECHECK_MS) return current;
    await context.authenticate(request);
    checkedAt = clock.now();
    return context.visibilityOf(request);
  };
}
