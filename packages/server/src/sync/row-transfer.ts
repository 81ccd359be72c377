/**
 * Finding rows on their way between threads: one flat array instead of a thousand objects, which the structured clone writes
 * and reads in half the time.
 */
import { REPORTED_STATES } from '@sightline/model';
import type { FindingRow } from './finding-row.ts';

const FIELDS = 16;
/** Taken out of look-up values, where it can only be an accident of upstream. */
const SEPARATOR = '\u0000';

export type PackedRows = (string | number | null)[];

export function packRows(rows: readonly FindingRow[]): PackedRows {
  const packed: PackedRows = [];
  for (const row of rows) {
    packed.push(
      row.id,
      row.identity,
      row.contentHash,
      row.reportedState,
      row.severity,
      row.category,
      row.factor,
      row.affectsScore,
      row.firstSeen,
      row.lastSeen,
      row.hasFix,
      row.isVulnerability,
      row.vulnerabilityId,
      row.asset,
      row.terms.length === 0 ? null : packTerms(row.terms),
      row.record,
    );
  }
  return packed;
}

/** Throws for an array that `packRows` did not make. */
export function unpackRows(packed: PackedRows): FindingRow[] {
  const rows: FindingRow[] = [];
  for (let at = 0; at < packed.length; at += FIELDS) {
    const terms = packed[at + 14];
    const reported = packed[at + 3];
    rows.push({
      id: text(packed[at]),
      identity: text(packed[at + 1]),
      contentHash: text(packed[at + 2]),
      reportedState: reported === REPORTED_STATES[1] ? REPORTED_STATES[1] : REPORTED_STATES[0],
      severity: text(packed[at + 4]),
      category: optionalText(packed[at + 5]),
      factor: text(packed[at + 6]),
      affectsScore: packed[at + 7] === null ? null : flag(packed[at + 7]),
      firstSeen: optionalText(packed[at + 8]),
      lastSeen: optionalText(packed[at + 9]),
      hasFix: flag(packed[at + 10]),
      isVulnerability: flag(packed[at + 11]),
      vulnerabilityId: optionalText(packed[at + 12]),
      asset: optionalText(packed[at + 13]),
      terms: typeof terms === 'string' ? terms.split(SEPARATOR) : [],
      record: text(packed[at + 15]),
    });
  }
  return rows;
}

function packTerms(terms: readonly string[]): string {
  return terms.map(term => term.replaceAll(SEPARATOR, '')).join(SEPARATOR);
}

function text(value: string | number | null | undefined): string {
  if (typeof value !== 'string') throw new TypeError('a packed row is not whole');
  return value;
}

function optionalText(value: string | number | null | undefined): string | null {
  return value === null ? null : text(value);
}

function flag(value: string | number | null | undefined): 0 | 1 {
  return value === 1 ? 1 : 0;
}
