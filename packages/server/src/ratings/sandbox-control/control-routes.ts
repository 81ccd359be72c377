/**
 * The control API of the sandbox, under `/_sandbox`: the one surface here that Bitsight does not have, for the integration tests
 * of its clients. A table of calls, which the documentation is held against. Errors look as on the ratings API.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Action } from '../../access/permissions.ts';
import { requireRouteAccess } from '../../http/route-access.ts';
import { isJsonObject, type JsonObject } from '../../wire/json.ts';
import { acceptJsonOnly } from '../json-bodies.ts';
import { answerErrorsAsDetail } from '../wire-errors.ts';
import type { SandboxControl } from './sandbox-control.ts';

export const CONTROL_PREFIX = '/_sandbox';

export interface ControlRoutesOptions {
  readonly control: SandboxControl;
  /** `https://host[:port]` as the caller sees this server. */
  readonly baseUrlOf: (request: FastifyRequest) => string;
}

/** A request, as far as a call looks at it. */
interface Asked {
  readonly body: unknown;
  /** Of the company that the path names. */
  readonly guid: string;
  readonly baseUrl: string;
}

interface ControlCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Below the prefix. */
  readonly path: string;
  readonly access: Action;
  /** What it does, as the documentation has it. */
  readonly about: string;
  /** 200 unless given; an answer of null is 204. */
  readonly status?: 201;
  readonly run: (control: SandboxControl, asked: Asked) => JsonObject | Promise<JsonObject | null> | null;
}

const READ = 'sandbox.read';
const MANAGE = 'sandbox.manage';
const BODY_LIMIT_BYTES = 64 * 1024;

/** Every call. */
export const CONTROL_CALLS: readonly ControlCall[] = Object.freeze([
  {
    method: 'GET',
    path: '/',
    access: READ,
    about: 'date, size, seed, faults, what was added, dropped and made, and the endpoints that are served',
    run: control => control.state(),
  },
  {
    method: 'POST',
    path: '/date',
    access: MANAGE,
    about: 'moves the account to a day (`date`), or by days (`advance_days`, back when negative)',
    run: (control, { body }) => control.move(body),
  },
  {
    method: 'PUT',
    path: '/faults',
    access: MANAGE,
    about:
      'sets `faults`, a list of `{kind, rate}`; and, if given, `retry_after` in seconds and `next_request`, the number of the next data request',
    run: (control, { body }) => control.changeFaults(body),
  },
  {
    method: 'POST',
    path: '/companies',
    access: MANAGE,
    about:
      'adds a company and answers with its row; `name`, `domain`, `industry`, `custom_id` and `findings` (about how many) may be said',
    status: 201,
    run: (control, { body, baseUrl }) => control.addCompany(body, baseUrl),
  },
  {
    method: 'DELETE',
    path: '/companies/:guid',
    access: MANAGE,
    about: 'drops a company from the portfolio: from then on it answers 403',
    run: async (control, { guid }) => {
      await control.dropCompany(guid);
      return null;
    },
  },
  {
    method: 'PUT',
    path: '/companies/:guid',
    access: MANAGE,
    about: 'takes a dropped company back, and answers with its row',
    run: (control, { guid, baseUrl }) => control.takeBack(guid, baseUrl),
  },
  {
    method: 'POST',
    path: '/breaches',
    access: MANAGE,
    about:
      'makes a breach of a `company` with a `severity` from 0 to 3; `date` (today), `text` and `event_type` may be said',
    status: 201,
    run: (control, { body }) => control.makeBreach(body),
  },
  {
    method: 'GET',
    path: '/requests',
    access: READ,
    about: 'how often each endpoint was called, by method, path and status',
    run: control => control.requests(),
  },
  {
    method: 'DELETE',
    path: '/requests',
    access: MANAGE,
    about: 'counts from 0 again',
    run: control => {
      control.resetRequests();
      return null;
    },
  },
  {
    method: 'POST',
    path: '/reset',
    access: MANAGE,
    about:
      'puts everything back to the start: date, faults, companies, breaches and counts, and forgets folders, tiers, custom ids, comments and remediations',
    run: control => control.reset(),
  },
]);

/** Registers the calls. The instance authenticates its requests; roles are asked for here. */
export function controlRoutes(options: ControlRoutesOptions): (app: FastifyInstance) => Promise<void> {
  const { control, baseUrlOf } = options;
  return async app => {
    answerErrorsAsDetail(app);
    acceptJsonOnly(app);
    requireRouteAccess(app, request => request.principal);
    for (const { method, path, access, status = 200, run } of CONTROL_CALLS) {
      app.route({
        method,
        url: `${CONTROL_PREFIX}${path === '/' ? '' : path}`,
        config: { access },
        bodyLimit: BODY_LIMIT_BYTES,
        handler: async (request, reply) => {
          const { body, params } = request;
          const answer = await run(control, {
            body,
            guid: isJsonObject(params) ? String(params.guid) : '',
            baseUrl: baseUrlOf(request),
          });
          return answer === null ? reply.code(204).send() : reply.code(status).send(answer);
        },
      });
    }
  };
}
