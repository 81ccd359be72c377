/** Rows as the sync writes them: connections, companies and findings with records in Bitsight's shape. */
import { companyId, vulnerabilityFindingId } from '@sightline/model';
import { v5 } from 'uuid';
import type { CompaniesTable, ConnectionsTable, FindingsTable } from '../../src/store/schema.ts';
import type { Queryable, Store } from '../../src/store/store.ts';
import { findingColumns } from '../../src/sync/finding-columns.ts';
import type { JsonObject } from '../../src/wire/json.ts';
import { connectionRow } from '../support/stored-companies.ts';
import { NOW, OWNER_ORGANIZATION } from './harness.ts';

const NAMESPACE = '11111111-1111-4111-8111-111111111111';

/** A uuid that stands for `text` in a test. */
export function uuid(text: string): string {
  return v5(text, NAMESPACE);
}

export async function addConnection(
  store: Store,
  id: string,
  more: Partial<ConnectionsTable> = {},
): Promise<string> {
  await store.write(async transaction => {
    await transaction
      .insertInto('connections')
      .values({
        ...connectionRow(id, OWNER_ORGANIZATION),
        ...{ created_at: NOW, updated_at: NOW },
        ...more,
      })
      .execute();
  });
  return id;
}

export type CompanySeed = Partial<CompaniesTable> & { industry?: string };

/** A company with a content that follows its columns. */
export function companyRow(connectionId: string, guid: string, seed: CompanySeed = {}): CompaniesTable {
  const { industry, ...more } = seed;
  const id = companyId(connectionId, guid);
  const name = more.name ?? `Company ${guid.slice(0, 8)}`;
  const content = {
    id,
    connection_id: connectionId,
    vendor: 'BIT_SIGHT',
    vendor_id: guid,
    name,
    domain: more.domain ?? null,
    homepage: null,
    description: null,
    industry: industry ?? null,
    sub_industry: null,
    overall_score: more.score ?? null,
    overall_grade: more.grade ?? null,
    score_scale: { min: 250, max: 900 },
    score_date: null,
    factors: [],
    is_monitored: (more.is_monitored ?? 1) === 1,
    subscription: null,
    tier: more.tier ?? null,
    lifecycle: more.lifecycle ?? null,
    relationship: null,
    custom_id: null,
    employee_count: null,
    ip_count: null,
    added_at: null,
  };
  return {
    id,
    organization_id: OWNER_ORGANIZATION,
    connection_id: connectionId,
    vendor_id: guid,
    name,
    name_key: name.toLowerCase(),
    domain: null,
    industry_key: industry?.toLowerCase() ?? null,
    score: null,
    grade: null,
    tier: null,
    lifecycle: null,
    is_monitored: 1,
    content_hash: 'h',
    content: JSON.stringify(content),
    record: JSON.stringify({ listed: { guid, name }, detail: null }),
    created_at: NOW,
    updated_at: NOW,
    deleted_at: null,
    ...more,
  };
}

export async function addCompanies(db: Queryable, rows: readonly CompaniesTable[]): Promise<void> {
  for (const row of rows) await db.insertInto('companies').values(row).execute();
}

/** A finding's upstream record. */
function findingRecord(key: string, more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    temporary_id: `A9Jq47BBje${key}`,
    affects_rating: true,
    assets: [
      { asset: `${key}.example.com`, identifier: null, category: 'low', importance: 0.2, is_ip: false },
    ],
    details: {
      dest_port: 443,
      remediations: [{ message: 'Old TLS', help_text: 'help', remediation_tip: 'Renew' }],
    },
    evidence_key: `${key}.example.com:443`,
    first_seen: '2026-01-01',
    last_seen: '2026-02-01',
    risk_category: 'Diligence',
    risk_vector: 'open_ports',
    risk_vector_label: 'Open Ports',
    rolledup_observation_id: `obs-${key}`,
    severity: 5.0,
    severity_category: 'moderate',
    tags: [],
    ...more,
  };
}

export type FindingSeed = Partial<FindingsTable> & { terms?: string[]; upstream?: Record<string, unknown> };

/** A finding's row and terms. */
export function findingRow(
  company: { id: string; organization_id: string },
  key: string,
  seed: FindingSeed = {},
) {
  const { terms = [], upstream = {}, ...more } = seed;
  const id = more.id ?? uuid(`finding-${company.id}-${key}`);
  const isVulnerability = (more.is_vulnerability ?? 1) === 1;
  const record = JSON.stringify(findingRecord(key, upstream));
  const content: JsonObject = JSON.parse(record);
  const row: FindingsTable = {
    ...findingColumns(content),
    is_listed: 1,
    company_id: company.id,
    organization_id: company.organization_id,
    state: 'OPEN',
    severity: 'MEDIUM',
    category: 'Diligence',
    factor: 'open_ports',
    affects_score: 1,
    first_seen: '2026-01-01',
    last_seen: '2026-02-01',
    has_fix: 1,
    is_vulnerability: 1,
    asset: `${key}.example.com`,
    content_hash: 'h',
    created_at: NOW,
    updated_at: NOW,
    state_updated_at: NOW,
    record,
    ...more,
    vulnerability_id: isVulnerability ? vulnerabilityFindingId(id) : null,
    id,
  };
  return { row, terms: terms.map(term => ({ company_id: company.id, term, finding_id: id })) };
}

export async function addFindings(
  db: Queryable,
  seeds: readonly ReturnType<typeof findingRow>[],
): Promise<void> {
  for (const { row, terms } of seeds) {
    await db.insertInto('findings').values(row).execute();
    if (terms.length > 0) await db.insertInto('finding_terms').values(terms).execute();
  }
}
