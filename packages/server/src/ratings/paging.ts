/**
 * The envelope around a page: `links`, top-level `next`, `count`, `results`, small pages as one body and large ones as a
 * stream of rows made while they are sent. Facts: bitsight-api.md, 3.1 and 8 (three ways of paging, consistent).
 */
import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CallerError } from '../errors.ts';
import { type Projection, projected } from '../wire/fields.ts';
import { isJsonObject, type JsonObject } from '../wire/json.ts';
import type { Parameters } from '../wire/parameters.ts';
import { type Format, formatOf, type RowNames, renderRows } from './formats.ts';
import { EncodedRows, JsonText, type RowPage, type RowStream, type WireRow } from './source.ts';

/** What stands around the rows of a page: `links`, `next`, `count` and the like. */
export type Envelope = JsonObject;

interface PageRequest {
  readonly offset: number;
  readonly limit: number;
  readonly projection: Projection | null;
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

/** CSV and XML are made in memory, so a page of them has an end; 413 is what upstream says of too large a result. */
const MAX_RENDERED_ROWS = 20_000;

/** The `format` that a request asks for, by parameter or by header (`Accept`, `X-Bitsight-Accept`); an empty one asks for none. */
export function requestedFormat(
  request: FastifyRequest,
  parameters: Parameters,
  otherwise: Format = 'json',
): Format {
  const asked = parameters.get('format')?.value.trim().toLowerCase();
  if (asked !== undefined && asked !== '') return formatOf(asked);
  const accepted = request.headers['x-bitsight-accept'] ?? request.headers.accept ?? '';
  // Only a client that wants XML first gets it: browsers name it too, far behind.
  return /^(application|text)\/xml\b/i.test(String(accepted)) ? 'xml' : otherwise;
}

/** Answers with rows alone, as CSV or XML. */
export async function sendRendered(
  reply: FastifyReply,
  page: RowPage,
  { offset, limit, projection }: PageRequest,
  format: Format,
  names: RowNames,
): Promise<FastifyReply> {
  if (Math.min(limit, page.count - offset) > MAX_RENDERED_ROWS) {
    const advice = `Ask for at most ${MAX_RENDERED_ROWS} rows at a time with limit, or for JSON.`;
    throw new CallerError('BODY_TOO_LARGE', `The result is too large for format=${format}. ${advice}`);
  }
  const rows: JsonObject[] = [];
  for await (const row of page.rows) rows.push(projected(recordOf(row), projection));
  const { contentType, body } = renderRows(format, rows, names);
  return reply.type(contentType).send(body);
}

/** Pages of up to so many rows are sent as one body with its length. */
const ONE_BODY_ROWS = 1_000;
const CHUNK_CHARACTERS = 64 * 1024;
const END = Buffer.from(']}');

/** Answers with a page of rows. */
export async function sendPage(
  request: FastifyRequest,
  reply: FastifyReply,
  page: RowPage,
  query: PageRequest,
  envelope: Envelope,
): Promise<FastifyReply> {
  const isShort = request.fault === 'short';
  const shown = isShort ? endedEnvelope(envelope) : envelope;
  const rowsOfPage = Math.max(0, Math.min(query.limit, page.count - query.offset));
  // The injected fault: the promised count stands, half the rows are missing, and nothing leads to them.
  const rows = isShort ? firstOf(page.rows, Math.floor(rowsOfPage / 2)) : page.rows;
  reply.type('application/json; charset=utf-8');
  const before = openedAt(shown, 'results');
  if (rows instanceof EncodedRows && query.projection === null)
    return reply.send(Buffer.concat([Buffer.from(before), rows.bytes, END]));
  const pieces = piecesOf(before, rows, query.projection, ']}');
  return sendPieces(reply, pieces, rowsOfPage > ONE_BODY_ROWS);
}

/** The envelope of a last page. */
function endedEnvelope(envelope: Envelope): Envelope {
  const { links } = envelope;
  if (!isJsonObject(links)) return envelope;
  return { ...envelope, links: { ...links, next: null }, next: null };
}

/** Answers with a whole list: a bare array, or the rows under `rowsKey` of `frame`. */
export async function sendRows(
  reply: FastifyReply,
  page: RowPage,
  projection: Projection | null,
  frame: JsonObject | null,
  rowsKey: string,
): Promise<FastifyReply> {
  const [before, after] = frame === null ? ['[', ']'] : [openedAt(frame, rowsKey), ']}'];
  reply.type('application/json; charset=utf-8');
  return sendPieces(reply, piecesOf(before, page.rows, projection, after), page.count > ONE_BODY_ROWS);
}

/** `{…,"key":[`: an object's text up to where its rows begin. */
function openedAt(frame: JsonObject, rowsKey: string): string {
  const text = JSON.stringify(frame).slice(0, -1);
  return `${text}${text === '{' ? '' : ','}${JSON.stringify(rowsKey)}:[`;
}

async function sendPieces(
  reply: FastifyReply,
  pieces: AsyncGenerator<string>,
  isLarge: boolean,
): Promise<FastifyReply> {
  if (isLarge) return reply.send(Readable.from(pieces, { objectMode: false }));
  // Encoding piece by piece spares a string of the whole page, which would be walked once for its length and once to be sent.
  const encoded: Buffer[] = [];
  for await (const piece of pieces) encoded.push(Buffer.from(piece));
  return reply.send(Buffer.concat(encoded));
}

async function* firstOf(rows: RowStream, limit: number): AsyncGenerator<WireRow> {
  let left = limit;
  if (left <= 0) return;
  for await (const row of rows) {
    yield row;
    left--;
    if (left <= 0) return;
  }
}

/** A row as JSON text; one that is stored as text is not parsed unless something is picked from it. */
export function textOf(row: WireRow, projection: Projection | null): string {
  if (row instanceof JsonText && projection === null) return row.text;
  return JSON.stringify(projected(recordOf(row), projection));
}

/** A row as an object. */
export function recordOf(row: WireRow): JsonObject {
  if (!(row instanceof JsonText)) return row;
  const parsed: unknown = JSON.parse(row.text);
  return isJsonObject(parsed) ? parsed : {};
}

/** Rows as text between two texts, in pieces of some size: no more than one piece is held. */
async function* piecesOf(
  before: string,
  rows: RowStream,
  projection: Projection | null,
  after: string,
): AsyncGenerator<string> {
  let piece = before;
  let separator = '';
  const full = (row: WireRow): boolean => {
    piece += separator + textOf(row, projection);
    separator = ',';
    return piece.length >= CHUNK_CHARACTERS;
  };
  // Waiting for rows that are already there would cost more than making them.
  if (Symbol.iterator in rows) {
    for (const row of rows) {
      if (!full(row)) continue;
      yield piece;
      piece = '';
    }
  } else {
    for await (const row of rows) {
      if (!full(row)) continue;
      yield piece;
      piece = '';
    }
  }
  yield piece + after;
}
