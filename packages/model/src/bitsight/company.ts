// From a company's upstream records (its row in the portfolio and, where permitted, its detail view) to the unified
// company. Source: unified API, "TprmCompany"; Bitsight's v1 and v2 company objects, which name fields differently.
import { companyId } from '../ids.ts';
import type { Mapped } from '../mapped.ts';
import { plainText } from '../plain-text.ts';
import { riskVector } from '../risk-vectors.ts';
import type { CompanyContent, RatingPoint, TprmFactor } from '../schemas/company.ts';
import { LETTER_GRADES, SCORE_SCALE, VENDOR } from '../vocabulary.ts';
import { dayOf } from './dates.ts';
import {
  countOf,
  isObject,
  type JsonObject,
  listOf,
  nameOf,
  numberOf,
  objectOf,
  textOf,
  wholeOf,
} from './readers.ts';
import { overallGradeOf, scoreOf } from './scales.ts';

/** What upstream says of one company. */
export interface CompanyRecord {
  /** Answer of `GET /v1/companies/{guid}`; null where the subscription does not permit it. */
  readonly detail: unknown;
  /** A row of `GET /v2/portfolio` or of `GET /v1/companies`. */
  readonly listed: unknown;
}

function factorOf(slug: string, entry: JsonObject): TprmFactor {
  const vector = riskVector(slug);
  const letter = textOf(entry.grade);
  return {
    slug,
    name: vector?.name ?? textOf(entry.name) ?? slug,
    category: textOf(entry.category) ?? vector?.category ?? null,
    grade: LETTER_GRADES.find(grade => grade === letter) ?? null,
    score: wholeOf(entry.rating),
    percentile: numberOf(entry.percentile),
  };
}

/** Risk vectors in Bitsight's own order; those without one last, as received. */
function factorsOf(ratingDetails: unknown): TprmFactor[] {
  const rows: { order: number; factor: TprmFactor }[] = [];
  for (const [slug, entry] of Object.entries(objectOf(ratingDetails))) {
    if (!isObject(entry)) continue;
    const order = numberOf(entry.order) ?? Number.MAX_SAFE_INTEGER;
    rows.push({ order, factor: factorOf(slug, entry) });
  }
  return rows.sort((a, b) => a.order - b.order).map(row => row.factor);
}

function ratingPoint(date: unknown, rating: unknown, range: unknown): RatingPoint | null {
  const day = dayOf(date);
  const score = scoreOf(rating);
  return day === null || score === null ? null : { date: day, score, grade: overallGradeOf(range, score) };
}

/** Newest first, one for each day. On a day both tell, the detail view wins: it names the band. */
function ratingsOf(detail: JsonObject, listed: JsonObject): RatingPoint[] {
  const byDay = new Map<string, RatingPoint>();
  const add = (point: RatingPoint | null) => {
    if (point !== null && !byDay.has(point.date)) byDay.set(point.date, point);
  };
  for (const entry of listOf(detail.ratings)) {
    if (isObject(entry)) add(ratingPoint(entry.rating_date, entry.rating, entry.range));
  }
  add(ratingPoint(listed.rating_date, listed.rating, listed.rating_category));
  return [...byDay.values()].sort((a, b) => (a.date < b.date ? 1 : -1));
}

type Overall = Pick<CompanyContent, 'overall_score' | 'overall_grade' | 'score_date'>;

/** The newest dated rating; an undated one (`current_rating`) only where there is none. */
function overallOf(detail: JsonObject, listed: JsonObject, newest: RatingPoint | undefined): Overall {
  if (newest !== undefined) {
    return { overall_score: newest.score, overall_grade: newest.grade, score_date: newest.date };
  }
  const score = scoreOf(detail.current_rating) ?? scoreOf(listed.rating);
  const grade = overallGradeOf(detail.rating_category ?? listed.rating_category, score);
  return { overall_score: score, overall_grade: score === null ? null : grade, score_date: null };
}

function guidProblems(detail: JsonObject, listed: JsonObject): string[] {
  const [ofDetail, ofListed] = [textOf(detail.guid), textOf(listed.guid)];
  if (ofDetail === null && ofListed === null) return ['guid: missing or not a string'];
  // Two companies in one record would give one of them the other's rating.
  return ofDetail !== null && ofListed !== null && ofDetail !== ofListed
    ? ['guid: detail and listed are of different companies']
    : [];
}

/**
 * What upstream says of a company, as unified content with its rating history (newest first). Pure, and never
 * throws: records without a guid, or of two companies, are reported; any other field of an unexpected type is null.
 * The row is read on every run and the detail view perhaps less often, so the row wins where both have a field.
 */
export function mapCompany(
  record: CompanyRecord,
  context: { readonly connectionId: string },
): Mapped<CompanyContent & { ratings: RatingPoint[] }> {
  const detail = objectOf(record.detail);
  const listed = objectOf(record.listed);
  if (!isObject(record.detail) && !isObject(record.listed)) {
    return { ok: false, problems: ['company: not an object'] };
  }
  const problems = guidProblems(detail, listed);
  if (problems.length > 0) return { ok: false, problems };

  const first = (read: (value: unknown) => string | null, ...values: unknown[]): string | null => {
    for (const value of values) {
      const text = read(value);
      if (text !== null) return text;
    }
    return null;
  };
  const guid = first(textOf, listed.guid, detail.guid) ?? '';
  const domain = first(textOf, listed.primary_domain, detail.primary_domain);
  const description = textOf(detail.description);
  // A row that names no subscription means there is none (any more), whatever an older detail view says.
  const subscribed = 'subscription_type' in listed || 'subscription_type_key' in listed ? listed : detail;
  const subscription = first(nameOf, subscribed.subscription_type, subscribed.subscription_type_key);
  const ratings = ratingsOf(detail, listed);
  return {
    ok: true,
    value: {
      id: companyId(context.connectionId, guid),
      connection_id: context.connectionId,
      vendor: VENDOR,
      vendor_id: guid,
      name: first(textOf, listed.name, detail.name, listed.shortname, detail.shortname) ?? domain ?? guid,
      domain,
      homepage: textOf(detail.homepage),
      description: description === null ? null : textOf(plainText(description)),
      industry: first(nameOf, listed.industry, detail.industry),
      sub_industry: first(nameOf, listed.sub_industry, detail.sub_industry),
      ...overallOf(detail, listed, ratings[0]),
      score_scale: { min: SCORE_SCALE.min, max: SCORE_SCALE.max },
      factors: factorsOf(detail.rating_details),
      is_monitored: subscription !== null,
      subscription,
      tier: first(nameOf, listed.tier_name, listed.tier, detail.tier_name, detail.tier),
      lifecycle: first(nameOf, listed.life_cycle, detail.life_cycle),
      relationship: first(nameOf, listed.relationship, detail.relationship),
      custom_id: first(textOf, listed.custom_id, detail.custom_id),
      employee_count: countOf(detail.people_count),
      ip_count: countOf(detail.ipv4_count) ?? countOf(listed.network_size_v4),
      added_at: dayOf(listed.added_date) ?? dayOf(listed.date_added),
      ratings,
    },
  };
}
