/**
 * Companies of the synthetic world as the wire shows them: the row of `/v2/portfolio`, the row of `/v1/companies` and the
 * detail view. Fields and their differences between v1 and v2: bitsight-api.md, 4.1, 4.2, 5.3, 5.4 and 6.
 */
import type { JsonObject } from '../../../wire/json.ts';
import type { PortfolioRecord } from '../../../wire/portfolio-filters.ts';
import type { RatedCompany } from '../../portfolio-reader.ts';
import { dayText } from './days.ts';
import type { Profile } from './profile.ts';
import { mix } from './random.ts';
import { ratingDetails, ratingHistory, ratingOn, vectorGrades } from './ratings.ts';
import { hasCompanyTree, isServiceProvider } from './tree.ts';

/** A company's rating on a day; null for the few that have none. */
function currentRating({ isRated, tenancy }: Profile, day: number): number | null {
  return isRated ? ratingOn(tenancy.key, day) : null;
}

function companyUrls(baseUrl: string, guid: string) {
  const company = `${baseUrl}/ratings/v1/companies/${guid}`;
  return {
    href: company,
    logo: `${company}/logo-image`,
    sparkline: `${company}/sparkline?size=small`,
    display: `${baseUrl}/app/company/${guid}/overview/`,
  };
}

/** The row of `/v2/portfolio`, with what its filters ask beyond it. */
export function portfolioRecord(profile: Profile, day: number, baseUrl: string): PortfolioRecord {
  const { tenancy, tier } = profile;
  const urls = companyUrls(baseUrl, tenancy.guid);
  const rating = currentRating(profile, day);
  return {
    folders: profile.folders,
    countries: profile.countries,
    get grades() {
      return profile.isRated ? vectorGrades(tenancy.key, day) : {};
    },
    item: {
      guid: tenancy.guid,
      custom_id: profile.customId,
      name: profile.name,
      shortname: profile.shortname,
      network_size_v4: profile.networkSize,
      rating,
      rating_date: rating === null ? null : dayText(day),
      added_date: dayText(tenancy.joined),
      industry: { name: profile.industry.name, slug: profile.industry.slug },
      sub_industry: { name: profile.subIndustry.name, slug: profile.subIndustry.slug },
      type: profile.types,
      logo: urls.logo,
      sparkline: urls.sparkline,
      subscription_type: { name: profile.subscription.name, slug: profile.subscription.slug },
      primary_domain: profile.domain,
      display_url: urls.display,
      tier: tier?.guid ?? null,
      tier_name: tier?.name ?? null,
      tier_order: tier?.order ?? null,
      life_cycle:
        profile.lifeCycle === null ? null : { name: profile.lifeCycle.name, slug: profile.lifeCycle.slug },
      relationship:
        profile.relationship === null
          ? null
          : { name: profile.relationship.name, slug: profile.relationship.slug },
      details: { confidence: 'HIGH', is_primary: profile.isOwn, primary_company: null },
    },
  };
}

/** The row of `/v1/companies`. */
export function companyRow(profile: Profile, day: number, baseUrl: string): JsonObject {
  const { tenancy } = profile;
  const urls = companyUrls(baseUrl, tenancy.guid);
  const rating = currentRating(profile, day);
  return {
    guid: tenancy.guid,
    custom_id: profile.customId,
    name: profile.name,
    shortname: profile.shortname,
    network_size_v4: profile.networkSize,
    rating,
    rating_date: rating === null ? null : dayText(day),
    date_added: dayText(tenancy.joined),
    industry: profile.industry.name,
    industry_slug: profile.industry.slug,
    sub_industry: profile.subIndustry.name,
    sub_industry_slug: profile.subIndustry.slug,
    type: profile.types.join(','),
    logo: urls.logo,
    sparkline: urls.sparkline,
    external_id: 1_000_000 + tenancy.ordinal,
    subscription_type: profile.subscription.name,
    subscription_type_key: profile.subscription.slug,
    primary_domain: profile.domain,
    security_grade: null,
    grade_date: null,
    display_url: urls.display,
    href: urls.href,
  };
}

/** The row of `/v1/portfolio`. */
export function companyRowWithTier(profile: Profile, day: number, baseUrl: string): JsonObject {
  return { ...companyRow(profile, day, baseUrl), tier: profile.tier?.guid ?? null };
}

/** A year of ratings, newest first. */
export function ratingsOf({ isRated, tenancy }: Profile, day: number): readonly JsonObject[] {
  return isRated ? ratingHistory(tenancy.key, day) : [];
}

/** The company with its current rating and grades. */
export function ratedCompany(profile: Profile, day: number, baseUrl: string): RatedCompany {
  const { tenancy, name } = profile;
  const rating = currentRating(profile, day);
  return {
    guid: tenancy.guid,
    name,
    rating,
    ratingDate: rating === null ? null : dayText(day),
    // Many who ask for companies never look at their grades.
    get details() {
      return detailsOf(profile, day, baseUrl);
    },
  };
}

export function detailsOf({ isRated, tenancy }: Profile, day: number, baseUrl: string): JsonObject | null {
  return isRated ? ratingDetails(tenancy.key, day, `${baseUrl}/app/company/${tenancy.guid}`) : null;
}

/** The detail view: a year of ratings, newest first, and no top-level rating. */
export function companyDetail(profile: Profile, day: number, baseUrl: string): JsonObject {
  const { tenancy, isOwn } = profile;
  const urls = companyUrls(baseUrl, tenancy.guid);
  const roll = (purpose: number, bound: number) => mix(tenancy.key, 200 + purpose) % bound;
  const monitored = profile.subscription.slug === 'continuous_monitoring' || isOwn;
  return {
    guid: tenancy.guid,
    custom_id: profile.customId,
    name: profile.name,
    description:
      roll(1, 10) === 0 ? null : `${profile.shortname} works in ${profile.subIndustry.name.toLowerCase()}.`,
    ipv4_count: profile.networkSize,
    people_count: profile.people,
    shortname: profile.shortname,
    industry: profile.industry.name,
    industry_slug: profile.industry.slug,
    sub_industry: profile.subIndustry.name,
    sub_industry_slug: profile.subIndustry.slug,
    homepage: `https://www.${profile.domain}`,
    primary_domain: profile.domain,
    type: profile.types.join(','),
    display_url: urls.display,
    rating_details: detailsOf(profile, day, baseUrl),
    ratings: ratingsOf(profile, day),
    search_count: 20 + roll(2, 9000),
    subscription_type: profile.subscription.name,
    sparkline: urls.sparkline,
    subscription_type_key: profile.subscription.slug,
    subscription_end_date: null,
    confidence: roll(3, 12) === 0 ? 'LOW' : 'HIGH',
    bulk_email_sender_status: (['NONE', 'PARTIAL', 'FULL'] as const)[roll(4, 12)] ?? 'NONE',
    service_provider: isServiceProvider(tenancy.key),
    customer_monitoring_count: 1 + roll(6, 900),
    available_upgrade_types: monitored ? [] : ['continuous_monitoring'],
    has_company_tree: hasCompanyTree(tenancy.key),
    has_preferred_contact: roll(8, 2) === 0,
    is_bundle: false,
    rating_industry_median: (['below', 'near', 'above'] as const)[roll(9, 3)] ?? 'near',
    primary_company: null,
    permissions: {
      can_annotate: true,
      can_view_ip_attributions: true,
      can_view_infrastructure: true,
      can_view_forensics: monitored,
      can_download_company_report: true,
      can_view_company_reports: true,
      can_view_service_providers: true,
      can_enable_vendor_access: !isOwn,
      can_request_self_published_entity: false,
      can_manage_primary_company: isOwn,
      has_control: isOwn,
    },
    is_primary: isOwn,
    security_grade: null,
    is_unsampled_allowed: true,
    in_spm_portfolio: isOwn,
    is_mycomp_mysubs_bundle: false,
    is_csp: roll(10, 20) === 0,
    has_delegated_security_controls: roll(11, 20) === 0,
    company_features: [],
    compliance_claim:
      roll(12, 4) === 0
        ? {
            trust_page: `https://trust.${profile.domain}`,
            certifications: [
              { name: 'ISO 27001', slug: 'iso_27001' },
              { name: 'SOC 2', slug: 'soc_2' },
            ],
          }
        : null,
    related_companies: [],
  };
}
