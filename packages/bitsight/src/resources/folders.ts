/**
 * Folders of the portfolio, with the guids of their companies. Source: Bitsight's OpenAPI, `/v1/folders`: a bare array, whole.
 */
import { type ApiRecord, anArray, json } from '../envelope.ts';
import type { RequestOptions, Transport } from '../transport.ts';

export class Folders {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** `GET /ratings/v1/folders`: the folders that the token's user sees. */
  list(options?: RequestOptions): Promise<ApiRecord[]> {
    return this.#transport.send({ method: 'GET', path: '/ratings/v1/folders', read: json(anArray) }, options);
  }
}
