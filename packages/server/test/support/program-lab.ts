/**
 * The program as its users run it: real processes on a folder of their own, in an environment of their own. Whatever a test
 * leaves behind, processes and folder, goes with `close`.
 */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { adminTokenOf } from './admin-token.ts';
import { HttpsClient } from './https-client.ts';
import { descendantsOf, isRunning, until } from './processes.ts';

const ENTRY = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
/** Compiled code is kept between processes: a start costs half. */
const COMPILE_CACHE = fileURLToPath(
  new URL('../../../../node_modules/.cache/sightline-tests', import.meta.url),
);
const START_MS = 30_000;
const FINISH_MS = 40_000;

/** The line that a server prints when it is ready (`--json`). */
export const ReadyLine = z.looseObject({
  base_url: z.string(),
  http_url: z.string(),
  ca_file: z.string().nullable(),
  /** Of a sandbox and the demo. */
  token: z.string().nullish(),
  /** Of a hub and the demo. */
  setup_link: z.string().nullish(),
  data_dir: z.string(),
  pid: z.int(),
});
export type ReadyLine = z.infer<typeof ReadyLine>;

export interface Finished {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

export interface RunOptions {
  env?: Record<string, string>;
  /** Given on standard input, which is closed after it. */
  input?: string;
}

type Child = ChildProcessByStdio<null, Readable, Readable>;

/** A process that was started and what it has said so far. */
export class Running {
  readonly pid: number;
  readonly finished: Promise<Finished>;
  readonly #child: Child;
  #stdout = '';
  #stderr = '';
  #isOver = false;

  constructor(child: Child) {
    this.#child = child;
    this.pid = child.pid ?? 0;
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.#stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text;
    });
    const { promise, resolve } = Promise.withResolvers<Finished>();
    // Not `close`: a child of the child may hold the pipes open.
    child.once('exit', (code, signal) => {
      this.#isOver = true;
      setImmediate(() => resolve({ code, signal, stdout: this.#stdout, stderr: this.#stderr }));
    });
    this.finished = promise;
  }

  get stdout(): string {
    return this.#stdout;
  }

  get stderr(): string {
    return this.#stderr;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Asks it to stop and returns how it ended. */
  async stop(signal: 'SIGTERM' | 'SIGINT' = 'SIGTERM'): Promise<Finished> {
    this.kill(signal);
    return this.finished;
  }

  /** The text that standard output has once `pattern` is in it. */
  async said(pattern: RegExp): Promise<string> {
    return until(
      `the process has said ${pattern}`,
      () => {
        if (pattern.test(this.#stdout)) return this.#stdout;
        if (this.#isOver) throw new Error(`the process ended instead:\n${this.#stdout}${this.#stderr}`);
        return null;
      },
      START_MS,
    );
  }
}

/** A server that is up. */
export class RunningServer {
  readonly process: Running;
  readonly ready: ReadyLine;
  readonly client: HttpsClient;
  /** The token that the client sends. */
  readonly token: string | null;

  constructor(process: Running, ready: ReadyLine, token: string | null) {
    this.process = process;
    this.ready = ready;
    this.token = token;
    this.client = new HttpsClient(ready, token);
  }

  get pid(): number {
    return this.process.pid;
  }

  stop(signal: 'SIGTERM' | 'SIGINT' = 'SIGTERM'): Promise<Finished> {
    return this.process.stop(signal);
  }

  async killNow(): Promise<void> {
    this.process.kill('SIGKILL');
    await this.process.finished;
  }
}

export class ProgramLab {
  readonly folder: string;
  readonly #processes: Running[] = [];
  readonly #servers: RunningServer[] = [];

  constructor() {
    this.folder = mkdtempSync(join(tmpdir(), 'sightline-program-'));
  }

  /** A path inside the lab's folder. */
  path(...parts: string[]): string {
    return join(this.folder, ...parts);
  }

  /** Starts `sightline <args>` and does not wait for it. */
  launch(args: readonly string[], env: Record<string, string> = {}): Running {
    const child = spawn(process.execPath, [ENTRY, ...args], {
      cwd: this.folder,
      env: this.#environment(env),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const running = new Running(child);
    this.#processes.push(running);
    return running;
  }

  /** Runs `sightline <args>` to its end. */
  async run(args: readonly string[], options: RunOptions = {}): Promise<Finished> {
    const child = spawn(process.execPath, [ENTRY, ...args], {
      cwd: this.folder,
      env: this.#environment(options.env ?? {}),
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    child.stdin.on('error', () => {}).end(options.input ?? '');
    const running = new Running(Object.assign(child, { stdin: null }));
    this.#processes.push(running);
    const late = setTimeout(() => running.kill('SIGKILL'), FINISH_MS);
    const finished = await running.finished;
    clearTimeout(late);
    return finished;
  }

  /** Starts `sightline serve` on the folder `name`, with free ports. Without a token given its client is an Admin's. */
  serve(name: string, args: readonly string[] = [], token: string | null = null): Promise<RunningServer> {
    return this.#server('serve', name, args, () => token ?? adminTokenOf(this.path(name)));
  }

  /** Starts `sightline sandbox` on the folder `name`, with free ports. */
  sandbox(name: string, args: readonly string[] = [], token: string | null = null): Promise<RunningServer> {
    return this.#server('sandbox', name, args, () => token);
  }

  /** The server behind a process that prints one JSON line when it is ready. */
  async ready(process: Running, token: string | null = null): Promise<RunningServer> {
    const ready = ReadyLine.parse(JSON.parse(await process.said(/\n/)));
    const server = new RunningServer(process, ready, token ?? ready.token ?? null);
    this.#servers.push(server);
    return server;
  }

  /** Ends everything that was started, and what that has started, and removes the folder. */
  async close(): Promise<void> {
    const left = this.#processes
      .filter(process => !process.isOver)
      .flatMap(process => [process.pid, ...descendantsOf(process.pid)]);
    for (const process of this.#processes) if (!process.isOver) process.kill('SIGKILL');
    await Promise.all(this.#servers.map(server => server.client.close()));
    await Promise.all(this.#processes.map(process => process.finished));
    await until('every process of the test has ended', () => (left.some(isRunning) ? null : true));
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #server(
    command: string,
    name: string,
    args: readonly string[],
    tokenOf: () => string | null | Promise<string>,
  ) {
    const ports = ['--port', '0', '--http-port', '0'];
    const process = this.launch([command, '--json', ...ports, '--data-dir', this.path(name), ...args]);
    await process.said(/\n/);
    return this.ready(process, await tokenOf());
  }

  /** Nothing of the developer's: no settings, no home, no key. */
  #environment(more: Record<string, string>): Record<string, string> {
    return {
      PATH: process.env.PATH ?? '',
      HOME: this.folder,
      TMPDIR: tmpdir(),
      NODE_COMPILE_CACHE: COMPILE_CACHE,
      ...more,
    };
  }
}
