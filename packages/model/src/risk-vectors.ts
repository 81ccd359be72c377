// Bitsight's risk vectors: names, ids, categories and where each appears. Sources: Bitsight help centre (Finding
// Details, API Fields: Risk Types, Data Vault Data Types) and a recorded company detail for the order.

/** Categories in Bitsight's order; the index is `category_order`. */
export const RISK_CATEGORIES = [
  'Compromised Systems',
  'Diligence',
  'User Behavior',
  'Public Disclosures',
] as const;
export type RiskCategory = (typeof RISK_CATEGORIES)[number];

/** One risk vector. */
export interface RiskVector {
  /** Id in findings, `rating_details` and remediations; declared stable by Bitsight. */
  readonly slug: string;
  /** Display name today. */
  readonly name: string;
  /** Display name of the older API description, as `risk_vector_label` still has it. */
  readonly label: string;
  /** Id in portfolio grades, insights and Data Vault; null where none is known. */
  readonly shortId: string | null;
  readonly category: RiskCategory;
  readonly categoryOrder: number;
  /** Place in `rating_details`; null where the vector is not in it. */
  readonly order: number | null;
  readonly beta: boolean;
  /** Whether the findings endpoint returns it. */
  readonly inFindings: boolean;
  readonly inRatingDetails: boolean;
}

const IN_FINDINGS = true;
const NOT_IN_FINDINGS = false;

function row(
  slug: string,
  name: string,
  label: string,
  shortId: string | null,
  category: RiskCategory,
  order: number | null,
  inFindings: boolean,
  beta = false,
): RiskVector {
  return Object.freeze({
    slug,
    name,
    label,
    shortId,
    category,
    categoryOrder: RISK_CATEGORIES.indexOf(category),
    order,
    beta,
    inFindings,
    inRatingDetails: order !== null,
  });
}

const COMPROMISED = 'Compromised Systems';
const DILIGENCE = 'Diligence';
const BEHAVIOR = 'User Behavior';
const DISCLOSURES = 'Public Disclosures';

/**
 * All risk vectors. The short ids of `dmarc` and `file_sharing` and the slug `domain_squatting` are not confirmed
 * by a source; `general` and `other` are the two slugs of Other Disclosures.
 */
export const RISK_VECTORS: readonly RiskVector[] = Object.freeze([
  row('botnet_infections', 'Botnet Infections', 'Botnet Infections', 'botnet', COMPROMISED, 0, IN_FINDINGS),
  row('spam_propagation', 'Spam Propagation', 'Spam Propagation', 'spam', COMPROMISED, 1, IN_FINDINGS),
  row('malware_servers', 'Malware Servers', 'Malware Servers', 'mal_server', COMPROMISED, 2, IN_FINDINGS),
  row(
    'unsolicited_comm',
    'Unsolicited Communications',
    'Unsolicited Communications',
    'unexp_comm',
    COMPROMISED,
    3,
    IN_FINDINGS,
  ),
  row(
    'potentially_exploited',
    'Potentially Exploited',
    'Potentially Exploited',
    'pot_exploited',
    COMPROMISED,
    4,
    IN_FINDINGS,
  ),
  row('spf', 'SPF Domains', 'SPF', 'spf', DILIGENCE, 5, IN_FINDINGS),
  row('dkim', 'DKIM Records', 'DKIM', 'dkim', DILIGENCE, 6, IN_FINDINGS),
  row(
    'ssl_certificates',
    'TLS/SSL Certificates',
    'SSL Certificates',
    'certificate',
    DILIGENCE,
    7,
    IN_FINDINGS,
  ),
  row('ssl_configurations', 'TLS/SSL Configurations', 'SSL Configurations', 'ssl', DILIGENCE, 8, IN_FINDINGS),
  row('open_ports', 'Open Ports', 'Open Ports', 'open_port', DILIGENCE, 9, IN_FINDINGS),
  row(
    'application_security',
    'Web Application Headers',
    'Web Application Headers',
    'http_headers',
    DILIGENCE,
    10,
    IN_FINDINGS,
  ),
  row(
    'patching_cadence',
    'Critical Vulnerability Management',
    'Patching Cadence',
    'pc',
    DILIGENCE,
    11,
    IN_FINDINGS,
  ),
  row('insecure_systems', 'Insecure Systems', 'Insecure Systems', 'insecure_sys', DILIGENCE, 12, IN_FINDINGS),
  row('server_software', 'Server Software', 'Server Software', 'server_software', DILIGENCE, 13, IN_FINDINGS),
  row('desktop_software', 'Desktop Software', 'Desktop Software', 'endpoint_pc', DILIGENCE, 14, IN_FINDINGS),
  row('mobile_software', 'Mobile Software', 'Mobile Software', 'endpoint_mobile', DILIGENCE, 15, IN_FINDINGS),
  row('dnssec', 'DNSSEC Records', 'DNSSEC', 'dnssec', DILIGENCE, 16, IN_FINDINGS, true),
  row(
    'mobile_application_security',
    'Mobile Application Security',
    'Mobile Application Security',
    'mobile_appsec',
    DILIGENCE,
    17,
    IN_FINDINGS,
    true,
  ),
  row(
    'web_appsec',
    'Web Application Security',
    'Web Application Security',
    null,
    DILIGENCE,
    null,
    IN_FINDINGS,
  ),
  row('dmarc', 'DMARC', 'DMARC', 'dmarc', DILIGENCE, null, IN_FINDINGS),
  row('domain_squatting', 'Domain Squatting', 'Domain Squatting', null, DILIGENCE, null, NOT_IN_FINDINGS),
  row('file_sharing', 'File Sharing', 'File Sharing', 'file_sharing', BEHAVIOR, 18, IN_FINDINGS),
  row(
    'exposed_credentials',
    'Exposed Credentials',
    'Exposed Credentials',
    null,
    BEHAVIOR,
    null,
    NOT_IN_FINDINGS,
  ),
  row(
    'mobile_app_publications',
    'Mobile App Publications',
    'Mobile App Publications',
    null,
    BEHAVIOR,
    null,
    NOT_IN_FINDINGS,
  ),
  row('data_breaches', 'Security Incidents', 'Breaches', 'breach', DISCLOSURES, 19, NOT_IN_FINDINGS),
  row('general', 'Other Disclosures', 'Other Disclosures', null, DISCLOSURES, null, NOT_IN_FINDINGS),
  row('other', 'Other Disclosures', 'Other Disclosures', null, DISCLOSURES, null, NOT_IN_FINDINGS),
]);

const BY_SLUG: ReadonlyMap<string, RiskVector> = new Map(RISK_VECTORS.map(vector => [vector.slug, vector]));

/** The risk vector of a findings slug, or `undefined` for one we do not know (yet). */
export function riskVector(slug: string): RiskVector | undefined {
  return BY_SLUG.get(slug);
}
