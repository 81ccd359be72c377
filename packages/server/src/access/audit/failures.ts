/**
 * Failures of authentication on their way into the audit log: the first of a kind at once, the rest gathered into one row a
 * minute with a count, so that a flood of requests is no flood of rows. Source: tokens.md, "Audit".
 */
import type { Clock } from '../../clock.ts';
import type { Queryable, Store } from '../../store/store.ts';
import { networkOf } from '../network.ts';
import { ANONYMOUS, type AuditAction, type AuditTarget, type Origin } from './audit-event.ts';
import type { AuditLog } from './audit-log.ts';

export type FailureAction = Extract<
  AuditAction,
  'authentication.failed' | 'authentication.limited' | 'session.failed' | 'token.retrieval_failed'
>;

export interface Failure {
  readonly action: FailureAction;
  /** Null where it is not known; the owner organization's log then has it. */
  readonly organizationId: string | null;
  readonly origin: Origin;
  readonly target?: AuditTarget;
}

/** Between two rows of the same kind, address, organization and target. */
const GATHERED_MS = 60_000;
const CHECK_EVERY_MS = 5_000;
/** Kinds gathered at once, and so rows a minute. Beyond it failures are counted together by action, whatever their address. */
const MAX_GATHERED = 250;

interface Gathered {
  failure: Failure;
  /** Failures that no row tells of yet. */
  count: number;
  /** From when on they may be written. */
  dueAt: number;
}

export interface FailureLogOptions {
  store: Store;
  audit: AuditLog;
  clock: Clock;
  /** Told when rows could not be written; they are kept and tried again. */
  onError: (error: unknown) => void;
  maxGathered?: number;
}

export class FailureLog {
  readonly #options: FailureLogOptions;
  readonly #maxGathered: number;
  readonly #gathered = new Map<string, Gathered>();
  #timer: NodeJS.Timeout | null = null;
  #writing: Promise<void> = Promise.resolve();
  #isWriteDue = false;

  constructor(options: FailureLogOptions) {
    this.#options = options;
    this.#maxGathered = options.maxGathered ?? MAX_GATHERED;
  }

  /** Notes a failure. It never throws and waits for nothing; the row follows. */
  record(failure: Failure): void {
    const key = this.#keyFor(failure);
    const known = this.#gathered.get(key);
    if (known !== undefined) {
      known.count += 1;
      return;
    }
    const kept = key === overflowKey(failure) ? withoutAddress(failure) : failure;
    this.#gathered.set(key, { failure: kept, count: 1, dueAt: this.#options.clock.now() });
    this.#writeSoon();
  }

  /** Writes every few seconds what has been gathered for long enough. */
  start(): void {
    this.#timer ??= setInterval(() => void this.#writeDue(false), CHECK_EVERY_MS).unref();
  }

  /** Writes what is due. */
  async flush(): Promise<void> {
    await this.#writeDue(false);
  }

  /** Writes everything that was gathered, due or not, and writes no more by itself. */
  async stop(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    await this.#writeDue(true);
  }

  /** A failure of its own network and target, or, when too many are gathered, all of its action together. */
  #keyFor(failure: Failure): string {
    const key = keyOf(failure);
    return this.#gathered.has(key) || this.#gathered.size < this.#maxGathered ? key : overflowKey(failure);
  }

  #writeSoon(): void {
    if (this.#isWriteDue) return;
    this.#isWriteDue = true;
    setImmediate(() => {
      this.#isWriteDue = false;
      void this.#writeDue(false);
    });
  }

  /** One write after the other, so that `stop` has waited for them all. */
  #writeDue(isLast: boolean): Promise<void> {
    this.#writing = this.#writing.then(() => this.#write(isLast));
    return this.#writing;
  }

  async #write(isLast: boolean): Promise<void> {
    const now = this.#options.clock.now();
    const due = [...this.#gathered].filter(([, entry]) => isLast || entry.dueAt <= now);
    const rows = due
      .filter(([, entry]) => entry.count > 0)
      .map(([key, entry]) => ({ key, failure: entry.failure, count: entry.count }));
    // What nobody repeated for a minute is forgotten: its next one is a first one again.
    for (const [key, entry] of due) if (entry.count === 0) this.#gathered.delete(key);
    if (rows.length === 0) return;
    try {
      await this.#append(rows);
    } catch (error) {
      this.#options.onError(error);
      return;
    }
    for (const { key, count } of rows) {
      const entry = this.#gathered.get(key);
      if (entry === undefined) continue;
      entry.count -= count;
      entry.dueAt = now + GATHERED_MS;
    }
  }

  async #append(rows: readonly { failure: Failure; count: number }[]): Promise<void> {
    const { store, audit } = this.#options;
    await store.write(async transaction => {
      const owner = await ownerOrganizationId(transaction);
      for (const { failure, count } of rows) {
        const organizationId = failure.organizationId ?? owner;
        // Before the set-up there is no organization, and nobody whose log it were.
        if (organizationId === null) continue;
        const { action, origin, target } = failure;
        await audit.append(transaction, {
          organizationId,
          action,
          actor: ANONYMOUS,
          outcome: 'failure',
          origin,
          count,
          ...(target === undefined ? {} : { target }),
        });
      }
    });
  }
}

/** What the client calls itself is not part of it: whoever guesses writes another one each time. */
function keyOf({ action, organizationId, origin, target }: Failure): string {
  return JSON.stringify([
    action,
    organizationId,
    networkOf(origin.address),
    target?.kind,
    target?.guid ?? target?.name,
  ]);
}

function overflowKey({ action }: Failure): string {
  return `${action} from everywhere`;
}

function withoutAddress({ action }: Failure): Failure {
  return { action, organizationId: null, origin: { address: null, client: null } };
}

async function ownerOrganizationId(db: Queryable): Promise<string | null> {
  const row = await db.selectFrom('organizations').select('id').where('is_owner', '=', 1).executeTakeFirst();
  return row?.id ?? null;
}
