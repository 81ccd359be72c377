/** From an upstream finding to the row that is stored; pure. The columns are what lists filter and order by. */
import { hash } from 'node:crypto';
import {
  findingContentHash,
  findingFacts,
  isVulnerabilityFinding,
  type ReportedState,
  vulnerabilityFindingId,
} from '@sightline/model';
import type { Flag } from '../store/schema.ts';
import { isJsonObject, type JsonObject } from '../wire/json.ts';

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
  /** The id of its vulnerability finding when it is stored under `id`; null where it is none. */
  vulnerabilityId: string | null;
  /** Its first asset, lower case. */
  asset: string | null;
  /** Look-up values that no column holds: further assets, CVEs. */
  terms: string[];
  /** The record, parsed: what is computed of it only when it is written (finding-columns.ts). */
  content: JsonObject;
  record: string;
}

export interface UnmappedRow {
  contentHash: string;
  problems: string[];
  record: string;
}

export type ReadRow = { ok: true; row: FindingRow } | { ok: false; row: UnmappedRow };

/** `text` is the record as upstream wrote it: that is what is stored. */
export function readFindingRow(record: unknown, text: string, context: WalkContext): ReadRow {
  const contentHash = hash('sha256', withoutTemporaryId(text), 'base64url');
  const facts = findingFacts(record, context);
  if (!facts.ok) return { ok: false, row: { contentHash, problems: facts.problems, record: text } };
  const { value } = facts;
  const isVulnerability = isVulnerabilityFinding(value, record);
  return {
    ok: true,
    row: {
      id: value.id,
      identity: value.identity,
      contentHash,
      reportedState: value.reported_state,
      severity: value.severity ?? 'UNKNOWN',
      category: value.category,
      factor: value.factor,
      affectsScore: value.affects_score === null ? null : flag(value.affects_score),
      firstSeen: value.first_seen,
      lastSeen: value.last_seen,
      hasFix: flag(value.has_fix),
      isVulnerability: flag(isVulnerability),
      vulnerabilityId: isVulnerability ? vulnerabilityFindingId(value.id) : null,
      asset: value.assets[0]?.value.toLowerCase() ?? null,
      terms: termsOf(value.assets, value.cves),
      content: isJsonObject(record) ? record : {},
      record: text,
    },
  };
}

const TEMPORARY_ID = /"temporary_id"\s*:\s*"(?:[^"\\]|\\.)*"/;

/**
 * The record's text without `temporary_id`, which changes between reads. Spacing and the order of fields still count here; a
 * difference is looked at again by content before anything is written (`isSameContent`).
 */
function withoutTemporaryId(text: string): string {
  const found = TEMPORARY_ID.exec(text);
  if (found === null) return text;
  return text.slice(0, found.index) + text.slice(found.index + found[0].length);
}

/** Whether two upstream records say the same, whatever the order of their fields and their temporary ids. */
export function isSameContent(one: string, other: string): boolean {
  return findingContentHash(JSON.parse(one)) === findingContentHash(JSON.parse(other));
}

function termsOf(assets: readonly { value: string }[], cves: readonly string[]): string[] {
  if (assets.length < 2 && cves.length === 0) return [];
  const terms = new Set<string>();
  for (const asset of assets.slice(1)) terms.add(`asset:${asset.value.toLowerCase()}`);
  for (const cve of cves) terms.add(`cve:${cve}`);
  return [...terms];
}

function flag(value: boolean): Flag {
  return value ? 1 : 0;
}
