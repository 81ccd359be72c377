/**
 * Company API tokens: list, create, revoke. Sources: https://help.bitsighttech.com/hc/en-us/articles/360016004134
 * and its three pages of methods; the shape of a token is from Bitsight's OpenAPI.
 */
import { type ApiRecord, anArray, anObject, json, malformed } from '../envelope.ts';
import { BitsightArgumentError } from '../errors.ts';
import { type Reading, read } from '../failure.ts';
import { guidSegment } from '../query.ts';
import type { RequestOptions, Transport } from '../transport.ts';

/** A company API token. `token` is masked but for its last four characters, except in the answer that creates it. */
export type ApiToken = ApiRecord & { guid: string; token: string };

export interface NewApiToken {
  description: string;
  /** Name of an access control group; absent or null for the default group. */
  group?: string | null | undefined;
}

const PATH = '/ratings/v1/customers/current/api-tokens';

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
   * there may be a token nobody knows, and the error's `mayHaveBeenProcessed` says so.
   */
  async create({ description, group }: NewApiToken, options?: RequestOptions): Promise<ApiToken> {
    if (description.trim() === '') throw new BitsightArgumentError('An API token needs a description.');
    const body = group === undefined ? { description } : { description, group };
    return this.#transport.send({ method: 'POST', path: PATH, body, read: json(apiToken) }, options);
  }

  /**
   * `DELETE .../api-tokens/{guid}`. Resolves when the token is gone: a 404 after an attempt that may have worked
   * counts, a 404 at once is a BitsightNotFoundError.
   */
  async revoke(guid: string, options?: RequestOptions): Promise<void> {
    const path = `${PATH}/${guidSegment(guid)}`;
    await this.#transport.send(
      { method: 'DELETE', path, read: () => read(undefined), goneIsDone: true },
      options,
    );
  }
}

function apiToken(value: unknown): Reading<ApiToken> {
  const record = anObject(value);
  if (!record.ok) return record;
  const { guid, token } = record.value;
  if (typeof guid !== 'string' || guid === '') return malformed('the API token has no "guid"');
  if (typeof token !== 'string' || token === '') return malformed('the API token has no "token"');
  return read({ ...record.value, guid, token });
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
