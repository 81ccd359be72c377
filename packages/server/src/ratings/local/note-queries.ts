/** Comments and remediations, read. Facts: bitsight-api.md, 4.3 and 4.11. */
import { isoSeconds } from '../../clock.ts';
import { FINDING_SCHEMA } from '../../wire/finding-filters.ts';
import type { JsonObject } from '../../wire/json.ts';
import { textAt } from '../../wire/json.ts';
import { listQueryOf } from '../../wire/list-query.ts';
import { recordOf } from '../paging.ts';
import type { PortfolioReader } from '../portfolio-reader.ts';
import type { Answer, Ask, Queries, View } from '../source.ts';
import { notFound } from '../wire-errors.ts';
import type { Comment } from './comment-repository.ts';
import type { LocalSources } from './list-queries.ts';
import type { Remediation } from './remediation-repository.ts';
import { seenCompanies } from './seen-companies.ts';

export function noteQueries(sources: LocalSources): Queries {
  return {
    'company.finding.comments': (view, ask) => comments(sources, view, ask),
    remediations: view => remediations(sources, view),
  };
}

async function comments({ base, local }: LocalSources, view: View, ask: Ask): Promise<Answer | null> {
  const finding = findingIdOf(ask.path.finding ?? '');
  const company = await companyOf(base.reader, view, ask.path.guid ?? '');
  if (company === null) return null;
  const records = await findingRecords(base.reader, view, company.guid, [finding]);
  if (records.length === 0) throw notFound();
  const organizationId = await base.organizationOf(view);
  const kept = await local.comments(organizationId, company.guid.toLowerCase(), finding);
  const rows = kept.map(comment => commentRow(comment, company, base.isEditable));
  return { kind: 'rows', rows: [...(await base.comments(view, company.guid, records)), ...rows] };
}

/** A company as comments name it. */
export interface NamedCompany {
  readonly guid: string;
  readonly name: string;
}

/** The company, as the view sees it; null where it does not. */
export async function companyOf(
  reader: PortfolioReader,
  view: View,
  guid: string,
): Promise<NamedCompany | null> {
  const company = await reader.company(view, guid);
  return company === null ? null : { guid: textAt(company, 'guid'), name: textAt(company, 'name') };
}

/** Clients in the field send the id encoded twice; it has no percent sign of its own. */
export function findingIdOf(text: string): string {
  try {
    return text.includes('%') ? decodeURIComponent(text) : text;
  } catch {
    return text;
  }
}

/** The findings of a company that have one of the ids: of one id mostly one, seldom two (bitsight-api.md, 6). */
export async function findingRecords(
  reader: PortfolioReader,
  view: View,
  company: string,
  ids: readonly string[],
): Promise<readonly JsonObject[]> {
  const wanted = new Set(ids.filter(id => id !== '' && !id.includes(',')));
  if (wanted.size === 0) return [];
  const asked = new Map([
    ['rolledup_observation_id', { spelled: 'rolledup_observation_id', value: [...wanted].join(',') }],
    ['limit', { spelled: 'limit', value: String(Number.MAX_SAFE_INTEGER) }],
  ]);
  const page = await reader.findings(view, company, listQueryOf(asked, FINDING_SCHEMA));
  const records: JsonObject[] = [];
  for await (const row of page?.rows ?? []) records.push(recordOf(row));
  // Filters compare without regard to case, and these ids differ in it.
  return records.filter(record => wanted.has(textAt(record, 'rolledup_observation_id')));
}

/** The row of a comment that is kept here. */
export function commentRow(comment: Comment, company: NamedCompany, isEditable: boolean): JsonObject {
  return {
    guid: comment.guid,
    thread_guid: comment.thread_guid,
    parent_guid: null,
    author: { guid: comment.author_guid, name: comment.author_name },
    company: { guid: company.guid, name: company.name },
    message: comment.message,
    is_public: comment.is_public === 1,
    is_deleted: false,
    created_time: isoSeconds(comment.created_at),
    last_update_time: isoSeconds(comment.created_at),
    tagged_users: [],
    remediation: null,
    ...(isEditable ? {} : { is_local: true }),
  };
}

async function remediations({ base, local }: LocalSources, view: View): Promise<Answer> {
  const seen = await seenCompanies(base.reader, view);
  const kept = await local.remediations(await base.organizationOf(view));
  const rows = kept.flatMap(remediation => {
    const company = seen.get(remediation.company_guid);
    return company === undefined
      ? []
      : [remediationRow(remediation, textAt(company, 'guid'), base.isEditable)];
  });
  return { kind: 'rows', rows };
}

/** The row of a remediation that is kept here. */
export function remediationRow(remediation: Remediation, company: string, isEditable: boolean): JsonObject {
  return {
    guid: remediation.guid,
    company_guid: company,
    evidence_key: remediation.evidence_key,
    risk_vector: remediation.risk_vector,
    rolledup_observation_id: remediation.finding_id,
    status: { value: remediation.status, public: remediation.is_public === 1 },
    assignments: assignmentsOf(remediation),
    creator: remediation.creator,
    created_time: isoSeconds(remediation.created_at),
    last_update_time: isoSeconds(remediation.updated_at),
    ...(isEditable ? {} : { is_local: true }),
  };
}

function assignmentsOf({ assignments }: Remediation): readonly string[] {
  const guids: unknown = JSON.parse(assignments);
  return Array.isArray(guids) ? guids.map(String) : [];
}
