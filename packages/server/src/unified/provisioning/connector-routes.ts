/** `/v1/connectors`: the catalogue of what can be connected. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { CONNECTORS, Connector } from '../../connections/catalogue.ts';
import { errorResponses, operation } from '../document/operation.ts';

/** The same for everybody until the next version. */
const CATALOGUE = JSON.stringify({ items: CONNECTORS, next_cursor: null, previous_cursor: null });

/** Registers the route. `app` authenticates. */
export function addConnectorRoutes(app: FastifyInstance): void {
  const envelope = z.object({ items: z.array(Connector), next_cursor: z.null(), previous_cursor: z.null() });
  const schema = {
    ...operation('Connections', 'List connectors', 'All of them, on one page.'),
    querystring: z.strictObject({}),
    response: { 200: envelope, ...errorResponses(401, 422, 503) },
  };
  app.get('/v1/connectors', { schema, config: { access: 'own.read' } }, (_request, reply) => {
    reply.type('application/json; charset=utf-8').send(CATALOGUE);
  });
}
