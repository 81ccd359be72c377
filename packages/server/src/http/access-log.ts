/** One line for each answer: who called what, how it ended, how long it took. What a line may hold is decided in log.ts. */
import type { FastifyInstance } from 'fastify';

/** Adds the log, unless nobody would see it: a line costs as much as a small request. */
export function addAccessLog(app: FastifyInstance, isWanted: boolean): void {
  if (!isWanted) return;
  app.addHook('onResponse', (request, reply, done) => {
    const ms = Math.round(reply.elapsedTime * 10) / 10;
    request.log.info({ reqId: request.id, req: request, status: reply.statusCode, ms }, 'request');
    done();
  });
}
