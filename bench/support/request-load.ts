/** Runs the load in its own process and gives requests per second; an answer that is not 2xx spoils the figure, so it throws. */
import { z } from 'zod';
import { startProcess } from './processes.ts';

const Load = z.object({ requests_per_second: z.number(), non_2xx: z.number(), errors: z.number() });

export interface LoadSettings {
  seconds: number;
  connections: number;
}

/** Tokens are as load.ts takes them. */
export async function requestLoad(
  url: string,
  { seconds, connections }: LoadSettings,
  tokens: readonly string[] = [],
): Promise<number> {
  const process = await startProcess('bench/support/load.ts', [
    url,
    String(seconds),
    String(connections),
    ...tokens,
  ]);
  const result = Load.parse(JSON.parse(process.line));
  if (result.non_2xx > 0 || result.errors > 0)
    throw new Error(`${url} did not answer every request: ${process.line}`);
  return result.requests_per_second;
}
