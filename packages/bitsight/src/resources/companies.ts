/**
 * Companies: all of the portfolio in short, or one in full. Source: Bitsight's OpenAPI, `/v1/companies` and
 * `/v1/companies/{guid}`; there is no `/v2/companies`.
 */
import { type ApiRecord, anObject, isRecord, isRecordArray, json, malformed } from '../envelope.ts';
import { type Reading, read } from '../failure.ts';
import { guidSegment, type QueryValue } from '../query.ts';
import type { RequestOptions, Transport } from '../transport.ts';

/** A portfolio as one object. Accounts without an own company have no `my_company`. */
export type CompaniesOverview = ApiRecord & { companies: ApiRecord[]; my_company?: ApiRecord | null };

export type CompanyParams = {
  /** Attributes wanted; `industry_average` and `industry_percentile` come only when named. */
  fields?: QueryValue;
  include_unrestricted?: QueryValue;
};

export class Companies {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** `GET /ratings/v1/companies`: `{my_company, companies, ...}`, the whole portfolio, not in pages. */
  list(options?: RequestOptions): Promise<CompaniesOverview> {
    return this.#transport.send(
      { method: 'GET', path: '/ratings/v1/companies', read: json(companiesOverview) },
      options,
    );
  }

  /**
   * `GET /ratings/v1/companies/{guid}`: the company with its rating details and a year of ratings, newest first.
   * A BitsightForbiddenError usually means that it has left the portfolio.
   */
  async get(guid: string, params: CompanyParams = {}, options?: RequestOptions): Promise<ApiRecord> {
    const path = `/ratings/v1/companies/${guidSegment(guid)}`;
    return this.#transport.send({ method: 'GET', path, query: params, read: json(anObject) }, options);
  }
}

export function companiesOverview(value: unknown): Reading<CompaniesOverview> {
  if (!isRecord(value)) return malformed('it is not an object');
  const { companies, my_company: own, ...rest } = value;
  if (!isRecordArray(companies)) return malformed('"companies" is not an array of objects');
  if (own === undefined) return read({ ...rest, companies });
  if (own !== null && !isRecord(own)) return malformed('"my_company" is not an object');
  return read({ ...rest, my_company: own, companies });
}
