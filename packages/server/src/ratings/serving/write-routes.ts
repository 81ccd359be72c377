/**
 * Routes made of the table of writes: a request is read by its row, the writer of its name does what it says. Whoever may not
 * manage data is refused before anything is read.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { originOf } from '../../http/origin.ts';
import { parametersOf } from '../../wire/parameters.ts';
import type { WriteEndpoint } from '../endpoints/write-endpoint.ts';
import type { Writes } from '../writes.ts';
import { bodiesOf } from './bodies.ts';
import { pathParameters, viewOf } from './endpoint-routes.ts';
import { optionsOf } from './options.ts';

export interface WriteRoutesOptions {
  readonly writes: Writes;
  /** `https://host[:port]` as the caller sees this server. */
  readonly baseUrlOf: (request: FastifyRequest) => string;
}

/** Room for a list of as many guids as a portfolio has companies. */
const BODY_BYTES = 5 * 1_048_576;

/** Registers the endpoints that have a writer, under the instance's prefix; the instance takes JSON bodies alone. */
export function registerWrites(
  app: FastifyInstance,
  endpoints: readonly WriteEndpoint[],
  options: WriteRoutesOptions,
): void {
  for (const endpoint of endpoints) {
    if (!Object.hasOwn(options.writes, endpoint.name)) continue;
    app.route({
      method: endpoint.method,
      url: endpoint.path,
      bodyLimit: BODY_BYTES,
      config: { access: 'data.manage' },
      handler: (request, reply) => write(endpoint, options, request, reply),
    });
  }
}

async function write(
  endpoint: WriteEndpoint,
  { writes, baseUrlOf }: WriteRoutesOptions,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const writer = writes[endpoint.name];
  if (writer === undefined) throw new Error(`nothing writes ${endpoint.name}`);
  const ask = {
    path: pathParameters(request),
    options: optionsOf(parametersOf(request.raw.url ?? ''), endpoint.options ?? []),
    bodies: bodiesOf(request.body, endpoint),
    origin: originOf(request),
  };
  const body = await writer(viewOf(request, baseUrlOf(request)), ask);
  return reply.code(endpoint.status).send(body);
}
