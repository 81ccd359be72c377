/**
 * Checks the audit log's chain: an edited row, a gap, a cut end. What was cut together with the stored head shows only
 * against a head that was kept elsewhere. Source: tokens.md, "Audit".
 */
import type { Queryable } from '../../store/store.ts';
import { type AuditHead, GENESIS, macOf, readHead } from './audit-log.ts';
import type { AuditRow } from './audit-reader.ts';

const BATCH_ROWS = 1_000;

export interface AuditProblem {
  /** The first row that is not as it was written, or the number of the first one that is not there. */
  readonly sequence: number;
  readonly kind: 'edited' | 'gap' | 'cut_end' | 'head_not_found';
  readonly message: string;
}

export interface AuditVerification {
  /** Rows that are as they were written, from the first on. */
  readonly rows: number;
  readonly problem: AuditProblem | null;
  /** The end of what was verified, to be kept elsewhere. */
  readonly head: AuditHead;
}

/**
 * Walks the whole chain, of every organization. `keptMac` is the MAC of a head that was kept outside of this database: it must
 * occur in the chain. Rows that are appended meanwhile are verified too.
 */
export async function verifyAuditLog(
  db: Queryable,
  key: Buffer,
  keptMac: string | null = null,
): Promise<AuditVerification> {
  // Before the rows: what is appended from here on makes the chain longer than this head, never shorter.
  const stored = await readHead(db);
  const chain = new ChainCheck(key, stored, keptMac);
  for (let after: number | null = null; ; ) {
    const rows = await batchAfter(db, after);
    for (const row of rows) {
      const problem = chain.take(row);
      if (problem !== null) return chain.result(problem);
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < BATCH_ROWS) return chain.result(chain.end());
    after = Number(last.sequence);
  }
}

async function batchAfter(db: Queryable, after: number | null): Promise<AuditRow[]> {
  const query = db.selectFrom('audit_log').selectAll().orderBy('sequence').limit(BATCH_ROWS);
  return (after === null ? query : query.where('sequence', '>', after)).execute();
}

class ChainCheck {
  readonly #key: Buffer;
  readonly #stored: AuditHead;
  readonly #keptMac: string | null;
  #at: AuditHead = GENESIS;
  #foundKept = false;

  constructor(key: Buffer, stored: AuditHead, keptMac: string | null) {
    this.#key = key;
    this.#stored = stored;
    this.#keptMac = keptMac;
  }

  /** Checks the next row. */
  take(row: AuditRow): AuditProblem | null {
    const expected = this.#at.sequence + 1;
    const sequence = Number(row.sequence);
    if (sequence < expected) return edited(sequence);
    if (sequence > expected) {
      const message = `Row ${expected} is missing: the next one is ${sequence}. Rows were deleted.`;
      return { sequence: expected, kind: 'gap', message };
    }
    if (macOf(this.#key, this.#at.mac, row) !== row.mac) return edited(sequence);
    this.#at = { sequence, mac: row.mac };
    if (row.mac === this.#keptMac) this.#foundKept = true;
    return sequence === this.#stored.sequence && row.mac !== this.#stored.mac ? edited(sequence) : null;
  }

  /** What is wrong with the end, once every row was taken. */
  end(): AuditProblem | null {
    const next = this.#at.sequence + 1;
    if (this.#stored.sequence > this.#at.sequence) {
      const message = `Row ${next} and what follows it is missing: the log once went on to row ${this.#stored.sequence}.`;
      return { sequence: next, kind: 'cut_end', message };
    }
    if (this.#stored.sequence === 0 && this.#at.sequence > 0) {
      const message = 'The stored head of the log is missing: it was deleted.';
      return { sequence: next, kind: 'cut_end', message };
    }
    if (this.#keptMac === null || this.#foundKept) return null;
    const message = `The head that was kept is not in the log, which ends with row ${this.#at.sequence}: its end was cut or rewritten.`;
    return { sequence: next, kind: 'head_not_found', message };
  }

  result(problem: AuditProblem | null): AuditVerification {
    return { rows: this.#at.sequence, problem, head: this.#at };
  }
}

function edited(sequence: number): AuditProblem {
  const message = `Row ${sequence} is not as it was written: it was changed, put in, or its predecessor was changed.`;
  return { sequence, kind: 'edited', message };
}
