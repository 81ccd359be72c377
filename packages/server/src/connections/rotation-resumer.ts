/** Takes rotations up again that lost their driver, at the hub's start and ever after: a timer over one small query. */
import type { Logger } from '../log.ts';
import type { RotationService } from './rotation.ts';

const EVERY_MS = 30_000;

export class RotationResumer {
  readonly #rotations: RotationService;
  readonly #logger: Logger;
  #timer: NodeJS.Timeout | null = null;
  #underWay: Promise<void> | null = null;

  constructor(rotations: RotationService, logger: Logger) {
    this.#rotations = rotations;
    this.#logger = logger;
  }

  /** Looks at once, and then every half minute. */
  start(): void {
    this.#look();
    this.#timer = setInterval(() => this.#look(), EVERY_MS);
    this.#timer.unref();
  }

  /** Ends when the rotation in work has come to its end, which its bounded calls bound. */
  async stop(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    await this.#underWay;
  }

  #look(): void {
    // One look at a time: a slow upstream must not gather them.
    this.#underWay ??= this.#rotations
      .resumeAll((error, connection) => this.#report(error, connection))
      .catch(error => this.#report(error, null))
      .finally(() => {
        this.#underWay = null;
      });
  }

  #report(error: unknown, connection: string | null): void {
    this.#logger.error({ err: error, connection }, 'a rotation of an upstream token met an error');
  }
}
