/** Runs the load in a process of its own; an answer that is not 2xx spoils the figure, so it throws. */
import { z } from 'zod';
import { startProcess } from './processes.ts';

const Load = z.object({
  requests_per_second: z.number(),
  p99_ms: z.number(),
  non_2xx: z.number(),
  errors: z.number(),
});

export interface LoadSettings {
  seconds: number;
  connections: number;
}

export interface LoadFigures {
  requestsPerSecond: number;
  /** 99 of 100 answers took no longer, in milliseconds. */
  p99Ms: number;
}

/** Requests per second. Tokens are as load.ts takes them. */
export async function requestLoad(
  url: string,
  settings: LoadSettings,
  tokens: readonly string[] = [],
): Promise<number> {
  return (await measuredLoad(url, settings, tokens)).requestsPerSecond;
}

/** As `requestLoad`, with the time that answers took. */
export async function measuredLoad(
  url: string,
  { seconds, connections }: LoadSettings,
  tokens: readonly string[] = [],
): Promise<LoadFigures> {
  const process = await startProcess('bench/support/load.ts', [
    url,
    String(seconds),
    String(connections),
    ...tokens,
  ]);
  const result = Load.parse(JSON.parse(process.line));
  if (result.non_2xx > 0 || result.errors > 0)
    throw new Error(`${url} did not answer every request: ${process.line}`);
  return { requestsPerSecond: result.requests_per_second, p99Ms: result.p99_ms };
}
