// Whatever stands in place of an upstream record, it is mapped to something valid or reported: never thrown at.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  findingContentHash,
  findingIdentity,
  isVulnerabilityFinding,
  mapCompany,
  mapFinding,
  RatingPoint,
  Resource,
  RISK_VECTORS,
  resourceOf,
  TprmCompany,
  TprmFinding,
  VulnerabilityFinding,
  vulnerabilityFindingOf,
} from '../src/index.ts';
import {
  COMPANY_HISTORY,
  CONNECTION,
  CONTEXT,
  documented,
  type Json,
  payload,
  sample,
  withHistory,
} from './support.ts';

const RUNS = { numRuns: 1_000 };

const scalar = fc.oneof(
  fc.constantFrom<unknown>(null, '', ' ', 'N/A', 'now', '7 days', '8.0', 0, -1, 1e308, true, false),
  fc.constantFrom(
    '2024-02-29',
    '2023-02-29',
    '2024-01-01T00:00:00-10:00',
    'a.example:443',
    '<b>x',
    'cve-2014-3566',
  ),
  fc.constantFrom('severe', 'Resolved', 'Diligence', '\ud800', '__proto__', 'constructor', '0000-01-01'),
  fc.double(),
  fc.integer(),
  fc.string({ unit: 'binary' }),
);
const anything = fc.oneof(scalar, fc.jsonValue({ noUnicodeString: false }));

const DETAIL_FIELDS =
  'diligence_annotations infection vulnerabilities vulnerability_name remediations cvss dest_port final_location grade assessment_name spam_type server_name check_pass'.split(
    ' ',
  );
const INNER_FIELDS =
  'message name family description remediation_tip help_text server version Product CPE transport total base severity confidence risks __proto__'.split(
    ' ',
  );
const FINDING_FIELDS =
  'temporary_id risk_vector risk_vector_label risk_category rolledup_observation_id evidence_key first_seen last_seen severity severity_category assets details duration remediated remediation_history affects_rating impacts_risk_vector_details vulnerabilities __proto__'.split(
    ' ',
  );

/** Objects with the names upstream uses; own `__proto__` fields as JSON.parse makes them. */
function objectWith(names: readonly string[], value: fc.Arbitrary<unknown>): fc.Arbitrary<Json> {
  return fc
    .array(fc.tuple(fc.constantFrom(...names), value), { maxLength: names.length })
    .map(entries =>
      JSON.parse(`{${entries.map(([k, v]) => `${JSON.stringify(k)}:${JSON.stringify(v)}`).join()}}`),
    );
}

const inner = objectWith(INNER_FIELDS, fc.oneof(scalar, fc.array(scalar, { maxLength: 3 })));
const detailValue = fc.oneof(anything, inner, fc.array(inner, { maxLength: 3 }));
const details = objectWith(DETAIL_FIELDS, detailValue);
const asset = objectWith(['asset', 'is_ip', 'asset_type', 'importance', 'category', 'is_monitored'], scalar);
const fieldValue = fc.oneof(anything, details, fc.array(asset, { maxLength: 4 }));
const vectors = fc.constantFrom(...RISK_VECTORS.map(vector => vector.slug));

const findings = fc.oneof(
  fc.jsonValue(),
  objectWith(FINDING_FIELDS, fieldValue),
  fc
    .record({
      risk_vector: vectors,
      details,
      more: objectWith(FINDING_FIELDS, fieldValue),
      assets: fc.array(asset),
    })
    .map(({ more, ...fields }) => sample({ ...more, ...fields, first_seen: '2025-01-02', last_seen: null })),
  fc
    .tuple(fc.constant(documented('spf')), fc.constantFrom(...FINDING_FIELDS), fieldValue)
    .map(([record, field, value]) => ({ ...record, [field]: value })),
);

function reordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reordered);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, field]) => [name, reordered(field)]),
  );
}

describe('any JSON value in place of a finding', () => {
  it('is mapped to a valid finding, or reported by field', () => {
    let mappedCount = 0;
    fc.assert(
      fc.property(findings, record => {
        const outcome = mapFinding(record, CONTEXT);
        if (!outcome.ok) {
          expect(outcome.problems.length).toBeGreaterThan(0);
          for (const problem of outcome.problems) expect(problem).toMatch(/^[a-z_]+: /);
          return;
        }
        mappedCount += 1;
        const { vendor_data: _, ...fields } = withHistory(outcome.value, {});
        const finding = TprmFinding.parse({ ...fields, vendor_data: record });
        expect(finding).toMatchObject(fields);
        expect(finding.title).not.toMatch(/[\r\n]/);
        const vulnerability = vulnerabilityFindingOf(finding, record);
        expect(vulnerability !== null).toBe(isVulnerabilityFinding(outcome.value, record));
        if (vulnerability === null) return;
        expect(VulnerabilityFinding.parse(vulnerability).has_fix).toBe(outcome.value.has_fix);
      }),
      RUNS,
    );
    // Of no use if nearly everything were reported.
    expect(mappedCount).toBeGreaterThan(RUNS.numRuns / 10);
  });

  it('maps alike whatever the order of its fields, its temporary_id, and how often it is mapped', () => {
    fc.assert(
      fc.property(findings, fc.string(), (record, temporaryId) => {
        const outcome = mapFinding(record, CONTEXT);
        expect(mapFinding(record, CONTEXT)).toEqual(outcome);
        if (typeof record !== 'object' || record === null || Array.isArray(record)) return;
        const other = { ...record, temporary_id: temporaryId };
        expect(mapFinding(other, CONTEXT)).toEqual(outcome);
        expect(findingIdentity(reordered(other))).toBe(findingIdentity(record));
        expect(findingContentHash(reordered(other))).toBe(findingContentHash(record));
      }),
      RUNS,
    );
  });

  it('survives nesting that would exhaust the call stack', () => {
    const deep = JSON.parse(`${'{"message":['.repeat(50_000)}1${']}'.repeat(50_000)}`);
    for (const field of ['details', 'assets', 'severity', 'remediation_history']) {
      expect(mapFinding(sample({ [field]: deep }), CONTEXT).ok).toBe(true);
    }
    expect(
      mapFinding(sample({ details: { diligence_annotations: deep, remediations: [deep] } }), CONTEXT).ok,
    ).toBe(true);
    expect(mapCompany({ detail: deep, listed: { guid: 'g', industry: deep } }, CONTEXT).ok).toBe(true);
  });

  it('leaves the prototype of objects alone', () => {
    const record = JSON.parse(
      '{"risk_vector":"spf","rolledup_observation_id":"x","details":{"diligence_annotations":{"__proto__":{"message":"m"}}},"evidence_key":"constructor","__proto__":{"polluted":1}}',
    );
    expect(mapFinding(record, CONTEXT)).toMatchObject({ ok: true, value: { title: 'SPF Domains: m' } });
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });
});

const COMPANY_FIELDS =
  'guid name shortname custom_id primary_domain homepage description industry sub_industry rating rating_date added_date date_added current_rating rating_details ratings subscription_type subscription_type_key tier tier_name life_cycle relationship people_count ipv4_count network_size_v4 rating_category __proto__'.split(
    ' ',
  );
const named = objectWith(['name', 'slug', 'grade', 'rating', 'percentile', 'order', 'category'], scalar);
const ratings = fc.array(
  objectWith(['rating_date', 'rating', 'range'], fc.oneof(scalar, fc.integer({ min: 240, max: 910 }))),
);
const factors = objectWith(['spf', 'unknown_vector', '__proto__', 'constructor'], named);
const companyFields = objectWith(COMPANY_FIELDS, fc.oneof(anything, named, ratings, factors));
const companies = fc.oneof(
  fc.jsonValue(),
  companyFields,
  companyFields.map(fields => ({ ...fields, guid: 'g' })),
  fc.constant(payload('companies.v1.detail.GET.xsoar.json')),
);

describe('any JSON values in place of a company', () => {
  it('are mapped to a valid company, or reported by field', () => {
    let mappedCount = 0;
    fc.assert(
      fc.property(companies, companies, (detail, listed) => {
        const outcome = mapCompany({ detail, listed }, { connectionId: CONNECTION });
        if (!outcome.ok) {
          expect(outcome.problems.length).toBeGreaterThan(0);
          return;
        }
        mappedCount += 1;
        const { ratings: history, ...content } = outcome.value;
        for (const point of history) expect(RatingPoint.parse(point)).toEqual(point);
        const days = history.map(point => point.date);
        expect(days).toEqual([...new Set(days)].toSorted().toReversed());
        const company = TprmCompany.parse({
          ...content,
          ...COMPANY_HISTORY,
          vendor_data: { detail, listed },
        });
        expect(company).toMatchObject(content);
        const counts = { CRITICAL: 0, HIGH: 0, MEDIUM: 0, LOW: 0, UNKNOWN: 0 };
        expect(Resource.safeParse(resourceOf(company, counts)).success).toBe(true);
      }),
      RUNS,
    );
    expect(mappedCount).toBeGreaterThan(RUNS.numRuns / 10);
  });
});
