// Companies of both API versions, against expectations worked out by hand from the unified API.
import { describe, expect, it } from 'vitest';
import { companyId, mapCompany, Resource, resourceId, resourceOf, TprmCompany } from '../src/index.ts';
import { COMPANY_HISTORY, CONNECTION, payload } from './support.ts';

const context = { connectionId: CONNECTION };

function rows(file: string): unknown[] {
  const { companies } = payload(file);
  return Array.isArray(companies) ? companies : [];
}

function company(detail: unknown, listed: unknown) {
  const outcome = mapCompany({ detail, listed }, context);
  if (!outcome.ok) throw new Error(outcome.problems.join('; '));
  return outcome.value;
}

const ROW = {
  guid: 'g-1',
  custom_id: null,
  name: 'Teacup',
  network_size_v4: 12,
  rating: 640,
  rating_date: '2026-01-05',
  added_date: '2024-11-03',
  industry: { name: 'Engineering', slug: 'engineering' },
  sub_industry: { name: null, slug: null },
  type: ['CURATED'],
  subscription_type: { name: 'Total Risk Monitoring', slug: 'continuous_monitoring' },
  primary_domain: 'teacupdemo.com',
  tier: 'f0b4d1f2-0000-4000-8000-000000000000',
  tier_name: 'Tier 1',
  tier_order: 1,
  life_cycle: { name: 'Monitoring', slug: 'monitoring' },
  relationship: { name: 'Vendor', slug: 'vendor' },
};

describe('mapCompany', () => {
  it('maps a v1 row alone', () => {
    expect(company(null, rows('companies.v1.list.GET.doc.json')[0])).toEqual({
      id: companyId(CONNECTION, '8c87c257-6767-42ad-8369-c4c5833851d4'),
      connection_id: CONNECTION,
      vendor: 'BIT_SIGHT',
      vendor_id: '8c87c257-6767-42ad-8369-c4c5833851d4',
      name: 'Teacup Demolition Corp.',
      domain: 'teacupdemo.com',
      homepage: null,
      description: null,
      industry: 'Engineering',
      sub_industry: 'Construction',
      overall_score: 710,
      overall_grade: 'INTERMEDIATE',
      score_scale: { min: 250, max: 900 },
      score_date: '2020-02-04',
      factors: [],
      is_monitored: true,
      subscription: 'Total Risk Monitoring',
      tier: null,
      lifecycle: null,
      relationship: null,
      custom_id: 'abc-123',
      employee_count: null,
      ip_count: 0,
      added_at: '2014-11-03',
      ratings: [{ date: '2020-02-04', score: 710, grade: 'INTERMEDIATE' }],
    });
  });

  it('maps the recorded v1 rows', () => {
    const [first, second] = rows('companies.v1.list.GET.xsoar.json').map(row => company(null, row));
    expect(first).toMatchObject({ vendor_id: '100', overall_score: 650, overall_grade: 'INTERMEDIATE' });
    expect(second).toMatchObject({
      name: 'Saperix Corporate',
      overall_score: 730,
      subscription: 'MySubsidiary',
      ip_count: 4032,
      added_at: '2021-11-23',
    });
  });

  it('maps a v2 row: industry, tier, life cycle and relationship by name', () => {
    expect(company(null, ROW)).toMatchObject({
      industry: 'Engineering',
      sub_industry: null,
      tier: 'Tier 1',
      lifecycle: 'Monitoring',
      relationship: 'Vendor',
      subscription: 'Total Risk Monitoring',
      overall_grade: 'INTERMEDIATE',
      added_at: '2024-11-03',
      ip_count: 12,
    });
  });

  it('maps the recorded detail view with its factors and its history', () => {
    const value = company(payload('companies.v1.detail.GET.xsoar.json'), null);
    expect(value).toMatchObject({
      vendor_id: '123',
      name: 'Saperix Guest network',
      domain: 'dummy.com',
      homepage: 'http://dummy.com/guest',
      description: 'Saperix Technologies LLC develops risk analysis software solutions.',
      industry: 'Technology',
      sub_industry: 'Computer & Network Security',
      overall_score: 690,
      overall_grade: 'INTERMEDIATE',
      score_date: '2022-03-12',
      is_monitored: true,
      subscription: 'MySubsidiary',
      custom_id: null,
      employee_count: 100,
      ip_count: 7,
      added_at: null,
    });
    expect(value.factors).toHaveLength(20);
    expect(value.factors[0]).toEqual({
      slug: 'botnet_infections',
      name: 'Botnet Infections',
      category: 'Compromised Systems',
      grade: 'A',
      score: 820,
      percentile: 100,
    });
    expect(value.factors.find(factor => factor.slug === 'mobile_application_security')).toEqual({
      slug: 'mobile_application_security',
      name: 'Mobile Application Security',
      category: 'Diligence',
      grade: null,
      score: null,
      percentile: null,
    });
    expect(value.factors.at(-1)).toMatchObject({ slug: 'data_breaches', name: 'Security Incidents' });
    expect(value.ratings).toHaveLength(9);
    expect(value.ratings[8]).toEqual({ date: '2021-03-01', score: 720, grade: 'INTERMEDIATE' });
  });

  it('takes the newest rating of row and detail view', () => {
    const detail = { guid: 'g-1', ratings: [{ rating_date: '2026-01-04', rating: 750, range: 'Advanced' }] };
    expect(company(detail, ROW)).toMatchObject({ overall_score: 640, score_date: '2026-01-05' });
    expect(company(detail, { ...ROW, rating_date: '2026-01-03' })).toMatchObject({
      overall_score: 750,
      overall_grade: 'ADVANCED',
    });
  });

  it.each([
    [250, 'BASIC'],
    [630, 'BASIC'],
    [640, 'INTERMEDIATE'],
    [730, 'INTERMEDIATE'],
    [740, 'ADVANCED'],
    [900, 'ADVANCED'],
    ['N/A', null],
    [0, null],
    [910, null],
    [null, null],
  ])('grades a rating of %s as %s', (rating, grade) => {
    expect(company(null, { ...ROW, rating }).overall_grade).toBe(grade);
  });

  it('trusts the band Bitsight names over the one of the score', () => {
    const detail = { guid: 'g-1', ratings: [{ rating_date: '2026-01-06', rating: 640, range: 'Basic' }] };
    expect(company(detail, ROW).overall_grade).toBe('BASIC');
  });

  it('counts a company without a subscription as not monitored', () => {
    const detail = { guid: 'g-1', subscription_type: 'Total Risk Monitoring' };
    const row = { ...ROW, subscription_type: { name: null, slug: null } };
    expect(company(detail, row)).toMatchObject({ is_monitored: false, subscription: null });
  });

  it('reports records of two companies, without a guid, or that are no objects', () => {
    expect(mapCompany({ detail: { guid: 'a' }, listed: { guid: 'b' } }, context)).toEqual({
      ok: false,
      problems: ['guid: detail and listed are of different companies'],
    });
    expect(mapCompany({ detail: null, listed: { name: 'x' } }, context)).toEqual({
      ok: false,
      problems: ['guid: missing or not a string'],
    });
    expect(mapCompany({ detail: null, listed: [] }, context)).toEqual({
      ok: false,
      problems: ['company: not an object'],
    });
  });

  it('is the resource of type VENDOR', () => {
    const { ratings: _, ...content } = company(null, ROW);
    const full = TprmCompany.parse({ ...content, ...COMPANY_HISTORY, vendor_data: { listed: ROW } });
    const counts = { CRITICAL: 1, HIGH: 2, MEDIUM: 3, LOW: 4, UNKNOWN: 5 };
    const resource = resourceOf(full, counts);
    expect(Resource.parse(resource)).toEqual({
      id: resourceId(full.id),
      type: 'VENDOR',
      name: 'Teacup',
      connection_id: CONNECTION,
      vendor: 'BIT_SIGHT',
      vendor_id: 'g-1',
      identifiers: { domain: 'teacupdemo.com', guid: 'g-1', custom_id: null },
      first_seen: COMPANY_HISTORY.created_at,
      last_seen: COMPANY_HISTORY.last_synced_at,
      attributes: {
        score: 640,
        grade: 'INTERMEDIATE',
        industry: 'Engineering',
        tier: 'Tier 1',
        lifecycle: 'Monitoring',
      },
      open_finding_counts: counts,
      created_at: COMPANY_HISTORY.created_at,
      updated_at: COMPANY_HISTORY.updated_at,
      vendor_data: { listed: ROW },
    });
  });
});
