/**
 * The unified API as one Fastify plugin with an encapsulation of its own: its validation, its document and its hooks do not
 * reach other surfaces, nor theirs it.
 */
import type { FastifyPluginAsync } from 'fastify';
import { type UnifiedApiOptions, UnifiedContext } from './context.ts';
import { addDataRoutes } from './data-routes.ts';
import { zodValidator } from './validation.ts';

export type { UnifiedApiOptions } from './context.ts';

/** All routes of the unified API. */
export function unifiedApi(options: UnifiedApiOptions): FastifyPluginAsync {
  const context = new UnifiedContext(options);
  return async app => {
    app.setValidatorCompiler(zodValidator);
    // Answers are text already; what is not is plain JSON.
    app.setSerializerCompiler(() => value => JSON.stringify(value));
    await app.register(async data => {
      data.addHook('onRequest', async request => {
        await context.authenticate(request);
      });
      addDataRoutes(data, context);
    });
  };
}
