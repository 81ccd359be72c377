/**
 * Company API tokens: list, create, revoke. Sources: https://help.bitsighttech.com/hc/en-us/articles/360016004134
 * and its three pages of methods; the shape of a token is from Bitsight's OpenAPI.
 */
import { parseJson } from '../body.ts';
import { type ApiRecord, anArray, anObject, json, malformed } from '../envelope.ts';
import { BitsightArgumentError } from '../errors.ts';
import { failed, type Reading, read } from '../failure.ts';
import { guidSegment } from '../query.ts';
import type { RequestOptions, Transport } from '../transport.ts';

/**
 * A company API token. `token` is masked but for its last four characters (`*****alb2`, or 36 stars and four characters),
 * except in the answer that creates it. Other fields are as Bitsight sent them; `roles` came later than the rest.
 */
export type ApiToken = ApiRecord & { guid: string; token: string };

export interface NewApiToken {
  description: string;
  /** Name of an access control group; absent or null for the default group. */
  group?: string | null | undefined;
}

/** Five stars (2019) or 36 (since), then what is shown. */
const MASKED = /^\*{5,}/;
const LAST_FOUR = /[^*]{4}$/;

const PATH = '/ratings/v1/customers/current/api-tokens';

/** The last four characters of a token's value, masked or not; null when the mask hides them too. */
export function lastFourOf(token: string): string | null {
  return LAST_FOUR.exec(token)?.[0] ?? null;
}

export class ApiTokens {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** `GET .../api-tokens`: all company tokens, masked. Needs an Admin's token. */
  list(options?: RequestOptions): Promise<ApiToken[]> {
    return this.#transport.send({ method: 'GET', path: PATH, read: json(apiTokens) }, options);
  }

  /**
   * `POST .../api-tokens`: the new token, in clear, this once. Sent again only after a 429: after any other failure
   * there may be a token nobody knows, and the error's `mayHaveBeenProcessed` says so. An answer that masks the value is
   * such a failure: a BitsightMalformedError.
   */
  async create({ description, group }: NewApiToken, options?: RequestOptions): Promise<ApiToken> {
    if (description.trim() === '') throw new BitsightArgumentError('An API token needs a description.');
    const body = group === undefined ? { description } : { description, group };
    return this.#transport.send({ method: 'POST', path: PATH, body, read: json(newApiToken) }, options);
  }

  /**
   * `DELETE .../api-tokens/{guid}`. Resolves when the token is gone: a 404 after an attempt that may have worked
   * counts, a 404 at once is a BitsightNotFoundError.
   */
  async revoke(guid: string, options?: RequestOptions): Promise<void> {
    const path = `${PATH}/${guidSegment(guid)}`;
    await this.#transport.send({ method: 'DELETE', path, read: nothing, goneIsDone: true }, options);
  }
}

/** The answer to a DELETE is empty. A web page with a success status is a proxy's, and tells nothing of the token. */
function nothing(text: string): Reading<undefined> {
  return text.trim() === '' || parseJson(text) !== undefined
    ? read(undefined)
    : failed({ kind: 'unreadable', status: null });
}

function apiToken(value: unknown): Reading<ApiToken> {
  const record = anObject(value);
  if (!record.ok) return record;
  const { guid, token } = record.value;
  if (typeof guid !== 'string' || guid === '') return malformed('the API token has no "guid"');
  if (typeof token !== 'string' || token === '') return malformed('the API token has no "token"');
  return read({ ...record.value, guid, token });
}

function newApiToken(value: unknown): Reading<ApiToken> {
  const token = apiToken(value);
  return token.ok && MASKED.test(token.value.token) ? malformed('the new API token is masked') : token;
}

function apiTokens(value: unknown): Reading<ApiToken[]> {
  const records = anArray(value);
  if (!records.ok) return records;
  const tokens: ApiToken[] = [];
  for (const record of records.value) {
    const token = apiToken(record);
    if (!token.ok) return token;
    tokens.push(token.value);
  }
  return read(tokens);
}
