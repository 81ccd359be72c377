/** Reads upstream through a BitsightClient. */
import {
  BitsightAuthenticationError,
  type BitsightClient,
  BitsightForbiddenError,
  BitsightNotFoundError,
  type Page,
} from '@sightline/bitsight';
import { isJsonObject, type JsonObject } from '../wire/json.ts';
import { readFindingRow, type WalkContext } from './finding-row.ts';
import {
  type AccountList,
  type AccountListAnswer,
  type FindingPage,
  type FindingQuery,
  type PortfolioPage,
  UpstreamFailure,
  type UpstreamReader,
} from './upstream-reader.ts';

/** The health status an upstream error stands for, and a sentence that says so without upstream's words. */
export type FailureOf = (error: unknown) => { reason: string; message: string };

/** An order that does not change while findings are re-seen; upstream's own does. */
const FINDINGS_ORDER = 'first_seen';
/** The next run asks again: what a list adds is not worth that a run waits for it. */
const LIST_ATTEMPTS = 2;

export class ClientReader implements UpstreamReader {
  readonly #client: BitsightClient;
  readonly #failureOf: FailureOf;

  constructor(client: BitsightClient, failureOf: FailureOf) {
    this.#client = client;
    this.#failureOf = failureOf;
  }

  async *portfolioPages(
    filters: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): AsyncGenerator<PortfolioPage, void, undefined> {
    try {
      for await (const page of this.#client.portfolio
        .list({ ...filters, sort: 'name' }, { signal })
        .pages()) {
        const summaries = isJsonObject(page.summaries) ? page.summaries : null;
        yield { count: page.count, items: page.items.filter(isJsonObject), summaries };
      }
    } catch (error) {
      throw this.#failure(error, signal);
    }
  }

  async company(guid: string, signal: AbortSignal): Promise<JsonObject> {
    try {
      return objectOf(await this.#client.companies.get(guid, {}, { signal }));
    } catch (error) {
      throw this.#failure(error, signal);
    }
  }

  async accountList(list: AccountList, signal: AbortSignal): Promise<AccountListAnswer> {
    try {
      return await this.#accountList(list, signal);
    } catch (error) {
      throw this.#failure(error, signal);
    }
  }

  async #accountList(list: AccountList, signal: AbortSignal): Promise<AccountListAnswer> {
    const { companies, folders, tiers } = this.#client;
    const options = { signal, maxAttempts: LIST_ATTEMPTS };
    if (list === 'companies') {
      const { companies: items, ...frame } = await companies.list(options);
      return { items: items.filter(isJsonObject), frame: objectOf(frame) };
    }
    const items = await (list === 'folders'
      ? folders.list(options)
      : list === 'tiers'
        ? tiers.list(options)
        : tiers.summary(options));
    return { items: items.filter(isJsonObject), frame: {} };
  }

  async *findingPages(
    context: WalkContext,
    query: FindingQuery,
    signal: AbortSignal,
  ): AsyncGenerator<FindingPage, void, undefined> {
    const params = { ...query.filters, sort: FINDINGS_ORDER, limit: query.limit };
    const list = this.#client.findings.list(context.companyGuid, params, { offset: query.offset, signal });
    try {
      for await (const page of list.pages()) yield readPage(page, context);
    } catch (error) {
      throw this.#failure(error, signal);
    }
  }

  #failure(error: unknown, signal: AbortSignal): unknown {
    if (signal.aborted) return signal.reason;
    return new UpstreamFailure({ kind: kindOf(error), ...this.#failureOf(error) });
  }
}

/** A record of the client is an object of JSON; its type says less. */
function objectOf(record: unknown): JsonObject {
  return isJsonObject(record) ? record : {};
}

function readPage(page: Page, context: WalkContext): FindingPage {
  const { count, offset, items } = page;
  const texts = page.itemTexts();
  const read: FindingPage = { count, offset, received: items.length, rows: [], unmapped: [] };
  for (const [n, item] of items.entries()) {
    const row = readFindingRow(item, texts[n] ?? JSON.stringify(item), context);
    if (row.ok) read.rows.push(row.row);
    else read.unmapped.push(row.row);
  }
  return read;
}

function kindOf(error: unknown): 'refused' | 'forbidden' | 'gone' | 'other' {
  if (error instanceof BitsightAuthenticationError) return 'refused';
  if (error instanceof BitsightForbiddenError) return 'forbidden';
  return error instanceof BitsightNotFoundError ? 'gone' : 'other';
}
