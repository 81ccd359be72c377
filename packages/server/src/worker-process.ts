/**
 * The sync worker as a child process: bulk writing in the process that serves HTTP would make every request wait. It is
 * started again when it dies, and ends with its parent.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Clock } from './clock.ts';
import { useCompileCache } from './compile-cache.ts';
import type { Logger } from './log.ts';
import type { WorkerSettings } from './worker-main.ts';

const ENTRY = fileURLToPath(new URL('./worker-main.ts', import.meta.url));
/** Small new space: pages are large and short-lived, and what survives two collections is kept for long. The old one is a safety net. */
const NODE_FLAGS = ['--max-semi-space-size=4', '--max-old-space-size=512'];
/** glibc keeps freed memory in an arena for each thread that ever asked; two are enough here. */
const MALLOC_ARENAS = '2';
const RESTART_MIN_MS = 500;
const RESTART_MAX_MS = 60_000;
const STOP_GRACE_MS = 10_000;

export class WorkerProcess {
  readonly #settings: WorkerSettings;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #stopping = new AbortController();
  #child: ChildProcess | null = null;
  #supervision: Promise<void> = Promise.resolve();

  constructor(settings: WorkerSettings, clock: Clock, logger: Logger) {
    this.#settings = settings;
    this.#clock = clock;
    this.#logger = logger;
  }

  /** The number of the process, for tests and messages; null while there is none. */
  get pid(): number | null {
    return this.#child?.pid ?? null;
  }

  start(): void {
    this.#supervision = this.#supervise();
  }

  wake(): void {
    if (this.#child?.connected === true) this.#child.send('wake');
  }

  /** Lets the commit in work finish; the run goes on at the next start. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    const child = this.#child;
    if (child?.connected === true) child.send('stop');
    const deadline = setTimeout(() => child?.kill('SIGKILL'), STOP_GRACE_MS);
    await this.#supervision;
    clearTimeout(deadline);
  }

  /** For a worker that ends by itself (`untilIdle`). */
  async runOnce(): Promise<void> {
    const child = this.#fork();
    await once(child, 'exit');
    this.#child = null;
  }

  async #supervise(): Promise<void> {
    let pauseMs = RESTART_MIN_MS;
    while (!this.#stopping.signal.aborted) {
      const startedAtMs = this.#clock.now();
      const child = this.#fork();
      const [code, signal] = await once(child, 'exit');
      this.#child = null;
      if (this.#stopping.signal.aborted) return;
      this.#logger.error({ code, signal }, 'the sync worker ended unexpectedly and is started again');
      pauseMs = this.#clock.now() - startedAtMs > RESTART_MAX_MS ? RESTART_MIN_MS : pauseMs * 2;
      await this.#clock.sleep(Math.min(pauseMs, RESTART_MAX_MS), this.#stopping.signal).catch(() => {});
    }
  }

  #fork(): ChildProcess {
    useCompileCache();
    const child = fork(ENTRY, [JSON.stringify(this.#settings)], {
      execArgv: NODE_FLAGS,
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      env: { MALLOC_ARENA_MAX: MALLOC_ARENAS, ...process.env },
    });
    this.#child = child;
    return child;
  }
}
