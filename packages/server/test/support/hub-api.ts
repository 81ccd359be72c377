/** The calls by which the end-to-end tests set a hub up and watch it: provisioning over HTTPS with the Admin's token. */
import { z } from 'zod';
import type { HttpsClient } from './https-client.ts';
import { until } from './processes.ts';
import type { RunningServer } from './program-lab.ts';

const Organizations = z.object({ items: z.tuple([z.looseObject({ id: z.string() })]) });

export const Connection = z.looseObject({
  id: z.string(),
  organization_id: z.string(),
  state: z.string(),
  last_synced_at: z.string().nullable(),
  health: z.looseObject({ name: z.string(), status: z.string() }),
});
export type Connection = z.infer<typeof Connection>;

const Counts = z.looseObject({
  companies_done: z.int(),
  companies_total: z.int(),
  read: z.int(),
  created: z.int(),
  updated: z.int(),
  unchanged: z.int(),
  resolved: z.int(),
  unmapped: z.int(),
});

export const Job = z.looseObject({
  id: z.string(),
  state: z.string(),
  counters: z.object({ companies: Counts, ratings: Counts, findings: Counts }),
  upstream: z.object({ requests: z.int(), retries: z.int() }),
  failure: z.looseObject({ reason: z.string(), message: z.string() }).nullable(),
});
export type Job = z.infer<typeof Job>;

/** The flags by which a hub may reach a sandbox. */
export function upstreamFlags(sandbox: RunningServer): string[] {
  return [
    '--upstream-host',
    new URL(sandbox.ready.base_url).host,
    '--upstream-ca',
    String(sandbox.ready.ca_file),
  ];
}

export class HubApi {
  readonly #client: HttpsClient;

  constructor(client: HttpsClient) {
    this.#client = client;
  }

  async organizationId(): Promise<string> {
    const { items } = Organizations.parse(await this.#ok('/v1/provisioning/organizations'));
    return items[0].id;
  }

  async connect(body: { credentials?: { username: string }; options: object }): Promise<Connection> {
    const path = `/v1/provisioning/organizations/${await this.organizationId()}/connections`;
    const answer = await this.#client.call(path, { method: 'POST', body: { vendor: 'BIT_SIGHT', ...body } });
    if (answer.status !== 201) throw new Error(`connecting was answered ${answer.status}: ${answer.text}`);
    return Connection.parse(answer.json);
  }

  async connection(connection: Connection): Promise<Connection> {
    return Connection.parse(await this.#ok(pathOf(connection)));
  }

  async change(connection: Connection, body: object): Promise<Connection> {
    return Connection.parse(await this.#ok(pathOf(connection), 'PATCH', body));
  }

  async sync(connection: Connection, mode: 'full' | 'incremental' = 'full'): Promise<Job> {
    return Job.parse(await this.#ok(`${pathOf(connection)}/sync`, 'POST', { mode }));
  }

  async job(id: string): Promise<Job> {
    return Job.parse(await this.#ok(`/v1/provisioning/jobs/${id}`));
  }

  async finished(id: string, deadlineMs = 40_000): Promise<Job> {
    return until(
      `job ${id} has ended`,
      async () => {
        const job = await this.job(id);
        return job.state === 'QUEUED' || job.state === 'RUNNING' ? null : job;
      },
      deadlineMs,
    );
  }

  async #ok(path: string, method: 'GET' | 'POST' | 'PATCH' = 'GET', body?: object): Promise<unknown> {
    const answer = await this.#client.call(path, { method, body });
    if (answer.status >= 300)
      throw new Error(`${method} ${path} was answered ${answer.status}: ${answer.text}`);
    return answer.json;
  }
}

export function pathOf(connection: Connection): string {
  return `/v1/provisioning/organizations/${connection.organization_id}/connections/${connection.id}`;
}
