/** Jobs: the runs of a connection, one run, and the records it could not map. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { STREAMS } from '../../connections/run-queue.ts';
import { CallerError } from '../../errors.ts';
import type { SyncRunsTable } from '../../store/schema.ts';
import type { UnifiedContext } from '../context.ts';
import { errorResponses, operation } from '../document/operation.ts';
import { findJob, Job, jobOf, listJobs, listUnmapped, UnmappedRecord, unmappedOf } from './jobs.ts';
import { PagedQuery, pagedAnswer, pageOf } from './paged.ts';
import { reachableOrganization } from './reach.ts';

export const ConnectionParams = z.object({
  organization_id: z.string().meta({ description: 'Id of the organization' }),
  connection_id: z.string().meta({ description: 'Id of the connection' }),
});
type OfConnection = { Params: z.infer<typeof ConnectionParams> };

const JobParams = z.object({ id: z.string().meta({ description: 'Id of the job' }) });
type OfJob = { Params: z.infer<typeof JobParams> };

const SyncBody = z
  .strictObject({
    mode: z
      .enum(['incremental', 'full'])
      .default('incremental')
      .meta({ description: 'full reads everything again' }),
    streams: z
      .array(z.enum(STREAMS))
      .min(1)
      .default([...STREAMS])
      .meta({ description: 'All by default' }),
  })
  .meta({ id: 'SyncRequest', description: 'What a run is to do' });

const CONNECTION = '/v1/provisioning/organizations/:organization_id/connections/:connection_id';

/** Registers the routes. `app` authenticates. */
export function addJobRoutes(app: FastifyInstance, context: UnifiedContext): void {
  addSync(app, context);
  addJobList(app, context);
  app.get<OfJob>(
    '/v1/provisioning/jobs/:id',
    {
      schema: {
        ...operation(
          'Jobs',
          'Get one job',
          'State, counters for each stream, requests spent, and why it failed.',
        ),
        params: JobParams,
        response: { 200: Job, ...errorResponses(401, 403, 404, 503) },
      },
      config: { access: 'connections.read' },
    },
    async request => jobOf(await reachableJob(context, request, request.params.id)),
  );
  addUnmapped(app, context);
}

function addSync(app: FastifyInstance, context: UnifiedContext): void {
  const { connections, runQueue } = context.options;
  const schema = {
    ...operation(
      'Jobs',
      'Start a sync run now',
      'A run that already waits or works is given instead of a second one.',
    ),
    params: ConnectionParams,
    body: SyncBody,
    response: { 202: Job, ...errorResponses(400, 401, 403, 404, 409, 422, 503) },
  };
  app.post<OfConnection & { Body: z.infer<typeof SyncBody> }>(
    `${CONNECTION}/sync`,
    { schema, config: { access: 'sync.run' } },
    async (request, reply) => {
      const principal = context.principalOf(request);
      const { organization_id, connection_id } = request.params;
      await reachableOrganization(context.db, principal, organization_id);
      const connection = await connections.usable(organization_id, connection_id);
      if (connection.state === 'PAUSED') {
        throw new CallerError('CONFLICT', 'The connection is paused. Set its state to ACTIVE first.');
      }
      const { run } = await runQueue.request(connection.id, { ...request.body, requestedBy: 'api' });
      return reply.code(202).header('location', `/v1/provisioning/jobs/${run.id}`).send(jobOf(run));
    },
  );
}

function addJobList(app: FastifyInstance, context: UnifiedContext): void {
  const schema = {
    ...operation('Jobs', 'List the jobs of a connection', 'Newest first.'),
    params: ConnectionParams,
    querystring: PagedQuery,
    response: { 200: pagedAnswer(Job), ...errorResponses(401, 403, 404, 422, 503) },
  };
  app.get<OfConnection & { Querystring: PagedQuery }>(
    `${CONNECTION}/jobs`,
    { schema, config: { access: 'connections.read' } },
    async request => {
      const principal = context.principalOf(request);
      const { organization_id, connection_id } = request.params;
      await reachableOrganization(context.db, principal, organization_id);
      const { id } = await context.options.connections.get(organization_id, connection_id);
      const page = await pageOf(
        context,
        { surface: `connections/${id}/jobs`, organizationId: organization_id },
        request.query,
        window => listJobs(context.db, id, window),
        row => [row.created_at, row.id],
      );
      return { ...page, items: page.items.map(jobOf) };
    },
  );
}

function addUnmapped(app: FastifyInstance, context: UnifiedContext): void {
  const schema = {
    ...operation('Jobs', 'Records a job could not map', 'Kept as they were received; none is dropped.'),
    params: JobParams,
    querystring: PagedQuery,
    response: { 200: pagedAnswer(UnmappedRecord), ...errorResponses(401, 403, 404, 422, 503) },
  };
  app.get<OfJob & { Querystring: PagedQuery }>(
    '/v1/provisioning/jobs/:id/unmapped',
    { schema, config: { access: 'connections.read' } },
    async request => {
      const job = await reachableJob(context, request, request.params.id);
      const page = await pageOf(
        context,
        { surface: `jobs/${job.id}/unmapped`, organizationId: job.organization_id },
        request.query,
        window => listUnmapped(context.db, job.id, window),
        row => [row.content_hash, row.stream, row.part],
      );
      return { ...page, items: page.items.map(unmappedOf) };
    },
  );
}

/** Throws CallerError NOT_FOUND for a job of an organization that the caller may not know of. */
async function reachableJob(
  context: UnifiedContext,
  request: FastifyRequest,
  id: string,
): Promise<SyncRunsTable> {
  const principal = context.principalOf(request);
  const job = await findJob(context.db, id);
  if (job === null) throw noJob();
  await reachableOrganization(context.db, principal, job.organization_id).catch((error: unknown) => {
    throw error instanceof CallerError && error.code === 'NOT_FOUND' ? noJob() : error;
  });
  return job;
}

function noJob(): CallerError {
  return new CallerError('NOT_FOUND', 'There is no such job.');
}
