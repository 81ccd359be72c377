/** What a run reads from upstream: pages already mapped to the rows that are stored, and failures in our own words. */
import type { JsonObject } from '../wire/json.ts';
import type { FindingRow, UnmappedRow, WalkContext } from './finding-row.ts';

/** One page of the portfolio list. */
export interface PortfolioPage {
  count: number;
  items: readonly JsonObject[];
  /** What the page says of the whole list (`my-company`), or null. */
  summaries: JsonObject | null;
}

/** Lists of the account beside its portfolio, by the names they are stored under. */
export const ACCOUNT_LISTS = ['companies', 'folders', 'tiers', 'tiers.summary'] as const;
export type AccountList = (typeof ACCOUNT_LISTS)[number];

/** Such a list, whole. */
export interface AccountListAnswer {
  items: readonly JsonObject[];
  /** The answer without its items; empty for a bare array. */
  frame: JsonObject;
}

/** One page of a company's findings, mapped to the rows that are stored. */
export interface FindingPage {
  /** Rows of the whole list, as of this page. */
  count: number;
  offset: number;
  /** Rows on this page, those that could not be mapped included. */
  received: number;
  rows: FindingRow[];
  unmapped: UnmappedRow[];
}

export interface FindingQuery {
  filters: Readonly<Record<string, string>>;
  offset: number;
  limit: number;
}

/** Every call throws UpstreamFailure for what upstream did, and the signal's reason when it aborts. */
export interface UpstreamReader {
  portfolioPages(
    filters: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): AsyncIterable<PortfolioPage>;
  company(guid: string, signal: AbortSignal): Promise<JsonObject>;
  accountList(list: AccountList, signal: AbortSignal): Promise<AccountListAnswer>;
  findingPages(context: WalkContext, query: FindingQuery, signal: AbortSignal): AsyncIterable<FindingPage>;
}

export interface UpstreamFailureFacts {
  /** `refused`: the token is not accepted (401). `forbidden`: not this resource (403). `gone`: 404. */
  kind: 'refused' | 'forbidden' | 'gone' | 'other';
  /** Health status (unified API, Health). */
  reason: string;
  /** A sentence of ours; no text from an upstream body. */
  message: string;
}

export class UpstreamFailure extends Error {
  readonly kind: UpstreamFailureFacts['kind'];
  readonly reason: string;

  constructor(facts: UpstreamFailureFacts) {
    super(facts.message);
    this.name = 'UpstreamFailure';
    this.kind = facts.kind;
    this.reason = facts.reason;
  }
}
