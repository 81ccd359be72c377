/**
 * The hook that acts out faults on data requests: after authentication, before the handler, or on the finished answer.
 * Source of the behaviours: bitsight-api.md, 3.3, 6 and 8; account routes, roots and health are never touched.
 */
import { Readable } from 'node:stream';
import { TLSSocket } from 'node:tls';
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from '../clock.ts';
import type { FaultKind, FaultMix } from './faults.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The fault that fault injection chose for this request; absent without fault injection. */
    fault?: FaultKind | null;
  }
}

export interface FaultInjectionOptions {
  readonly mix: FaultMix;
  readonly clock: Clock;
}

/** Paths with data, under any prefix: not the roots, not the account. */
const DATA_PATH =
  /^\/(?:customer-api\/)?(?:ratings\/)?(?:v[12]\/(?!customers(?:\/|$)|users(?:\/|$)|access-groups|api-tokens|connectors|provisioning|me(?:\/|$)|tprm|resources|vulnerability_findings|changes|stats)[^/]|portfolio)/;

/** Does fault injection act on this path? */
export function isDataPath(rawUrl: string): boolean {
  const path = rawUrl.split('?', 1)[0] ?? '';
  return DATA_PATH.test(path.replaceAll(/\/{2,}/g, '/'));
}

const STALL_MS = 120_000;
const DRIBBLES = 8;
const DRIBBLE_MS = 90;

/** Makes the plugin; it acts on the instance it is registered on and everything below. */
export function faultInjection(options: FaultInjectionOptions): FastifyPluginAsync {
  const plugin: FastifyPluginAsync = async app => {
    app.decorateRequest('fault', null);
    app.addHook('preHandler', async (request, reply) => {
      if (!isDataPath(request.raw.url ?? '')) return;
      request.fault = options.mix.next();
      if (request.fault !== null) await strike(request.fault, request, reply, options);
    });
    app.addHook('onSend', async (request, reply, payload) => {
      if (request.fault === 'truncate') return truncated(reply, await wholeText(payload));
      if (request.fault === 'slow') return dribbled(await wholeText(payload), options.clock);
      return payload;
    });
  };
  // The mark that tells Fastify to put the hooks on the instance itself instead of on a child.
  return Object.assign(plugin, { [Symbol.for('skip-override')]: true });
}

async function strike(
  kind: FaultKind,
  request: FastifyRequest,
  reply: FastifyReply,
  { mix, clock }: FaultInjectionOptions,
): Promise<void> {
  switch (kind) {
    case '429':
      await reply
        .code(429)
        .header('retry-after', String(mix.plan.retryAfterSeconds))
        .send({ detail: 'Request was throttled.' });
      return;
    case '429-bare':
      await reply.code(429).send({ detail: 'Request was throttled.' });
      return;
    case '202':
      await reply.code(202).send({ detail: 'Entity queued.' });
      return;
    case '500':
      await reply.code(500).send({ detail: 'Internal server error.' });
      return;
    case '504':
      await reply.code(504).send({ detail: 'The answer took too long.' });
      return;
    case '502':
      await sendPage(reply, 502, 'Bad gateway');
      return;
    case '524':
      await sendPage(reply, 524, 'A timeout occurred');
      return;
    case 'html403':
      await sendPage(reply, 403, 'Access denied');
      return;
    case 'reset':
      reply.hijack();
      reply.raw.writeHead(200, { 'content-type': 'application/json', 'content-length': '4096' });
      reply.raw.write('{"links":{"next":null,"previous":null},"count":', () => cutOff(request));
      return;
    case 'stall':
      reply.hijack();
      await stall(request, clock);
      return;
    default:
      // truncate, short and slow act on the answer that the handler makes.
      return;
  }
}

/** Ends the connection as roughly as the transport allows: a reset on TCP, an end without farewell on TLS. */
function cutOff({ raw: { socket } }: FastifyRequest): void {
  if (socket instanceof TLSSocket) socket.destroy();
  else socket.resetAndDestroy();
}

async function sendPage(reply: FastifyReply, status: number, title: string): Promise<void> {
  const html = `<!DOCTYPE html>\n<html><head><title>${title}</title></head><body><h1>${status}</h1><p>${title}</p></body></html>\n`;
  await reply.code(status).type('text/html; charset=utf-8').send(html);
}

/** Waits until the client hangs up; the clock bounds it so that a forgotten socket does not stay for ever. */
async function stall(request: FastifyRequest, clock: Clock): Promise<void> {
  const { socket } = request.raw;
  const gone = new AbortController();
  socket.once('close', () => gone.abort());
  try {
    await clock.sleep(STALL_MS, gone.signal);
  } catch (error) {
    if (!gone.signal.aborted) throw error;
  }
  socket.destroy();
}

/** Announces the whole length, sends half, and closes. */
function truncated(reply: FastifyReply, text: string): Readable {
  const body = Buffer.from(text);
  reply.header('content-length', String(body.length));
  const half = body.subarray(0, Math.floor(body.length / 2));
  const { socket } = reply.raw;
  return Readable.from(
    (async function* () {
      yield half;
      // Ending the socket lets the half arrive; destroying it at once might not.
      await new Promise<void>(resolve => {
        if (socket === null) resolve();
        else socket.end(() => resolve());
      });
      throw new Error('the answer was cut by fault injection');
    })(),
    { objectMode: false },
  );
}

function dribbled(text: string, clock: Clock): Readable {
  const body = Buffer.from(text);
  const size = Math.max(1, Math.ceil(body.length / DRIBBLES));
  return Readable.from(
    (async function* () {
      for (let at = 0; at < body.length; at += size) {
        yield body.subarray(at, at + size);
        if (at + size < body.length) await clock.sleep(DRIBBLE_MS);
      }
    })(),
    { objectMode: false },
  );
}

async function wholeText(payload: unknown): Promise<string> {
  if (typeof payload === 'string') return payload;
  if (payload instanceof Readable) {
    const pieces: Buffer[] = [];
    for await (const piece of payload) pieces.push(Buffer.from(piece));
    return Buffer.concat(pieces).toString('utf8');
  }
  return Buffer.isBuffer(payload) ? payload.toString('utf8') : '';
}
