/** An upstream account in memory, spoken to through `fetch`: the outside world of the sync tests. */

export interface UpstreamCompany {
  guid: string;
  name: string;
  domain: string;
  /** Null: the detail answers 403. */
  rating: number | null;
  findings: Record<string, unknown>[];
  findingsStatus?: number;
}

export class MemoryUpstream {
  companies: UpstreamCompany[] = [];
  /** Status that every request gets instead of its answer. */
  refuseWith: number | null = null;
  /** Answers to the lists beside the portfolio, by path; a number is a status. What is not here is 403. */
  lists: Record<string, number | object> = {};
  /** `summaries` of the portfolio. */
  summaries: Record<string, unknown> | null = null;
  /** Called before each findings page is cut; may change the data between pages. */
  beforePage: (company: UpstreamCompany, offset: number) => void = () => {};
  readonly requests: string[] = [];

  readonly fetch = async (input: string | URL | Request): Promise<Response> => {
    const url = new URL(input instanceof Request ? input.url : input);
    this.requests.push(`${url.pathname}${url.search}`);
    if (this.refuseWith !== null) return json({ detail: 'refused' }, this.refuseWith);
    if (url.pathname.endsWith('/v2/portfolio')) {
      return this.#page(url, this.companies.map(listed), this.summaries);
    }
    const list = this.lists[url.pathname.replace('/ratings', '')];
    if (list !== undefined) return typeof list === 'number' ? json({ detail: 'no' }, list) : json(list);
    const match = /\/v1\/companies\/([^/]+)(\/findings)?$/.exec(url.pathname);
    const company = this.companies.find(known => known.guid === match?.[1]);
    if (company === undefined)
      return json({ detail: 'You do not have permission to perform this action.' }, 403);
    if (match?.[2] === undefined) {
      return company.rating === null ? json({ detail: 'no' }, 403) : json(detailOf(company));
    }
    if (company.findingsStatus !== undefined) return json({ detail: 'no' }, company.findingsStatus);
    this.beforePage(company, Number(url.searchParams.get('offset')));
    const since = url.searchParams.get('last_seen_gte');
    return this.#page(
      url,
      company.findings.filter(finding => since === null || String(finding.last_seen) >= since),
    );
  };

  #page(url: URL, rows: Record<string, unknown>[], summaries: object | null = null): Response {
    const limit = Number(url.searchParams.get('limit'));
    const offset = Number(url.searchParams.get('offset'));
    const results = rows.slice(offset, offset + limit);
    const hasMore = offset + results.length < rows.length;
    const next = hasMore ? `${url.origin}${url.pathname}?limit=${limit}&offset=${offset + limit}` : null;
    const links = { next, previous: null };
    return json({ links, count: rows.length, results, ...(summaries === null ? {} : { summaries }) });
  }
}

export function upstreamFinding(index: number, more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    temporary_id: `temporary-${index}-${Math.floor(index / 3)}`,
    affects_rating: index % 2 === 0,
    assets: [
      {
        asset: `host${index % 7}.vendor.example`,
        identifier: null,
        category: 'low',
        importance: 0.1,
        is_ip: false,
      },
    ],
    details: {
      check_pass: '',
      grade: 'WARN',
      diligence_annotations: { message: `Port ${index}` },
      vulnerabilities: [],
    },
    evidence_key: `host${index % 7}.vendor.example:${index}`,
    first_seen: '2026-01-01',
    last_seen: '2026-03-01',
    risk_category: 'Diligence',
    risk_vector: 'open_ports',
    risk_vector_label: 'Open Ports',
    rolledup_observation_id: `observation-${index}==`,
    severity: 4.3,
    severity_category: 'moderate',
    tags: [],
    duration: null,
    remediated: null,
    ...more,
  };
}

function listed(company: UpstreamCompany): Record<string, unknown> {
  return {
    guid: company.guid,
    custom_id: null,
    name: company.name,
    primary_domain: company.domain,
    rating: company.rating,
    rating_date: '2026-03-01',
    added_date: '2025-01-01',
    industry: { name: 'Technology', slug: 'technology' },
    subscription_type: { name: 'Total Risk Monitoring', slug: 'continuous_monitoring' },
  };
}

function detailOf(company: UpstreamCompany): Record<string, unknown> {
  return {
    guid: company.guid,
    name: company.name,
    primary_domain: company.domain,
    industry: 'Technology',
    rating_details: {},
    ratings: [
      { rating_date: '2026-03-01', rating: company.rating, range: 'Intermediate', rating_color: '#e8a951' },
      { rating_date: '2026-02-28', rating: 700, range: 'Intermediate', rating_color: '#e8a951' },
    ],
  };
}

function json(body: unknown, status = 200): Response {
  return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } });
}
