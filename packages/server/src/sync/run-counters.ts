/** What a run has done so far, as it is stored with the run and shown by the API, the command line and the console. */
import { z } from 'zod';

const count = z.int().nonnegative().default(0);

export const StreamCounters = z.object({
  /** Companies whose part of the stream is done, and how many there are to do. */
  companies_done: count,
  companies_total: count,
  /** Rows that upstream says there are, as far as its pages have told. */
  expected: count,
  /** Rows read from upstream, repeated ones included. */
  read: count,
  created: count,
  updated: count,
  unchanged: count,
  /** Findings that became RESOLVED, companies that left the portfolio. */
  resolved: count,
  /** Rows that the same walk had already read, to the letter. */
  duplicates: count,
  /** Different rows of one identity in one walk; both are kept. */
  collisions: count,
  /** Rows that could not be mapped; kept raw and listed under the job. */
  unmapped: count,
  /** Companies that upstream does not let this token read (403). */
  forbidden: count,
  /** Companies that could not be read to the end in this run. */
  failed: count,
  /** Walks begun anew because the list changed while it was read. */
  rewalks: count,
});
export type StreamCounters = z.infer<typeof StreamCounters>;

export const RunCounters = z.object({
  companies: StreamCounters.prefault({}),
  ratings: StreamCounters.prefault({}),
  findings: StreamCounters.prefault({}),
  upstream: z.object({ requests: count, retries: count }).prefault({}),
});
export type RunCounters = z.infer<typeof RunCounters>;

export type StreamName = 'companies' | 'ratings' | 'findings';
/** What one commit adds to a run's counters. */
export type CounterDelta = Partial<Record<StreamName, Partial<StreamCounters>>>;

export function emptyCounters(): RunCounters {
  return RunCounters.parse({});
}

/** The counters after a commit; neither argument is changed. */
export function addCounters(counters: RunCounters, delta: CounterDelta): RunCounters {
  return {
    ...counters,
    companies: addStream(counters.companies, delta.companies),
    ratings: addStream(counters.ratings, delta.ratings),
    findings: addStream(counters.findings, delta.findings),
  };
}

function addStream(counters: StreamCounters, delta: Partial<StreamCounters> = {}): StreamCounters {
  const sum = { ...counters };
  for (const name of Object.keys(StreamCounters.shape)) {
    if (isCounterName(name)) sum[name] = counters[name] + (delta[name] ?? 0);
  }
  return sum;
}

function isCounterName(name: string): name is keyof StreamCounters {
  return name in StreamCounters.shape;
}
