/** Where the demo keeps its data, and which ports it takes: the usual ones, or the next that are free. */
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { defaultDataDir } from '../../config.ts';
import { OperatorError } from '../../errors.ts';

export interface Ports {
  hub: number;
  hubHttp: number;
  sandbox: number;
  sandboxHttp: number;
}

const MAX_TRIES = 100;
const HOST = '127.0.0.1';

export function demoFolders(
  dataDir: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): { hub: string; sandbox: string } {
  const root = dataDir === undefined ? defaultDataDir('demo', env) : resolve(dataDir);
  return { hub: join(root, 'hub'), sandbox: join(root, 'sandbox') };
}

/** Four different free ports, each the wanted one or the next after it; 0 stays 0. */
export async function freePorts(wanted: Ports): Promise<Ports> {
  const taken = new Set<number>();
  const next = async (start: number) => {
    const port = await nextFreePort(start, taken);
    if (port !== 0) taken.add(port);
    return port;
  };
  return {
    hub: await next(wanted.hub),
    sandbox: await next(wanted.sandbox),
    hubHttp: await next(wanted.hubHttp),
    sandboxHttp: await next(wanted.sandboxHttp),
  };
}

async function nextFreePort(start: number, taken: ReadonlySet<number>): Promise<number> {
  if (start === 0) return 0;
  for (let port = start; port < start + MAX_TRIES && port <= 65_535; port += 1) {
    if (!taken.has(port) && (await isFree(port))) return port;
  }
  throw new OperatorError(`No port from ${start} on is free. Give another with --port or --sandbox-port.`);
}

function isFree(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const probe = createServer();
  probe.once('error', () => resolve(false));
  probe.listen(port, HOST, () => probe.close(() => resolve(true)));
  return promise;
}
