/**
 * Routes made of the endpoint table: a request is read by its row of the table, answered by the source, and sent in the row's
 * shape. No endpoint has code of its own here. Facts of pages and formats: bitsight-api.md, 3.1, 3.2 and 8.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { scopeOf } from '../../access/scope.ts';
import { CallerError } from '../../errors.ts';
import type { JsonObject } from '../../wire/json.ts';
import { isJsonObject } from '../../wire/json.ts';
import { type ListSchema, listQueryOf } from '../../wire/list-query.ts';
import { listSchema } from '../../wire/list-schema.ts';
import { parametersOf } from '../../wire/parameters.ts';
import type { Endpoint } from '../endpoints/endpoint.ts';
import type { Ask, RatingsSource, View } from '../source.ts';
import { notPermitted } from '../wire-errors.ts';
import { sendAnswer } from './answers.ts';
import { optionsOf } from './options.ts';

export interface EndpointRoutesOptions {
  readonly source: RatingsSource;
  /** `https://host[:port]` as the caller sees this server. */
  readonly baseUrlOf: (request: FastifyRequest) => string;
}

/** Registers the endpoints that the source serves, under the instance's prefix. */
export function registerEndpoints(
  app: FastifyInstance,
  endpoints: readonly Endpoint[],
  options: EndpointRoutesOptions,
): void {
  for (const endpoint of endpoints) {
    if (!options.source.serves(endpoint)) continue;
    for (const url of [endpoint.path, ...(endpoint.alsoAt ?? [])]) {
      app.route({
        method: [...endpoint.methods],
        url,
        config: { access: 'data.read' },
        handler: (request, reply) => serve(endpoint, options, request, reply),
      });
    }
  }
}

async function serve(
  endpoint: Endpoint,
  { source, baseUrlOf }: EndpointRoutesOptions,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const ask = askOf(endpoint, request);
  const view = viewOf(request, baseUrlOf(request));
  const answer = await source.answer(endpoint, view, ask);
  if (answer === null) throw notPermitted();
  return sendAnswer({ endpoint, request, reply, ask, view }, answer);
}

/** Who asks, what it sees, and by which address. */
export function viewOf(request: FastifyRequest, baseUrl: string): View {
  const { principal } = request;
  return { scope: scopeOf(principal), baseUrl, principal, connectionId: connectionOf(request) };
}

/** Reads a request by its row of the table. Throws BAD_PARAMETER that names what cannot be read. */
function askOf(endpoint: Endpoint, request: FastifyRequest): Ask {
  const body = request.method === 'POST' ? request.body : undefined;
  const parameters = parametersOf(request.raw.url ?? '', body);
  return {
    path: pathParameters(request),
    parameters,
    options: optionsOf(parameters, endpoint.options ?? []),
    query: listQueryOf(parameters, endpoint.list ?? NO_LIST),
    isPost: request.method === 'POST',
  };
}

/** An endpoint without a list reads no filter; `limit` and the like are still checked. */
const NO_LIST: ListSchema = listSchema({ order: '' });

/** Path parameters by name. */
export function pathParameters({ params }: FastifyRequest): Readonly<Record<string, string>> {
  if (!isJsonObject(params)) return {};
  return Object.fromEntries(
    Object.entries(params as JsonObject).map(([name, value]) => [name, String(value)]),
  );
}

/** One connection of those the caller may see (unified-api.md, "Authentication"). */
function connectionOf(request: FastifyRequest): string | null {
  const header = request.headers['x-connection-id'];
  if (header === undefined || header === '') return null;
  if (typeof header !== 'string') throw new CallerError('BAD_PARAMETER', 'X-CONNECTION-ID was sent twice.');
  return header.trim().toLowerCase();
}
