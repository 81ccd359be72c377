/**
 * What the ratings API reads from: the seam between the endpoint table and a portfolio, synthetic, recorded or synced. Every
 * read takes a view, whose scope decides which companies exist for the caller (access/scope.ts); shapes are the wire's.
 */
import type { Principal } from '../access/principal.ts';
import type { CompanyScope } from '../access/scope.ts';
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue, parsedJson } from '../wire/json.ts';
import type { ListQuery } from '../wire/list-query.ts';
import type { Parameters } from '../wire/parameters.ts';
import type { Endpoint } from './endpoints/endpoint.ts';

/** For whom a source answers, and under which address. */
export interface View {
  readonly scope: CompanyScope;
  /** `https://host[:port]`, no slash at the end: the base of links inside rows. */
  readonly baseUrl: string;
  /** Who asks; its scope is `scope`. */
  readonly principal: Principal;
  /** Narrows the view to one connection (`X-CONNECTION-ID`); null for all of the organization's. */
  readonly connectionId: string | null;
}

/** A row that is stored as text and sent as it is, unless fields are picked from it. */
export class JsonText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export type WireRow = JsonObject | JsonText;

/** Rows that are kept as they are sent, for pages that are asked for again and again: JSON texts with commas between them. */
export class EncodedRows implements Iterable<JsonObject> {
  readonly bytes: Buffer;

  constructor(texts: Iterable<string>) {
    this.bytes = Buffer.from([...texts].join(','));
  }

  /** The rows as objects, for those who pick from them or write them otherwise. */
  *[Symbol.iterator](): Generator<JsonObject> {
    const rows = parsedJson(`[${this.bytes.toString()}]`);
    if (isJsonArray(rows)) yield* rows.filter(isJsonObject);
  }
}

/** Rows may be made one by one while they are sent, so that a page of any size needs little memory. */
export type RowStream = Iterable<WireRow> | AsyncIterable<WireRow>;

/** One page of a list. */
export interface RowPage {
  /** All rows that match, not those of the page. */
  readonly count: number;
  readonly rows: RowStream;
}

type OptionValue = string | number | boolean | readonly string[];
/** The parameters of a request that are no filters, read by their types; absent ones that have no default are absent. */
export type Options = ReadonlyMap<string, OptionValue>;

/** A request as the endpoint table understands it. */
export interface Ask {
  /** Path parameters by name. */
  readonly path: Readonly<Record<string, string>>;
  /** Every parameter as it came: for links and for what is passed through. */
  readonly parameters: Parameters;
  readonly options: Options;
  /** Of an endpoint without a list: empty. */
  readonly query: ListQuery;
  /** True: the parameters came in the body of a POST. */
  readonly isPost?: boolean;
}

/**
 * What a source answers.
 * - `rows`: all rows that the view sees; filters, order and page are applied to them here. `summaries` gets those that match.
 * - `page`: the rows of the page, filtered, ordered and cut by the source.
 * - `body`: a whole answer that is no list.
 * - `csv`: a download that was made elsewhere; there is no other form of it.
 * - `status`: an answer whose status says something (jobs).
 */
export type Answer =
  | {
      readonly kind: 'rows';
      readonly rows: readonly JsonObject[];
      /** Fields beside the rows, for shapes that have them. */
      readonly frame?: JsonObject;
      readonly summaries?: (matching: readonly JsonObject[]) => JsonObject;
    }
  | {
      readonly kind: 'page';
      readonly page: RowPage;
      readonly frame?: JsonObject;
      readonly summaries?: JsonObject;
    }
  | { readonly kind: 'body'; readonly body: JsonValue }
  | { readonly kind: 'csv'; readonly text: string }
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly body: JsonObject;
      readonly headers?: Readonly<Record<string, string>>;
    };

export type Awaitable<T> = T | Promise<T>;

/** Answers one endpoint. `null`: a company that is unknown or outside the view; the two are not told apart, and are 403. */
export type Query = (view: View, ask: Ask) => Awaitable<Answer | null>;
/** Queries by the names of their endpoints. */
export type Queries = Readonly<Record<string, Query>>;

/** A portfolio to read. */
export interface RatingsSource {
  /** Is the endpoint answered at all? Asked once, when its routes are made. */
  serves(endpoint: Endpoint): boolean;
  answer(endpoint: Endpoint, view: View, ask: Ask): Awaitable<Answer | null>;
}

/** A source made of queries. */
export function sourceOf(queries: Queries): RatingsSource {
  return {
    serves: ({ name }) => name in queries,
    answer(endpoint, view, ask) {
      const query = queries[endpoint.name];
      if (query === undefined) throw new Error(`no query answers ${endpoint.name}`);
      return query(view, ask);
    },
  };
}

/** May the view see this company? */
export function sees(view: Pick<View, 'scope'>, guid: string): boolean {
  return view.scope.companies === 'all' || view.scope.companies.has(guid);
}

/** An option that is a text or one of the listed values. */
export function textOption({ options }: Pick<Ask, 'options'>, name: string): string | undefined {
  const value = options.get(name);
  return typeof value === 'string' ? value : undefined;
}

export function numberOption({ options }: Ask, name: string): number | undefined {
  const value = options.get(name);
  return typeof value === 'number' ? value : undefined;
}

export function flagOption({ options }: Ask, name: string): boolean {
  return options.get(name) === true;
}

/** The values of a list option; none when it is absent. */
export function textsOption({ options }: Ask, name: string): readonly string[] {
  const value = options.get(name);
  return Array.isArray(value) ? value : [];
}
