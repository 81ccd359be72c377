/**
 * What an endpoint is: one row of the table that the router, the OpenAPI document, the filter compiler and the tests read. An
 * endpoint says what may be asked and how the answer looks; where the answer comes from is a source's (source.ts).
 */
import type { Role } from '../../access/principal.ts';
import type { ListSchema } from '../../wire/list-query.ts';
import type { RowNames } from '../formats.ts';

/** How an answer looks (bitsight-api.md, 3.1). */
export type Shape =
  /** `{links, next, count, results, summaries?}`, in pages. */
  | 'page'
  /** `{count, query, summaries, results}`, in pages: lists of fourth parties. */
  | 'wrapped'
  /** A bare array, whole. */
  | 'array'
  /** An object with the rows of a whole list under the endpoint's `rowsKey`. */
  | 'framed'
  /** Any other JSON. */
  | 'body'
  /** A download of CSV; `format=json` gives the same rows as a bare array. */
  | 'csv';

/** A parameter that is no filter. */
export interface Option {
  readonly name: string;
  readonly type: 'text' | 'day' | 'whole' | 'number' | 'flag' | 'texts';
  readonly about: string;
  /** The only values that are accepted; any other is 400. */
  readonly values?: readonly string[];
  readonly default?: string | number | boolean;
  readonly required?: boolean;
}

/** Where company guids stand in the rows of an upstream answer. */
export interface PassedRows {
  /** Dotted path from the body to the rows; `''` is the body itself, `*` any key. */
  readonly at: string;
  /**
   * Dotted path from a row to the guid of the company it is about; rows of companies outside the caller's scope are left out.
   * `path`: every row belongs to the company that the path names.
   */
  readonly company: string | 'path';
}

/** How a request may go on to the upstream account. What is not said here is not passed on. */
export interface PassThrough {
  /** The least role that may ask. */
  readonly minimumRole: Role;
  /** Path parameters that hold company guids. */
  readonly pathGuids: readonly string[];
  /** Query and body parameters that hold company guids, alone or in lists, by canonical name. */
  readonly parameterGuids: readonly string[];
  /** Parameters of the endpoint that are not sent on. */
  readonly withheld?: readonly string[];
  /** null: nothing tells whose a row is, so that only principals of all companies may ask. */
  readonly rows: PassedRows | null;
}

/** What of a stored answer upstream alone can give: a parameter, or a parameter with one of some values. */
export interface StoreGap {
  readonly parameter: string;
  readonly values?: readonly string[];
}

/** Where the hub gets the answer from. */
export type HubRule =
  /** From the synced store; `gaps` are passed through by the rule `passThrough`, and ignored without one. */
  | {
      readonly from: 'store';
      readonly gaps?: readonly StoreGap[];
      readonly passThrough?: PassThrough;
      /** Made of the path company's findings: of a company whose findings were never read, it is passed through as well. */
      readonly ofFindings?: true;
    }
  | { readonly from: 'upstream'; readonly passThrough: PassThrough }
  /** Kept by this server itself: comments, remediations. */
  | { readonly from: 'local' };

/** An endpoint that is read. */
export interface Endpoint {
  /** What a source knows it by: `portfolio`, `company.findings`. */
  readonly name: string;
  /** Without the surface's prefix; parameters as `:name`. */
  readonly path: string;
  /** More paths to the same answer. */
  readonly alsoAt?: readonly string[];
  /** POST is the same query with its parameters in the body. */
  readonly methods: readonly ('GET' | 'POST')[];
  /** One sentence for the OpenAPI document. */
  readonly about: string;
  /** Section of bitsight-api.md, or the article, that states it. */
  readonly facts: string;
  readonly shape: Shape;
  /** For lists: what they can be asked for. */
  readonly list?: ListSchema;
  /** Of a framed list: the key of its rows. */
  readonly rowsKey?: string;
  readonly options?: readonly Option[];
  /** Statuses of success, where there are others than 200: 202 for what is under way, 303 for what is elsewhere. */
  readonly statuses?: readonly (200 | 202 | 303)[];
  /** What a list and a row are called in XML. */
  readonly names?: RowNames;
  readonly hub: HubRule;
}

/** A company's own resource: the path names the company, and every row is its own. */
export const OF_COMPANY: PassThrough = Object.freeze({
  minimumRole: 'customer_user',
  pathGuids: ['guid'],
  parameterGuids: [],
  rows: { at: 'results', company: 'path' },
});

/** A company's own resource whose whole body is its own: a bare array, or an object. */
export const COMPANY_BODY: PassThrough = Object.freeze({
  ...OF_COMPANY,
  rows: { at: '', company: 'path' },
});

/** Of the whole account: no row says whose it is. */
export const OF_ACCOUNT: PassThrough = Object.freeze({
  minimumRole: 'customer_user',
  pathGuids: [],
  parameterGuids: [],
  rows: null,
});

/** A page of rows that each say which company they are about. */
export function rowsOf(company: string, more: Partial<PassThrough> = {}): PassThrough {
  return Object.freeze({ ...OF_ACCOUNT, rows: { at: 'results', company }, ...more });
}

export const FROM_STORE: HubRule = Object.freeze({ from: 'store' });

export function fromUpstream(passThrough: PassThrough): HubRule {
  return Object.freeze({ from: 'upstream', passThrough });
}
