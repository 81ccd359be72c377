/**
 * The envelope around a page: `links`, top-level `next`, `count`, `results`, small pages as one body and large ones as a
 * stream of rows made while they are sent. Facts: bitsight-api.md, 3.1 and 8 (three ways of paging, consistent).
 */
import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CallerError } from '../errors.ts';
import { type FieldTree, projected } from '../wire/fields.ts';
import type { JsonObject } from '../wire/json.ts';
import type { Parameters } from '../wire/parameters.ts';
import { type Format, formatOf, renderRows } from './formats.ts';
import type { RowPage } from './source.ts';

/** What stands around the rows. */
export interface Envelope {
  readonly links: { readonly next: string | null; readonly previous: string | null };
  readonly next: string | null;
  readonly count: number;
  readonly summaries?: JsonObject;
}

interface PageRequest {
  readonly offset: number;
  readonly limit: number;
  readonly fields: FieldTree | null;
}

/** The links around a page: this request's own address, with all its parameters, at another offset. */
export function envelopeOf(
  pageUrl: string,
  parameters: Parameters,
  { offset, limit }: Pick<PageRequest, 'offset' | 'limit'>,
  count: number,
): Envelope {
  const next = offset + limit < count ? linkTo(pageUrl, parameters, limit, offset + limit) : null;
  const previous = offset > 0 ? linkTo(pageUrl, parameters, limit, Math.max(0, offset - limit)) : null;
  return { links: { next, previous }, next, count };
}

function linkTo(pageUrl: string, parameters: Parameters, limit: number, offset: number): string {
  const query = new URLSearchParams();
  for (const [name, { spelled, value }] of parameters) {
    if (name !== 'limit' && name !== 'offset') query.append(spelled, value);
  }
  query.append('limit', String(limit));
  query.append('offset', String(offset));
  return `${pageUrl}?${query}`;
}

/** The address of the request without its query; doubled slashes are made single, so that no client trips over its own. */
export function pageUrlOf(request: FastifyRequest, baseUrl: string): string {
  const path = request.raw.url?.split('?', 1)[0] ?? '/';
  return `${baseUrl}${path.replaceAll(/\/{2,}/g, '/')}`;
}

/** What a row and a list of them are called where a format has names for them. */
export interface RowNames {
  readonly root: string;
  readonly row: string;
}

/** CSV and XML are made in memory, so a page of them has an end; 413 is what upstream says of too large a result. */
const MAX_RENDERED_ROWS = 20_000;

/** The `format` that a request asks for, by parameter or by header (`Accept`, `X-Bitsight-Accept`); an empty one asks for none. */
export function requestedFormat(request: FastifyRequest, parameters: Parameters): Format {
  const asked = parameters.get('format')?.value.trim().toLowerCase();
  if (asked !== undefined && asked !== '') return formatOf(asked);
  const accepted = request.headers['x-bitsight-accept'] ?? request.headers.accept ?? '';
  // Only a client that wants XML first gets it: browsers name it too, far behind.
  return /^(application|text)\/xml\b/i.test(String(accepted)) ? 'xml' : 'json';
}

/** Answers with rows alone, as CSV or XML. */
export async function sendRendered(
  reply: FastifyReply,
  page: RowPage,
  { offset, limit, fields }: PageRequest,
  format: Format,
  names: RowNames,
): Promise<FastifyReply> {
  if (Math.min(limit, page.count - offset) > MAX_RENDERED_ROWS) {
    const advice = `Ask for at most ${MAX_RENDERED_ROWS} rows at a time with limit, or for JSON.`;
    throw new CallerError('BODY_TOO_LARGE', `The result is too large for format=${format}. ${advice}`);
  }
  const rows: JsonObject[] = [];
  for await (const row of page.rows) rows.push(projected(row, fields));
  const { contentType, body } = renderRows(format, rows, names);
  return reply.type(contentType).send(body);
}

/** Pages of up to so many rows are sent as one body with its length. */
const ONE_BODY_ROWS = 1_000;
const CHUNK_CHARACTERS = 64 * 1024;

/** Answers with a page of rows. */
export async function sendPage(
  request: FastifyRequest,
  reply: FastifyReply,
  page: RowPage,
  query: PageRequest,
  envelope: Envelope,
): Promise<FastifyReply> {
  const isShort = request.fault === 'short';
  const shown = isShort ? { ...envelope, links: { ...envelope.links, next: null }, next: null } : envelope;
  const rowsOfPage = Math.max(0, Math.min(query.limit, page.count - query.offset));
  // The injected fault: the promised count stands, half the rows are missing, and nothing leads to them.
  const rows = isShort ? firstOf(page.rows, Math.floor(rowsOfPage / 2)) : page.rows;
  const pieces = bodyPieces(shown, rows, query.fields);
  reply.type('application/json; charset=utf-8');
  if (rowsOfPage > ONE_BODY_ROWS) return reply.send(Readable.from(pieces, { objectMode: false }));
  // Encoding piece by piece spares a string of the whole page, which would be walked once for its length and once to be sent.
  const encoded: Buffer[] = [];
  for await (const piece of pieces) encoded.push(Buffer.from(piece));
  return reply.send(Buffer.concat(encoded));
}

async function* firstOf(
  rows: Iterable<JsonObject> | AsyncIterable<JsonObject>,
  limit: number,
): AsyncGenerator<JsonObject> {
  let left = limit;
  if (left <= 0) return;
  for await (const row of rows) {
    yield row;
    left--;
    if (left <= 0) return;
  }
}

/** The envelope and its rows as text, in pieces of some size: no more than one piece is held. */
async function* bodyPieces(
  envelope: Envelope,
  rows: RowPage['rows'],
  fields: FieldTree | null,
): AsyncGenerator<string> {
  let piece = `${JSON.stringify(envelope).slice(0, -1)},"results":[`;
  let separator = '';
  if (Symbol.iterator in rows) {
    // Waiting for rows that are already there would cost more than making them.
    for (const row of rows) {
      piece += separator + JSON.stringify(projected(row, fields));
      separator = ',';
      if (piece.length >= CHUNK_CHARACTERS) {
        yield piece;
        piece = '';
      }
    }
  } else {
    for await (const row of rows) {
      piece += separator + JSON.stringify(projected(row, fields));
      separator = ',';
      if (piece.length >= CHUNK_CHARACTERS) {
        yield piece;
        piece = '';
      }
    }
  }
  yield `${piece}]}`;
}
