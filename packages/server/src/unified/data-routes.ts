/** The data routes, `/v2`: lists and single records of companies, findings, resources and vulnerability findings. */
import { RatingPoint } from '@sightline/model';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Visibility } from '../access/visibility.ts';
import { CallerError } from '../errors.ts';
import { findCompany, readRatings } from './companies/queries.ts';
import { INTERVALS, lastOfInterval } from './companies/rating-history.ts';
import { tprmCompanies } from './companies/resource.ts';
import type { UnifiedContext } from './context.ts';
import { errorResponses, operation } from './document/operation.ts';
import { findFinding } from './findings/queries.ts';
import { tprmFindings } from './findings/resource.ts';
import { day } from './paging/filters.ts';
import { itemQuery, viewOf } from './paging/list-query.ts';
import type { ListResource } from './paging/list-resource.ts';
import {
  addListRoute,
  ConnectionHeader,
  IdParams,
  notFound,
  sendItem,
  sendJson,
} from './paging/list-routes.ts';
import { findResource } from './resources/find-resource.ts';
import { resources } from './resources/resource.ts';
import { vulnerabilityFindings } from './vulnerability-findings/resource.ts';

/** Registers all data routes. `app` authenticates. */
export function addDataRoutes(app: FastifyInstance, context: UnifiedContext): void {
  const { db } = context;
  addListRoute(app, context, tprmCompanies);
  addItemRoute(app, context, tprmCompanies, (visibility, id) => findCompany(db, visibility, id));
  addRatingsRoute(app, context);
  addListRoute(app, context, tprmFindings);
  addItemRoute(app, context, tprmFindings, (visibility, id) => findFinding(db, visibility, { id }));
  addRawRoute(app, context);
  addListRoute(app, context, resources);
  addItemRoute(app, context, resources, (visibility, id) => findResource(db, visibility, id));
  addListRoute(app, context, vulnerabilityFindings);
  addItemRoute(app, context, vulnerabilityFindings, (visibility, vulnerabilityId) =>
    findFinding(db, visibility, { vulnerabilityId }),
  );
}

function addItemRoute<Row>(
  app: FastifyInstance,
  context: UnifiedContext,
  resource: ListResource<Row>,
  find: (visibility: Visibility, id: string) => Promise<Row | null>,
): void {
  app.get<{ Params: z.infer<typeof IdParams> }>(
    `/v2/${resource.surface}/:id`,
    {
      schema: {
        ...operation(
          'Data',
          `Get one ${resource.item}`,
          'An id that is unknown, or that the caller may not see, is 404.',
        ),
        headers: ConnectionHeader,
        params: IdParams,
        querystring: itemQuery(resource),
        response: { 200: resource.schema, ...errorResponses(401, 404, 422, 503) },
      },
    },
    async (request, reply) => {
      const visibility = await context.visibilityOf(request);
      const row = await find(visibility, request.params.id.toLowerCase());
      return sendItem(reply, resource, row, viewOf(request.query));
    },
  );
}

const RatingsQuery = z.strictObject({
  from: day.optional().meta({ description: 'First day', examples: ['2026-01-01'] }),
  to: day.optional().meta({ description: 'Last day', examples: ['2026-06-30'] }),
  interval: z
    .string()
    .transform(word => word.toLowerCase())
    .pipe(z.enum(INTERVALS, 'day, week or month.'))
    .optional()
    .meta({
      description: 'day, week or month: the last rating in each; day by default.',
      examples: ['month'],
    }),
});

function addRatingsRoute(app: FastifyInstance, context: UnifiedContext): void {
  const schema = {
    ...operation(
      'Data',
      'Rating history of one company',
      'All points of the range, oldest first, on one page.',
    ),
    headers: ConnectionHeader,
    params: IdParams,
    querystring: RatingsQuery,
    response: {
      200: z.object({ items: z.array(RatingPoint), next_cursor: z.null(), previous_cursor: z.null() }),
      ...errorResponses(401, 404, 422, 503),
    },
  };
  app.get<{ Params: z.infer<typeof IdParams>; Querystring: z.infer<typeof RatingsQuery> }>(
    '/v2/tprm/companies/:id/ratings',
    { schema },
    async (request, reply) => {
      const { from = null, to = null, interval = 'day' } = request.query;
      if (from !== null && to !== null && from > to) {
        const problems = [{ field: 'to', message: 'Must not be before from.' }];
        throw new CallerError('INVALID', 'to: Must not be before from.', { problems });
      }
      const visibility = await context.visibilityOf(request);
      const company = await findCompany(context.db, visibility, request.params.id.toLowerCase());
      if (company === null) throw notFound('company');
      const items = lastOfInterval(await readRatings(context.db, company.id, { from, to }), interval);
      return sendJson(reply, JSON.stringify({ items, next_cursor: null, previous_cursor: null }));
    },
  );
}

function addRawRoute(app: FastifyInstance, context: UnifiedContext): void {
  const schema = {
    ...operation('Data', 'The upstream record of one finding', 'As it was received, untouched.'),
    headers: ConnectionHeader,
    params: IdParams,
    querystring: z.strictObject({}),
    response: { 200: z.looseObject({}), ...errorResponses(401, 404, 422, 503) },
  };
  app.get<{ Params: z.infer<typeof IdParams> }>(
    '/v2/tprm/findings/:id/raw',
    { schema },
    async (request, reply) => {
      const visibility = await context.visibilityOf(request);
      const row = await findFinding(context.db, visibility, { id: request.params.id.toLowerCase() });
      if (row === null) throw notFound('finding');
      return sendJson(reply, row.record);
    },
  );
}
