/**
 * The port to upstream accounts: what the pass-through needs to know of connections, and how it reads from one. Whoever
 * implements it holds the tokens; nothing here can name one. Failures come as CallerErrors, in words of our own.
 */
import type { JsonValue } from '../../../wire/json.ts';
import type { Awaitable, View } from '../../source.ts';

/** One parameter's value, as upstream is sent it; a list is joined by commas in a query and an array in a body. */
export type SentValue = string | number | boolean | readonly string[];

/** A request to an upstream account. */
export interface UpstreamRequest {
  /** From the version on, not encoded: `['v1', 'companies', guid, 'assets']`. */
  readonly segments: readonly string[];
  readonly parameters: Readonly<Record<string, SentValue>>;
  /** True: the parameters go into the body of a POST that asks and changes nothing. */
  readonly inBody: boolean;
}

/** Rows of a list from an offset on; `limit` null is all of them. */
export interface Window {
  readonly offset: number;
  readonly limit: number | null;
}

/** Part of an upstream list. */
export interface ListPart {
  /** Rows of the whole list. */
  readonly count: number;
  /** The rows' JSON texts, byte for byte. */
  readonly texts: readonly string[];
  /** What stands beside the rows, as JSON text: `summaries` of a page; null where there is nothing. */
  readonly beside: string | null;
}

/** An upstream account as one view may read it. */
export interface UpstreamAccount {
  readonly connectionId: string;
  /** The companies whose rows the view may see, by guid in lower case; `all`: every row of the account. */
  readonly companies: 'all' | ReadonlySet<string>;
  /** Names the view's scope, and the state of connection and group: what was read under another version is not its. */
  readonly version: string;
  /** Throws CallerError, as do the others: FORBIDDEN, NOT_FOUND, TOO_MANY_REQUESTS, BAD_GATEWAY, GATEWAY_TIMEOUT and the like. */
  json(request: UpstreamRequest): Promise<JsonValue>;
  text(request: UpstreamRequest): Promise<string>;
  /** Never fewer rows than `count` promises, and BODY_TOO_LARGE for more than can be held. */
  list(request: UpstreamRequest, window: Window): Promise<ListPart>;
}

/** The companies that a walled view must not meet, wherever they are named. Guids are in lower case. */
export interface Wall {
  /** Companies that the view sees. */
  readonly seen: ReadonlySet<string>;
  /** Companies of the organization that it does not see. */
  readonly hidden: ReadonlySet<string>;
}

/** What a view reaches. */
export interface Reach {
  /** Accounts that can be read now, in the order their connections were made; at least one. */
  readonly accounts: readonly UpstreamAccount[];
  /** null: the view sees every company. */
  readonly wall: Wall | null;
}

/** A company where a connection has it: the guid as upstream spells it. */
export interface Located {
  readonly connectionId: string;
  readonly guid: string;
}

export type UpstreamView = Pick<View, 'principal' | 'connectionId'>;

export interface UpstreamAccounts {
  /** Throws CallerError NOT_FOUND for a connection that the view may not see, UNAVAILABLE when none can be read. */
  reach(view: UpstreamView): Awaitable<Reach>;
  /** Where the view sees the company, the newest record first; nowhere: unknown, or not the view's. */
  locate(view: UpstreamView, guid: string): Awaitable<readonly Located[]>;
}
