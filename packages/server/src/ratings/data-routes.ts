/**
 * The routes that answer from a source: portfolio, companies, findings. Paths, parameters and shapes: bitsight-api.md,
 * 4.1 to 4.3; POST is the same query with its parameters in the body.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { scopeOf } from '../access/scope.ts';
import { fieldTreeOf, projected } from '../wire/fields.ts';
import { FINDING_SCHEMA } from '../wire/finding-filters.ts';
import { listQueryOf } from '../wire/list-query.ts';
import { canonicalName, type Parameters, parametersOf, valuesOf } from '../wire/parameters.ts';
import { portfolioQueryOf } from '../wire/portfolio-filters.ts';
import { type Envelope, envelopeOf, pageUrlOf, requestedFormat, sendPage, sendRendered } from './paging.ts';
import type { RatingsSource, View } from './source.ts';
import { notPermitted } from './wire-errors.ts';

/** What data routes need besides the source. */
export interface DataRouteOptions {
  readonly source: RatingsSource;
  /** `https://host[:port]` as the caller sees this server. */
  readonly baseUrlOf: (request: FastifyRequest) => string;
}

interface CompanyRoute {
  Params: { guid: string };
}

const COMPANY_NAMES = { root: 'companies', row: 'company' };
const FINDING_NAMES = { root: 'findings', row: 'finding' };

/** Registers the data routes under the instance's prefix. */
export function registerDataRoutes(app: FastifyInstance, { source, baseUrlOf }: DataRouteOptions): void {
  const viewOf = (request: FastifyRequest): View => ({
    scope: scopeOf(request.principal),
    baseUrl: baseUrlOf(request),
  });

  app.route({ method: ['GET', 'POST'], url: '/v2/portfolio', handler: portfolio });
  app.get('/v1/companies', companies);
  app.get('/v1/portfolio', companies);
  app.get('/portfolio', companies);
  app.get<CompanyRoute>('/v1/companies/:guid', company);
  app.route<CompanyRoute>({
    method: ['GET', 'POST'],
    url: '/v1/companies/:guid/findings',
    handler: findings,
  });

  async function portfolio(request: FastifyRequest, reply: FastifyReply) {
    const view = viewOf(request);
    const parameters = requestParameters(request);
    const query = portfolioQueryOf(parameters);
    const format = requestedFormat(request, parameters);
    const page = await source.portfolio(view, query);
    if (format !== 'json') return sendRendered(reply, page, query, format, COMPANY_NAMES);
    const { myCompanyGuid } = await source.overview(view);
    const envelope: Envelope = {
      ...envelopeOf(pageUrlOf(request, view.baseUrl), parameters, query, page.count),
      summaries: { 'my-company': myCompanyGuid },
    };
    return sendPage(request, reply, page, query, envelope);
  }

  /** The v1 lists are whole: no paging, and `fields` picks from the companies. */
  async function companies(request: FastifyRequest, reply: FastifyReply) {
    const view = viewOf(request);
    const parameters = requestParameters(request);
    const query = portfolioQueryOf(v1Filters(parameters));
    const fields = fieldTreeOf(valuesOf(parameters, 'fields'));
    const format = requestedFormat(request, parameters);
    const page = await source.companies(view, query);
    if (format !== 'json') {
      return sendRendered(reply, page, { offset: 0, limit: page.count, fields }, format, COMPANY_NAMES);
    }
    const { myCompanyGuid, created, ratingDate } = await source.overview(view);
    const rows: unknown[] = [];
    for await (const row of page.rows) rows.push(projected(row, fields));
    return {
      created,
      rating_date: ratingDate,
      ...(myCompanyGuid === null ? {} : { my_company: { guid: myCompanyGuid } }),
      companies: rows,
      countries: [],
    };
  }

  async function company(request: FastifyRequest<CompanyRoute>) {
    const found = await source.company(viewOf(request), request.params.guid);
    if (found === null) throw notPermitted();
    return projected(found, fieldTreeOf(valuesOf(requestParameters(request), 'fields')));
  }

  async function findings(request: FastifyRequest<CompanyRoute>, reply: FastifyReply) {
    const view = viewOf(request);
    const parameters = requestParameters(request);
    const query = listQueryOf(parameters, FINDING_SCHEMA);
    const format = requestedFormat(request, parameters);
    const page = await source.findings(view, request.params.guid, query);
    if (page === null) throw notPermitted();
    if (format !== 'json') return sendRendered(reply, page, query, format, FINDING_NAMES);
    const envelope = envelopeOf(pageUrlOf(request, view.baseUrl), parameters, query, page.count);
    return sendPage(request, reply, page, query, envelope);
  }
}

function requestParameters(request: FastifyRequest): Parameters {
  return parametersOf(request.raw.url ?? '', request.method === 'POST' ? request.body : undefined);
}

/** The filters of the v1 lists: folder and tier. Everything else there is unknown, and so passed over. */
function v1Filters(parameters: Parameters): Parameters {
  const kept = new Map([...parameters].filter(([name]) => name === 'folder' || name === 'tier'));
  // `exclude_alerts_only=true` is the v1 way to leave out one subscription.
  if (parameters.get('exclude_alerts_only')?.value.toLowerCase() === 'true') {
    const name = canonicalName('exclude_subscription_type.slug');
    kept.set(name, { spelled: name, value: 'alerts-only' });
  }
  return kept;
}
