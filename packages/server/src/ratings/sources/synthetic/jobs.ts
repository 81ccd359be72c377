/**
 * Downloads of findings that affect the rating, at once or by a job. A job is under way when it is first asked for and done when it
 * is asked for again, so that a client meets both whatever its pace. Facts: bitsight-api.md, 3.3.
 */

import { RecentMap } from '../../../access/recent-map.ts';
import type { Clock } from '../../../clock.ts';
import { newId } from '../../../ids.ts';
import { FINDING_SCHEMA } from '../../../wire/finding-filters.ts';
import type { JsonObject } from '../../../wire/json.ts';
import { listQueryOf } from '../../../wire/list-query.ts';
import { parametersOf } from '../../../wire/parameters.ts';
import type { PortfolioReader } from '../../portfolio-reader.ts';
import { type Answer, type Ask, flagOption, type Queries, sees, type View } from '../../source.ts';
import { notFound } from '../../wire-errors.ts';

export function jobQueries(reader: PortfolioReader, clock: Pick<Clock, 'now'>): Queries {
  const jobs = new Jobs(clock);
  return {
    'company.findings.download': (view, ask) =>
      flagOption(ask, 'async') ? jobs.start(reader, view, ask) : download(reader, view, ask),
    job: (view, ask) => jobs.look(view, ask),
  };
}

const AFFECTING = listQueryOf(
  parametersOf(`?affects_rating=true&limit=${Number.MAX_SAFE_INTEGER}`),
  FINDING_SCHEMA,
);

async function download(reader: PortfolioReader, view: View, ask: Ask): Promise<Answer | null> {
  const page = await reader.findings(view, ask.path.guid ?? '', AFFECTING);
  return page === null ? null : { kind: 'page', page };
}

interface Job {
  readonly company: string;
  readonly created: string;
  isDone: boolean;
}

/** The jobs that are remembered; the oldest are forgotten. */
const REMEMBERED = 1_000;

class Jobs {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #jobs = new RecentMap<Job>(REMEMBERED);

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  async start(reader: PortfolioReader, view: View, ask: Ask): Promise<Answer | null> {
    const company = (ask.path.guid ?? '').toLowerCase();
    if ((await reader.ratings(view, company)) === null) return null;
    const guid = newId();
    const job = { company, created: this.#now(), isDone: false };
    this.#jobs.set(guid, job);
    return { kind: 'status', status: 202, body: this.#report(guid, job) };
  }

  /** Throws NOT_FOUND for a job that is not known, or is about a company outside the view. */
  look(view: View, ask: Ask): Answer {
    const guid = ask.path.guid ?? '';
    const job = this.#jobs.get(guid);
    if (job === undefined || !sees(view, job.company)) throw notFound();
    const body = this.#report(guid, job);
    if (!job.isDone) {
      job.isDone = true;
      return { kind: 'status', status: 202, body };
    }
    const path = `/ratings/v1/companies/${job.company}/findings/core-affects-ratings-download`;
    return { kind: 'status', status: 303, body, headers: { location: `${view.baseUrl}${path}` } };
  }

  #report(guid: string, { created, isDone }: Job): JsonObject {
    return {
      guid,
      status: isDone ? 'done' : 'pending',
      created_time: created,
      updated_time: this.#now(),
      message: isDone ? 'The file is ready.' : 'The file is being made.',
    };
  }

  #now(): string {
    return `${new Date(this.#clock.now()).toISOString().slice(0, 19)}Z`;
  }
}
