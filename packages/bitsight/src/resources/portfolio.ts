/**
 * The companies a customer watches. Sources: https://help.bitsighttech.com/hc/en-us/sections/360003211893 and
 * Bitsight's OpenAPI, `/v2/portfolio` and `/v1/portfolio`.
 */
import { json } from '../envelope.ts';
import { type ListOptions, PagedList } from '../page.ts';
import type { QueryValue } from '../query.ts';
import type { RequestOptions, Transport } from '../transport.ts';
import { type CompaniesOverview, companiesOverview } from './companies.ts';

/** The documented filters. Bitsight ignores a name it does not know, so the names are fixed here. */
export type PortfolioParams = {
  /** Rows per page. Default 500, the most that is known to be used. */
  limit?: number;
} & {
  [filter in
    | 'q'
    | 'fields'
    | 'sort'
    | 'guid'
    | 'name_q'
    | 'folder'
    | 'tier'
    | 'type'
    | `rating${'' | '_lt' | '_lte' | '_gt' | '_gte'}`
    | `industry.${'name' | 'slug'}`
    | 'subscription_type.slug'
    | 'exclude_subscription_type.slug'
    | 'life_cycle.slug'
    | 'relationship.slug'
    | 'vendor_action_plan'
    | 'vulnerabilities'
    | 'infections'
    | 'open_ports'
    | `software.${'name' | 'category'}`
    | `risk_vectors.${'slug' | 'grade'}`
    | 'filter_group'
    | 'security_incident_categories'
    | 'countries'
    | 'regions'
    | 'providers'
    | 'products'
    | 'product_types'
    | 'scope'
    | 'show_ips'
    | 'show_event_evidence'
    | 'is_self_published'
    | 'visibility']?: QueryValue;
};

export type PortfolioOverviewParams = {
  [filter in
    | 'exclude_alerts_only'
    | 'folder'
    | 'tier'
    | 'quarters_back'
    | 'rating_date'
    | 'show_ips'
    | 'show_event_evidence'
    | 'fields']?: QueryValue;
};

const DEFAULT_LIMIT = 500;

export class Portfolio {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** `GET /ratings/v2/portfolio`, in pages. A page's `summaries` names the customer's own company. */
  list(params: PortfolioParams = {}, options?: ListOptions): PagedList {
    const spec = { path: '/ratings/v2/portfolio', params, defaultLimit: DEFAULT_LIMIT };
    return new PagedList(this.#transport, spec, options);
  }

  /** `GET /ratings/v1/portfolio`: the whole portfolio as one object, `{my_company, companies, rating_date, ...}`. */
  overview(params: PortfolioOverviewParams = {}, options?: RequestOptions): Promise<CompaniesOverview> {
    return this.#transport.send(
      { method: 'GET', path: '/ratings/v1/portfolio', query: params, read: json(companiesOverview) },
      options,
    );
  }
}
