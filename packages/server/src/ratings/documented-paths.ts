/**
 * The paths that Bitsight documents, as data: whatever is listed here and not served answers 501 instead of 404.
 * Source: bitsight-api.md, 1 to 4; account paths are served by account-routes.ts and listed there only where they are not.
 */

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export interface DocumentedPath {
  /** Without the surface's prefix; parameters as `:name`. */
  readonly path: string;
  readonly methods: readonly Method[];
}

const TEXT = `
/v1/users                                       GET POST
/v1/users/quota                                 GET
/v1/users/:guid                                 GET PATCH DELETE
/v2/users                                       GET POST
/v2/users/:guid                                 GET PATCH DELETE
/v2/users/:guid/require-mfa                     POST
/v2/users/:guid/resend-activation-email         POST
/v2/users/:guid/reset-mfa                       POST
/v1/api-tokens/retrieve                         POST
/v1/customers/current/features                  GET POST
/v1/access-groups                               GET POST
/v1/access-groups/companies                     PUT
/v1/access-groups/query                         POST
/v1/access-groups/:guid                         GET PATCH DELETE
/v1/access-groups/:guid/companies/guids         GET PUT
/v2/portfolio                                   GET POST
/v2/portfolio/summaries                         GET
/v1/portfolio                                   GET
/v1/portfolio/ratings                           GET POST
/v1/portfolio/risk-vectors/grades               GET
/v1/portfolio/statistics                        GET
/v1/portfolio/breaches                          GET
/v1/portfolio/vulnerabilities                   GET
/v1/portfolio/providers                         GET
/v1/portfolio/providers/breaches                GET
/v1/portfolio/providers/:provider/companies     GET
/v1/portfolio/providers/:provider/products      GET
/v1/portfolio/products                          GET
/v1/portfolio/product-types                     GET
/v1/portfolio/guids                             GET
/v1/portfolio/entity-custom-ids                 GET
/v1/portfolio/contacts                          GET
/v1/portfolio/countries                         GET
/v1/portfolio/filters                           GET
/v1/portfolio/monitored-assets/threats          GET
/v1/vulnerabilities                             GET
/v1/companies                                   GET
/v1/companies/search                            GET POST
/v1/companies/:guid                             GET PATCH
/v1/companies/:guid/company-tree                GET
/v1/companies/:guid/company-tree/guids          GET
/v1/companies/:guid/company-tree/providers      GET
/v1/companies/:guid/company-tree/products       GET
/v1/companies/:guid/assets                      GET
/v1/companies/:guid/assets/statistics           GET
/v1/companies/:guid/assets/summaries            GET
/v1/companies/:guid/reports/ratings-history     GET
/v1/companies/:guid/risk-vectors/summaries      GET
/v1/companies/:guid/diligence/statistics        GET
/v1/companies/:guid/diligence/historical-statistics GET
/v1/companies/:guid/industries/statistics       GET
/v1/companies/:guid/observations/statistics     GET
/v1/companies/:guid/observations                GET
/v1/companies/:guid/graph_data                  GET
/v1/companies/:guid/countries                   GET
/v1/companies/:guid/findings                    GET POST
/v1/companies/:guid/findings/filters            GET
/v1/companies/:guid/findings/statistics         GET
/v1/companies/:guid/findings/summaries          GET
/v1/companies/:guid/findings/summary            GET
/v1/companies/:guid/findings/core-affects-ratings-download GET
/v1/companies/:guid/findings/:finding/comments  GET
/v1/companies/:guid/providers                   GET
/v1/companies/:guid/providers/breaches          GET
/v1/companies/:guid/products                    GET
/v1/companies/:guid/fourth-parties              GET
/v1/companies/:guid/threats/attestations        GET
/v1/companies/:guid/threats/attestations/bulk   POST
/v1/companies/:guid/exposed-credentials/events  GET
/v1/companies/:guid/exposed-credentials/credentials GET
/v1/companies/:guid/exposed-credentials/summaries GET
/v1/companies/:guid/logo-image                  GET
/v1/companies/:guid/sparkline                   GET
/v1/jobs/:guid                                  GET
/v1/remediations                                GET POST PATCH
/v1/remediations/:guid                          PATCH
/annotations/v1/threads                         POST
/annotations/v1/threads/:thread/comments        POST
/v1/alerts                                      GET
/v1/alerts/types                                GET
/v1/alerts/:type/:guid                          GET
/v1/alert-sets                                  GET
/v2/alerts                                      GET
/v2/alerts/latest                               GET
/v2/alerts/customer                             GET
/v2/alerts/:guid/affected-companies             GET
/v1/folders                                     GET POST
/v1/folders/:guid                               GET PATCH DELETE
/v1/folders/:guid/companies                     PATCH
/v1/folders/:guid/graph_data                    GET
/v1/folders/:guid/findings/summary              GET
/v1/folders/:guid/providers                     GET
/v1/folders/:guid/products                      GET
/v1/folders/:guid/product-types                 GET
/v1/tiers                                       GET POST
/v1/tiers/summary                               GET
/v1/tiers/thresholds                            GET
/v1/tiers/:guid                                 GET PUT PATCH DELETE
/v1/tiers/:guid/companies                       PATCH
/v1/tiers/:guid/providers                       GET
/v1/tiers/:guid/products                        GET
/v1/tiers/:guid/product-types                   GET
/v1/company-life-cycles                         GET
/v1/company-life-cycle-types                    GET
/v1/company-relationships                       GET
/v1/industries                                  GET
/v1/defaults                                    GET
/v1/defaults/vulnerabilities                    GET
/v1/subscriptions                               GET POST
/v1/subscriptions/bulk                          POST
/v1/subscriptions/expired                       GET
/v1/subscriptions/companies                     GET
/v1/subscriptions/:guid                         GET
/v2/threats                                     GET
/v2/threats/summaries                           GET
/v2/threats/:guid/companies                     GET
/v2/threats/:guid/companies/:company/evidence   GET
/v1/threats/attestations                        GET
/v1/exposed-credentials/leaks                   GET
/v1/exposed-credentials/affected-companies      GET
/v1/current-ratings                             GET POST
/v1/fast-ratings                                POST
/v1/fast-ratings/quota                          GET
/v1/fast-ratings/requests                       GET
/v1/fast-ratings/requests/:guid/response        GET
/v1/insights                                    GET
/v1/insights/rating_changes                     GET
/v2/company-requests                            GET POST
/v2/company-requests/bulk                       POST
/v1/reports                                     POST
`;

/** POST that asks and changes nothing: a query whose parameters are in the body. */
const QUERIES: ReadonlySet<string> = new Set([
  '/v2/portfolio',
  '/v1/portfolio/ratings',
  '/v1/companies/search',
  '/v1/companies/:guid/findings',
  '/v1/current-ratings',
  '/v1/access-groups/query',
]);

/** What a call to a documented path does, for the table of roles. */
export function isRead(method: string, path: string): boolean {
  return method === 'GET' || (method === 'POST' && QUERIES.has(path));
}

const KNOWN: readonly Method[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** One row per documented path. */
export const DOCUMENTED_PATHS: readonly DocumentedPath[] = Object.freeze(
  TEXT.trim()
    .split('\n')
    .map(line => {
      const [path = '', ...methods] = line.split(/ +/);
      return { path, methods: KNOWN.filter(method => methods.includes(method)) };
    }),
);
