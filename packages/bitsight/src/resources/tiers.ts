/**
 * Tiers of the portfolio. Source: Bitsight's OpenAPI, `/v1/tiers` and `/v1/tiers/summary`: bare arrays, whole.
 */
import { type ApiRecord, anArray, json } from '../envelope.ts';
import type { RequestOptions, Transport } from '../transport.ts';

export class Tiers {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** `GET /ratings/v1/tiers`: `{guid, name, rank, companies, ...}`. */
  list(options?: RequestOptions): Promise<ApiRecord[]> {
    return this.#transport.send({ method: 'GET', path: '/ratings/v1/tiers', read: json(anArray) }, options);
  }

  /** `GET /ratings/v1/tiers/summary`: for each tier its companies by vendor action plan. */
  summary(options?: RequestOptions): Promise<ApiRecord[]> {
    return this.#transport.send(
      { method: 'GET', path: '/ratings/v1/tiers/summary', read: json(anArray) },
      options,
    );
  }
}
