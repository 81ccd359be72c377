/**
 * Alerts as the wire shows them: rows of v2, rows of v1, and what each type tells of. Facts:
 * bitsight-api.md, 4.5 and 6 (`start_date` is the day before, triggers are display labels); article 360018620054.
 */
import type { JsonObject } from '../../../../wire/json.ts';
import { dayText } from '../days.ts';
import { subscriptionFolder } from '../subscription-folders.ts';
import type { AlertCause, AlertEvent } from './alert-events.ts';

type AlertType = AlertCause['type'];

/** How the paths of v1 call the types. */
const V1_PATHS: Readonly<Record<AlertType, string>> = {
  PERCENT_CHANGE: 'percent',
  RATING_THRESHOLD: 'threshold',
  RISK_CATEGORY: 'risk-categories',
  PUBLIC_DISCLOSURE: 'public-disclosure',
};

/** Triggers of alerts that no risk vector triggered: the name of their category. */
const TRIGGERS = {
  PERCENT_CHANGE: 'Percent Change',
  RATING_THRESHOLD: 'Rating Threshold',
  PUBLIC_DISCLOSURE: 'Public Disclosure',
} as const;

/** The row of `/v2/alerts`. */
export function alertRow(event: AlertEvent, seedKey: number): JsonObject {
  const { guid, company, severity, cause } = event;
  const folder = subscriptionFolder(company, seedKey);
  return {
    guid,
    alert_type: cause.type,
    ...days(event),
    company_name: company.name,
    company_guid: company.tenancy.guid,
    company_url: companyUrl(event),
    folder_guid: folder.guid,
    folder_name: folder.name,
    severity,
    trigger: cause.type === 'RISK_CATEGORY' ? cause.vector.name : TRIGGERS[cause.type],
  };
}

/** The row of `/v1/alerts`: what the alerts of all types have in common, and where the rest is. */
export function alertRowV1(event: AlertEvent, seedKey: number, baseUrl: string): JsonObject {
  const { guid, company, severity, cause } = event;
  return {
    guid,
    ...days(event),
    company_name: company.name,
    company_guid: company.tenancy.guid,
    company_url: companyUrl(event),
    folder_guid: subscriptionFolder(company, seedKey).guid,
    alert_severity: severity,
    alert_type: cause.type,
    href: `${baseUrl}/ratings/v1/alerts/${V1_PATHS[cause.type]}/${guid}`,
  };
}

/** What `/v1/alerts/{type}/{guid}` shows. */
export function alertDetailsV1(event: AlertEvent, seedKey: number): JsonObject {
  const { href, ...common } = alertRowV1(event, seedKey, '');
  return { ...common, ...alertDetails(event) };
}

/** Is this how the paths of v1 call the alert's type? */
export function isOfV1Path({ cause }: AlertEvent, path: string): boolean {
  return V1_PATHS[cause.type] === path;
}

function days({ day }: AlertEvent): JsonObject {
  return { alert_date: dayText(day), start_date: dayText(day - 1) };
}

function companyUrl({ company }: AlertEvent): string {
  return `/company/${company.tenancy.guid}/`;
}

/** What the alert's type tells of: `details` in v2. */
export function alertDetails({ cause }: AlertEvent): JsonObject {
  switch (cause.type) {
    case 'PERCENT_CHANGE':
      return { start_rating: cause.start, end_rating: cause.end, rating_change_pct: cause.percent };
    case 'RATING_THRESHOLD':
      return { start_rating: cause.start, end_rating: cause.end, rating_threshold: cause.threshold };
    case 'RISK_CATEGORY':
      return {
        start_grade: cause.start,
        end_grade: cause.end,
        threshold_grade: cause.threshold,
        risk_vector: cause.vector.name,
      };
    case 'PUBLIC_DISCLOSURE':
      return disclosureDetails(cause);
  }
}

/** How upstream calls the type of an origin is not known. */
function disclosureDetails({ breach }: Extract<AlertCause, { type: 'PUBLIC_DISCLOSURE' }>): JsonObject {
  const { subject, kind } = breach;
  return {
    category: 'Breach',
    subcategory: kind.name,
    message: breach.text,
    is_direct: true,
    severity: breach.severity,
    discovery_date: dayText(breach.published),
    effective_date: dayText(breach.recorded),
    public_disclosure_guid: breach.guid,
    origin_type: null,
    origin_company: {
      guid: subject.guid,
      name: subject.name,
      display_url: `/company/${subject.guid}/`,
      is_subscribed: true,
    },
  };
}
