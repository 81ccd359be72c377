// What the tests share: the payloads, one context and the history the store would add.
import { readFileSync } from 'node:fs';
import { companyId, type FindingContent, findingOf, mapFinding, TprmFinding } from '../src/index.ts';

export type Json = Record<string, unknown>;

export const CONNECTION = '0b7d2a6c-8a4e-4b8e-9d55-0d6a3c1f2e11';
export const GUID = 'a940bb61-33c4-42c9-9231-c8194c305db3';
export const CONTEXT = {
  connectionId: CONNECTION,
  companyGuid: GUID,
  companyId: companyId(CONNECTION, GUID),
};

const AT = '2026-01-02T03:04:05.678Z';

export function payload(file: string): Json {
  return JSON.parse(readFileSync(new URL(`fixtures/${file}`, import.meta.url), 'utf8'));
}

/** The only finding of a documented payload. */
export function documented(vector: string): Json {
  const partial = vector === 'spf' ? '' : '.partial';
  const { results } = payload(`company-findings.GET.doc.${vector}${partial}.json`);
  if (!Array.isArray(results)) throw new Error(`no results in the payload of ${vector}`);
  return results[0];
}

export function mapped(record: unknown): FindingContent {
  const outcome = mapFinding(record, CONTEXT);
  if (!outcome.ok) throw new Error(outcome.problems.join('; '));
  return outcome.value;
}

/** The finding as the store would give it, checked against the schema. */
export function stored(record: Json): TprmFinding {
  return TprmFinding.parse(withHistory(mapped(record), record));
}

export function withHistory(content: FindingContent, record: Json): TprmFinding {
  return findingOf(content, {
    state: content.reported_state,
    state_updated_at: AT,
    created_at: AT,
    updated_at: AT,
    last_synced_at: AT,
    vendor_data: record,
  });
}

export const COMPANY_HISTORY = { created_at: AT, updated_at: AT, last_synced_at: AT, deleted_at: null };

/** The smallest mappable finding, to be varied. */
export function sample(fields: Json = {}): Json {
  return {
    risk_vector: 'open_ports',
    risk_category: 'Diligence',
    rolledup_observation_id: 'rPFFNU9KxWPvS55FgjhbEQ==',
    first_seen: '2025-01-02',
    last_seen: '2025-02-03',
    ...fields,
  };
}
