/**
 * The user a token belongs to: the cheapest question that tells whether a token works.
 * Source: Bitsight's OpenAPI, `/users/current`.
 */
import { type ApiRecord, anObject, json } from '../envelope.ts';
import type { QueryValue } from '../query.ts';
import type { RequestOptions, Transport } from '../transport.ts';

export type CurrentUserParams = {
  fields?: QueryValue;
  exclude_fields?: QueryValue;
};

export class Users {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** `GET /ratings/v1/users/current`: `{guid, email, customer: {guid, name, my_company_guid}, ...}`. */
  current(params: CurrentUserParams = {}, options?: RequestOptions): Promise<ApiRecord> {
    return this.#transport.send(
      { method: 'GET', path: '/ratings/v1/users/current', query: params, read: json(anObject) },
      options,
    );
  }
}
