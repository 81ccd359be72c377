/** Answers in their endpoint's shape: what a source gives, filtered where it has not been, and sent as JSON, CSV or XML. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { projected } from '../../wire/fields.ts';
import { badParameter } from '../../wire/filters.ts';
import { isJsonObject, type JsonObject } from '../../wire/json.ts';
import type { ListQuery } from '../../wire/list-query.ts';
import { matching } from '../../wire/rows.ts';
import type { Endpoint } from '../endpoints/endpoint.ts';
import { CSV, type Format, type RowNames, renderRows } from '../formats.ts';
import {
  type Envelope,
  envelopeOf,
  pageUrlOf,
  requestedFormat,
  sendPage,
  sendRendered,
  sendRows,
} from '../paging.ts';
import type { Answer, Ask, RowPage, View } from '../source.ts';

/** A request on its way out. */
export interface Exchange {
  readonly endpoint: Endpoint;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly ask: Ask;
  readonly view: View;
}

const PLAIN_NAMES: RowNames = { root: 'results', row: 'result' };

/** Sends what a source answered. */
export async function sendAnswer(exchange: Exchange, answer: Answer): Promise<FastifyReply> {
  const { endpoint, request, reply, ask } = exchange;
  if (answer.kind === 'status') {
    return reply
      .code(answer.status)
      .headers(answer.headers ?? {})
      .send(answer.body);
  }
  const format = requestedFormat(request, ask.parameters, endpoint.shape === 'csv' ? 'csv' : 'json');
  if (answer.kind === 'csv') {
    if (format !== 'csv') throw badParameter('format', 'is csv alone here');
    return reply.type(CSV).send(answer.text);
  }
  if (answer.kind === 'body') return sendBody(exchange, answer.body, format);
  const list = listOf(endpoint, answer, ask.query);
  const isWhole = endpoint.shape !== 'page' && endpoint.shape !== 'wrapped';
  const part = isWhole ? { ...ask.query, offset: 0, limit: Number.MAX_SAFE_INTEGER } : ask.query;
  if (format !== 'json') return sendRendered(reply, list.page, part, format, endpoint.names ?? PLAIN_NAMES);
  if (isWhole) {
    const frame = endpoint.shape === 'framed' ? (answer.frame ?? {}) : null;
    return sendRows(reply, list.page, ask.query.projection, frame, endpoint.rowsKey ?? 'results');
  }
  return sendPage(request, reply, list.page, part, frameOf(exchange, list));
}

interface List {
  readonly page: RowPage;
  readonly frame: JsonObject;
  readonly summaries: JsonObject | undefined;
}

/** The rows that match, and, for a paged shape, of them those of the page. */
function listOf(endpoint: Endpoint, answer: Answer & { kind: 'rows' | 'page' }, query: ListQuery): List {
  const { frame = {} } = answer;
  if (answer.kind === 'page') return { page: answer.page, frame, summaries: answer.summaries };
  const { list, shape } = endpoint;
  const rows = list === undefined ? answer.rows : matching(answer.rows, query, list);
  const isPaged = shape === 'page' || shape === 'wrapped';
  const shown = isPaged ? rows.slice(query.offset, query.offset + query.limit) : rows;
  return { page: { count: rows.length, rows: shown }, frame, summaries: answer.summaries?.(rows) };
}

/** What stands around the rows of a page. */
function frameOf({ endpoint, request, ask, view }: Exchange, { page, frame, summaries }: List): Envelope {
  const { query, parameters } = ask;
  const around = { ...frame, ...(summaries === undefined ? {} : { summaries }) };
  if (endpoint.shape === 'page') {
    return { ...envelopeOf(pageUrlOf(request, view.baseUrl), parameters, query, page.count), ...around };
  }
  const { offset, limit } = query;
  const asked = { limit, offset, q: query.q, sort: parameters.get('sort')?.value ?? null };
  return { count: page.count, query: asked, ...around };
}

function sendBody({ endpoint, reply, ask }: Exchange, body: unknown, format: Format): FastifyReply {
  const { projection } = ask.query;
  const shown = isJsonObject(body) ? projected(body, projection) : body;
  if (format === 'json') return reply.type('application/json; charset=utf-8').send(JSON.stringify(shown));
  const rows = Array.isArray(shown) ? shown.filter(isJsonObject) : isJsonObject(shown) ? [shown] : [];
  const { contentType, body: text } = renderRows(format, rows, endpoint.names ?? PLAIN_NAMES);
  return reply.type(contentType).send(text);
}
