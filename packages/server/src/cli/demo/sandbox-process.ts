/** The demo's sandbox: `sightline sandbox --json` as a child process, so that generating data never slows the hub. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { OperatorError } from '../../errors.ts';
import type { Ports } from './places.ts';

const ENTRY = fileURLToPath(new URL('../main.ts', import.meta.url));
const STOP_GRACE_MS = 8_000;

const Ready = z.object({
  base_url: z.string(),
  ca_file: z.string(),
  company_count: z.int(),
  finding_count: z.int(),
});

export interface SandboxProcess {
  baseUrl: string;
  caFile: string;
  dataDir: string;
  companyCount: number;
  findingCount: number;
  /** Resolves when the process ends by itself. */
  ended: Promise<void>;
  stop(): Promise<void>;
}

/** Throws OperatorError when the sandbox does not come up; its own message stands above. */
export async function startSandboxProcess(options: {
  dataDir: string;
  ports: Ports;
  companies: string | undefined;
  findingsPerCompany: string | undefined;
}): Promise<SandboxProcess> {
  const size = [
    ...(options.companies === undefined ? [] : ['--companies', options.companies]),
    ...(options.findingsPerCompany === undefined
      ? []
      : ['--findings-per-company', options.findingsPerCompany]),
  ];
  const ports = ['--port', String(options.ports.sandbox), '--http-port', String(options.ports.sandboxHttp)];
  const child = fork(
    ENTRY,
    ['sandbox', '--json', '--log-level', 'warn', '--data-dir', options.dataDir, ...ports, ...size],
    { stdio: ['ignore', 'pipe', 'inherit', 'ipc'], execArgv: [] },
  );
  const ended = once(child, 'exit').then(() => {});
  const line = await Promise.race([firstLine(child), ended.then(() => null)]);
  if (line === null) throw new OperatorError('The sandbox did not start; its message is above.');
  const ready = Ready.parse(JSON.parse(line));
  return {
    baseUrl: ready.base_url,
    caFile: ready.ca_file,
    dataDir: options.dataDir,
    companyCount: ready.company_count,
    findingCount: ready.finding_count,
    ended,
    stop: () => stop(child, ended),
  };
}

async function firstLine(child: ChildProcess): Promise<string> {
  const { stdout } = child;
  if (stdout === null) throw new Error('the child has no standard output');
  const lines = createInterface({ input: stdout });
  const [line] = await once(lines, 'line');
  lines.close();
  stdout.resume();
  return String(line);
}

async function stop(child: ChildProcess, ended: Promise<void>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  const deadline = setTimeout(() => child.kill('SIGKILL'), STOP_GRACE_MS);
  await ended;
  clearTimeout(deadline);
}
