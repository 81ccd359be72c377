/** `openapi.json` of the ratings API: it describes the program and not its data, so it needs no credentials. */
import type { FastifyInstance } from 'fastify';
import { type Described, ratingsDocument } from './document.ts';

/** Where the document is, for the reference page. */
export const RATINGS_DOCUMENT = Object.freeze({ title: 'Ratings API', url: '/ratings/openapi.json' });

/** Registers the route, relative to the surface's prefix. The document is made at the first request. */
export function documentRoute(app: FastifyInstance, described: Described): void {
  let text: string | null = null;
  app.get('/openapi.json', { config: { access: 'public' } }, async (_request, reply) => {
    text ??= JSON.stringify(ratingsDocument(described));
    return reply.type('application/json; charset=utf-8').send(text);
  });
}
