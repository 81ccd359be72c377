/** The OpenAPI 3.1 document of the unified API, made from the schemas that validate its requests. */
import swagger from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import { TOKEN_SCHEMES } from '../../http/token-schemes.ts';
import { withCurlExamples } from './curl-example.ts';
import { TAGS } from './operation.ts';

const SECURITY_SCHEMES = {
  ...TOKEN_SCHEMES,
  session: {
    type: 'apiKey',
    in: 'cookie',
    name: '__Host-sightline-<instance>',
    description: 'The session of the console; unsafe methods need Origin and X-CSRF-Token too.',
  },
  invite: {
    type: 'apiKey',
    in: 'header',
    name: 'X-CONNECTION-INVITE-TOKEN',
    description: 'An invitation in place of a token, for onboarding calls.',
  },
} as const;

/** Must be awaited before the routes are added: only routes added after it are in the document. */
export async function describeRoutes(app: FastifyInstance, version: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Sightline unified API',
        version,
        description:
          'Third-party-risk data from Bitsight in one model: companies, findings, resources and vulnerability findings; and the organizations and connections it comes through.',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
      components: { securitySchemes: SECURITY_SCHEMES },
      security: [{ basic: [] }, { bearer: [] }, { apiKey: [] }, { session: [] }],
    },
    transform: jsonSchemaTransform,
    transformObject: jsonSchemaTransformObject,
  });
}

/** `/openapi.json`, which needs no credentials: it describes the program, not its data. */
export function addDocumentRoute(app: FastifyInstance, baseUrl: () => string): void {
  let text: string | null = null;
  app.get('/openapi.json', { schema: { hide: true } }, async (_request, reply) => {
    text ??= JSON.stringify(withCurlExamples(JSON.parse(JSON.stringify(app.swagger())), baseUrl()));
    return reply.type('application/json; charset=utf-8').send(text);
  });
}
