/** Which part of an upstream account a connection's options ask for, as query parameters and predicates; pure. */
import { SEVERITIES, type Severity } from '@sightline/model';
import type { WalkedRange } from './finding-store.ts';

export interface SyncScope {
  /** Folder and tier guids; empty: all. */
  folders: readonly string[];
  tiers: readonly string[];
  /** Names, domains or guids; empty: all. */
  companies: readonly string[];
  /** Risk vector slugs; empty: all. */
  riskVectors: readonly string[];
  minimumSeverity: Severity | null;
  /** YYYY-MM-DD: findings last seen before it are not read. */
  backfillFrom: string | null;
}

/** Least numeric severity of each class (bitsight-api facts, 5.2): severe ≥ 9, material ≥ 7, moderate ≥ 4. */
const SEVERITY_FLOOR: Readonly<Record<Severity, number>> = Object.freeze({
  CRITICAL: 9,
  HIGH: 7,
  MEDIUM: 4,
  LOW: 1,
});

/** Parameters of GET /v2/portfolio. */
export function portfolioFilters(scope: SyncScope): Record<string, string> {
  return {
    ...(scope.folders.length > 0 ? { folder: scope.folders.join(',') } : {}),
    ...(scope.tiers.length > 0 ? { tier: scope.tiers.join(',') } : {}),
  };
}

/** Parameters of GET /v1/companies/{guid}/findings. `seenSince` narrows an incremental walk. */
export function findingFilters(scope: SyncScope, seenSince: string | null): Record<string, string> {
  const from = [scope.backfillFrom, seenSince]
    .filter(day => day !== null)
    .sort()
    .at(-1);
  return {
    ...(scope.riskVectors.length > 0 ? { risk_vector: scope.riskVectors.join(',') } : {}),
    ...(scope.minimumSeverity !== null
      ? { severity_gte: String(SEVERITY_FLOOR[scope.minimumSeverity]) }
      : {}),
    ...(from !== undefined ? { last_seen_gte: from } : {}),
  };
}

/** The stored findings a full walk with these options would have returned. */
export function walkedRange(scope: SyncScope): WalkedRange {
  const { minimumSeverity } = scope;
  return {
    factors: scope.riskVectors.length > 0 ? scope.riskVectors : null,
    severities:
      minimumSeverity === null ? null : SEVERITIES.slice(0, SEVERITIES.indexOf(minimumSeverity) + 1),
    lastSeenFrom: scope.backfillFrom,
  };
}

/** Whether the options name this company; by guid, domain or name, whatever the case. */
export function namesCompany(
  scope: SyncScope,
  company: { guid: string; name: string | null; domain: string | null },
): boolean {
  if (scope.companies.length === 0) return true;
  const names = [company.guid, company.name, company.domain].map(name => name?.toLowerCase());
  return scope.companies.some(wanted => names.includes(wanted.trim().toLowerCase()));
}
