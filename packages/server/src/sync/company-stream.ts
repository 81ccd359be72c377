/**
 * The companies of an account: the portfolio list, then each company's detail with its year of ratings. A company is done
 * when its rows are committed, so an interrupted run lists the portfolio again and reads only the details it lacks.
 */
import { hash } from 'node:crypto';
import { companyId, mapCompany } from '@sightline/model';
import pMap from 'p-map';
import type { JsonObject } from '../wire/json.ts';
import { splitRatings } from './company-listing.ts';
import { type CompanyWrite, markDeparted, writeCompany } from './company-store.ts';
import { writeUnmapped } from './finding-store.ts';
import type { WalkDeps } from './finding-walk.ts';
import { readCheckpoint, writeCheckpoint } from './run-repository.ts';
import { namesCompany, portfolioFilters, type SyncScope } from './sync-scope.ts';
import { UpstreamFailure } from './upstream-reader.ts';

export const COMPANIES_STREAM = 'companies';
/** A portfolio that changes under every one of so many listings is taken as it is, and nobody is said to have left. */
const MAX_LISTINGS = 3;

export interface ListedCompany {
  guid: string;
  companyId: string;
  name: string;
  record: JsonObject;
}

export interface CompanyStreamRequest {
  runId: string;
  organizationId: string;
  connectionId: string;
  scope: SyncScope;
  concurrency: number;
}

/** The portfolio as a run has listed it. */
export interface PortfolioListing {
  /** The companies the options name, each once, in the order of their ids. */
  companies: ListedCompany[];
  /** Ids of all companies that the list names. */
  listedIds: ReadonlySet<string>;
  /** Whether none can have been missed. */
  complete: boolean;
  /** What the list says of itself (`my-company`), or null. */
  summaries: JsonObject | null;
}

export async function listPortfolio(
  deps: WalkDeps,
  request: CompanyStreamRequest,
): Promise<PortfolioListing> {
  const byGuid = new Map<string, ListedCompany>();
  let complete = false;
  let summaries: JsonObject | null = null;
  for (let listing = 1; listing <= MAX_LISTINGS && !complete; listing += 1) {
    const listed = await listOnce(deps, request, byGuid);
    complete = listed.complete;
    summaries = listed.summaries;
  }
  const companies = [...byGuid.values()]
    .filter(company =>
      namesCompany(request.scope, { ...company, domain: textOf(company.record.primary_domain) }),
    )
    .sort((a, b) => (a.companyId < b.companyId ? -1 : 1));
  const listedIds = new Set([...byGuid.values()].map(company => company.companyId));
  return { companies, listedIds, complete, summaries };
}

async function listOnce(
  deps: WalkDeps,
  request: CompanyStreamRequest,
  byGuid: Map<string, ListedCompany>,
): Promise<Pick<PortfolioListing, 'complete' | 'summaries'>> {
  const guids = new Set<string>();
  let nameless = 0;
  let count: number | null = null;
  let moved = false;
  let summaries: JsonObject | null = null;
  for await (const page of deps.reader.portfolioPages(portfolioFilters(request.scope), deps.signal)) {
    count ??= page.count;
    moved ||= count !== page.count;
    summaries ??= page.summaries;
    for (const record of page.items) {
      const guid = textOf(record.guid);
      if (guid === null) {
        nameless += 1;
        await keepUnmapped(deps, request, '', record, ['guid is missing']);
        continue;
      }
      guids.add(guid);
      byGuid.set(guid, {
        guid,
        companyId: companyId(request.connectionId, guid),
        name: textOf(record.name) ?? guid,
        record,
      });
    }
  }
  return { complete: !moved && guids.size + nameless === (count ?? 0), summaries };
}

/** Reads and writes every company of the list that this run has not written yet. */
export async function syncCompanies(
  deps: WalkDeps,
  request: CompanyStreamRequest,
  companies: readonly ListedCompany[],
  onFailure: (company: ListedCompany, error: unknown) => void,
): Promise<void> {
  await pMap(
    companies,
    async company => {
      if (deps.signal.aborted) return;
      try {
        await syncCompany(deps, request, company);
      } catch (error) {
        if (!deps.signal.aborted) onFailure(company, error);
      }
    },
    { concurrency: request.concurrency },
  );
}

async function syncCompany(
  deps: WalkDeps,
  request: CompanyStreamRequest,
  company: ListedCompany,
): Promise<void> {
  const key = { runId: request.runId, stream: COMPANIES_STREAM, part: company.guid };
  if ((await readCheckpoint(deps.store.db, key)) !== null) return;
  const detail = await readDetail(deps, company.guid);
  const mapped = mapCompany({ listed: company.record, detail }, { connectionId: request.connectionId });
  if (!mapped.ok) {
    await keepUnmapped(deps, request, company.guid, { listed: company.record, detail }, mapped.problems);
    return;
  }
  const { ratings, ...content } = mapped.value;
  const write: CompanyWrite = {
    organizationId: request.organizationId,
    connectionId: request.connectionId,
    content,
    ratings,
    listed: company.record,
    detail: detail === null ? null : splitRatings(detail, new Set(ratings.map(({ date }) => date))),
  };
  await deps.writer.commit(async (db, nowMs) => {
    const delta = await writeCompany(db, write, nowMs);
    await writeCheckpoint(db, key, { done: true }, nowMs);
    return {
      ...delta,
      companies: {
        ...delta.companies,
        read: 1,
        companies_done: 1,
        ...(detail === null ? { forbidden: 1 } : {}),
      },
    };
  });
}

/** Null where upstream does not show this company's detail (403) or no longer knows it (404): the listed row stands alone. */
async function readDetail(deps: WalkDeps, guid: string): Promise<JsonObject | null> {
  try {
    return await deps.reader.company(guid, deps.signal);
  } catch (error) {
    if (error instanceof UpstreamFailure && (error.kind === 'forbidden' || error.kind === 'gone'))
      return null;
    throw error;
  }
}

async function keepUnmapped(
  deps: WalkDeps,
  request: CompanyStreamRequest,
  part: string,
  record: JsonObject,
  problems: string[],
): Promise<void> {
  const text = JSON.stringify(record);
  await deps.writer.commit(async (db, nowMs) => {
    const row = { contentHash: hash('sha256', text, 'base64url'), problems, record: text };
    await writeUnmapped(db, { ...request, stream: COMPANIES_STREAM, part }, [row], nowMs);
    return { companies: { read: 1, unmapped: 1, companies_done: part === '' ? 0 : 1 } };
  });
}

/**
 * Companies of the connection that a complete list of the whole portfolio no longer names get `deleted_at`. A list that folders or
 * tiers narrow says nothing about the companies it leaves out.
 */
export async function closeListing(
  deps: WalkDeps,
  request: CompanyStreamRequest,
  listedIds: ReadonlySet<string>,
): Promise<void> {
  if (request.scope.folders.length > 0 || request.scope.tiers.length > 0) return;
  await deps.writer.commit(async (db, nowMs) => ({
    companies: { resolved: await markDeparted(db, request.connectionId, listedIds, nowMs) },
  }));
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
