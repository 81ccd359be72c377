/** From an upstream finding to the row that is stored; pure. The columns are what lists filter and order by. */
import {
  findingContentHash,
  findingIdentity,
  hasFix,
  isVulnerabilityFinding,
  mapFinding,
  type ReportedState,
  vulnerabilityFindingId,
} from '@sightline/model';
import type { Flag } from '../store/schema.ts';

export interface WalkContext {
  organizationId: string;
  connectionId: string;
  /** Upstream guid and our id of the company whose findings are walked. */
  companyGuid: string;
  companyId: string;
}

export interface FindingRow {
  id: string;
  identity: string;
  contentHash: string;
  reportedState: ReportedState;
  severity: string;
  category: string | null;
  factor: string;
  affectsScore: Flag | null;
  firstSeen: string | null;
  lastSeen: string | null;
  hasFix: Flag;
  isVulnerability: Flag;
  /** Look-up values without the one made of the id, which a collision changes. */
  terms: string[];
  record: string;
}

export interface UnmappedRow {
  contentHash: string;
  problems: string[];
  record: string;
}

export type ReadRow = { ok: true; row: FindingRow } | { ok: false; row: UnmappedRow };

export function readFindingRow(record: unknown, context: WalkContext): ReadRow {
  const contentHash = findingContentHash(record);
  const mapped = mapFinding(record, context);
  if (!mapped.ok) {
    return {
      ok: false,
      row: { contentHash, problems: mapped.problems, record: JSON.stringify(record) ?? 'null' },
    };
  }
  const content = mapped.value;
  return {
    ok: true,
    row: {
      id: content.id,
      identity: findingIdentity(record),
      contentHash,
      reportedState: content.reported_state,
      severity: content.severity ?? 'UNKNOWN',
      category: content.category,
      factor: content.factor,
      affectsScore: content.affects_score === null ? null : flag(content.affects_score),
      firstSeen: content.first_seen,
      lastSeen: content.last_seen,
      hasFix: flag(hasFix(content)),
      isVulnerability: flag(isVulnerabilityFinding(content, record)),
      terms: termsOf(content.assets, content.cves),
      record: JSON.stringify(record),
    },
  };
}

/** All look-up values of a stored finding; `id` is the id it is stored under. */
export function findingTerms(row: FindingRow, id: string): string[] {
  return row.isVulnerability === 1 ? [...row.terms, `vuln:${vulnerabilityFindingId(id)}`] : row.terms;
}

function termsOf(assets: readonly { value: string }[], cves: readonly string[]): string[] {
  const terms = new Set<string>();
  for (const asset of assets) terms.add(`asset:${asset.value.toLowerCase()}`);
  for (const cve of cves) terms.add(`cve:${cve}`);
  return [...terms];
}

function flag(value: boolean): Flag {
  return value ? 1 : 0;
}
