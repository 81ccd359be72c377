/** What SQL finds of stored findings is what a list in memory would: rows, order and count, whatever is asked. */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { tallied } from '../../../src/ratings/derived/tallies.ts';
import { recordOf } from '../../../src/ratings/paging.ts';
import type { TallyName } from '../../../src/ratings/portfolio-reader.ts';
import type { RowPage } from '../../../src/ratings/source.ts';
import type { Filter } from '../../../src/wire/filters.ts';
import { FINDING_FILTERS, FINDING_SCHEMA } from '../../../src/wire/finding-filters.ts';
import type { JsonObject, JsonValue } from '../../../src/wire/json.ts';
import { matching } from '../../../src/wire/rows.ts';
import { comparisonOf } from '../../../src/wire/sorting.ts';
import { findingQuery, StoredFindings } from './stored-findings.ts';

let stored: StoredFindings;
beforeAll(async () => {
  stored = await StoredFindings.open();
});
afterAll(() => stored.close());

/** Few values, so that they meet; some that bytes and code units order differently, or that JSON and SQL write otherwise. */
const TEXTS = [
  '',
  ' ',
  'a',
  'B',
  'null',
  'None',
  'a"b',
  'a\\nb',
  'two\nlines',
  "o'clock%_",
  'Straße',
  'ÀÉ.example',
  '\u{1F600}',
  '\uFF5E',
  '\uE000z',
  '\u{10FFFF}',
  '\u{10FFFF}\u{10FFFF}',
  '[1]',
  '7',
] as const;
const DAYS = ['2026-01-31', '2026-02-01', '2026-02-01T08:00:00Z', '2026-03-01'] as const;
const NUMBERS = [0, 1, 4.3, 7.5, 10, 1e12] as const;
const GRADES = ['GOOD', 'fair', 'WARN', 'BAD', 'NEUTRAL', 'NA', 'NONE', ''] as const;

const some = <T extends JsonValue>(values: readonly T[]) => fc.option(fc.constantFrom<T[]>(...values));
const text = some(TEXTS);
const named = fc.constantFrom(...TEXTS.filter(value => value.trim() !== ''));
const number = some(NUMBERS);
const flag = fc.option(fc.boolean());
const several = <T>(one: fc.Arbitrary<T>) => fc.option(fc.array(one, { maxLength: 3 }));
const part = <T>(shape: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
  fc.option(fc.record(shape, { requiredKeys: [] }));

const asset = fc.record(
  { asset: text, category: text, hosted_by: part({ guid: text }), is_monitored: flag },
  { requiredKeys: [] },
);
const details = part({
  grade: some(GRADES),
  check_pass: text,
  observed_ips: several(text),
  infection: part({ family: text }),
  cvss: part({ base: several(number) }),
  vulnerabilities: several(part({ name: text, alias: text, display_name: text, severity: text })),
  vulnerability_name: text,
  assessment_name: text,
  file_sharing_category: text,
  searchable_details: text,
});
const finding = fc.record(
  {
    risk_vector: named,
    evidence_key: named,
    temporary_id: text,
    affects_rating: flag,
    impacts_risk_vector_details: text,
    rolledup_observation_id: text,
    first_seen: some(DAYS),
    last_seen: some(DAYS),
    impact_end_date: some(DAYS),
    grace_period_end_date: some(DAYS),
    guest_network_end_date: some(DAYS),
    severity: number,
    severity_category: some(['minor', 'Moderate', 'material', 'severe', 'other']),
    risk_category: text,
    risk_vector_label: text,
    tags: several(text),
    assets: several(asset),
    details,
    attributed_companies: several(part({ guid: text, name: text })),
    remediation_history: part({
      last_remediation_status_label: some(['Open', 'no status', 'Resolved']),
      last_remediation_status_date: some(DAYS),
      last_refresh_status_label: text,
      remediation_assignments: several(text),
    }),
    remaining_decay: number,
    duration: some([null, 7, '7 days', '30', 'soon']),
    remediated: flag,
    threat_insights: part({ threat_groups: several(text), threat_activity_score_label: text }),
  },
  { requiredKeys: ['risk_vector', 'evidence_key'] },
);
/** No two the same, for the sync stores those once. */
const findings = fc
  .array(finding, { maxLength: 30 })
  .map(records => records.map((record, n): JsonObject => ({ ...record, comments: `${n}` })));

/** Lists are split at commas and trimmed. */
const OPERANDS: Readonly<Record<Filter['type'], readonly string[]>> = {
  text: [...TEXTS, ...GRADES, 'open', 'NO STATUS', 'severe', 'moderate', 'nothing'],
  grade: [...GRADES, 'null'],
  date: DAYS,
  number: NUMBERS.map(String),
  duration: ['7', '30', '6.5'],
  boolean: ['true', 'FALSE', '1', '0', 'null', 'maybe'],
};
const names = [...FINDING_SCHEMA.filters];
const parameter = fc.constantFrom(...names).chain(([name, { type, suffixes }]) => {
  const operand = fc.constantFrom(...OPERANDS[type]);
  const equal = fc
    .array(operand, { minLength: 1, maxLength: 12 })
    .map((values): [string, string] => [name, values.join(',')]);
  const suffixed = suffixes.map(suffix =>
    suffix === 'isnull'
      ? fc.constantFrom('true', 'false', 'maybe').map((value): [string, string] => [`${name}_isnull`, value])
      : operand.map((value): [string, string] => [`${name}_${suffix}`, value]),
  );
  return fc.oneof(equal, ...suffixed);
});
const sorting = fc
  .array(fc.tuple(fc.constantFrom('', '-'), fc.constantFrom(...FINDING_SCHEMA.sorts.keys())), {
    maxLength: 3,
  })
  .map(keys => keys.map(([way, name]) => `${way}${name}`).join(','));
const request = fc
  .record({
    parameters: fc.array(parameter, { maxLength: 2 }),
    q: fc.option(fc.constantFrom(...TEXTS, 'example', '\\', '"', ','), { freq: 3 }),
    sort: sorting,
    offset: fc.nat(6),
    limit: fc.constantFrom(1, 5, 100, 1e9),
  })
  .map(({ parameters, q, sort, offset, limit }) => {
    const query = new URLSearchParams(parameters);
    query.set('sort', sort);
    query.set('offset', String(offset));
    query.set('limit', String(limit));
    if (q !== null) query.set('q', q);
    return String(query);
  });

async function rowsOf(page: RowPage): Promise<JsonObject[]> {
  const rows: JsonObject[] = [];
  for await (const row of page.rows) rows.push(recordOf(row));
  return rows;
}

test('stored findings answer any query with the rows, the order and the count of a list in memory', async () => {
  await fc.assert(
    fc.asyncProperty(
      findings,
      fc.array(request, { minLength: 12, maxLength: 12 }),
      async (records, requests) => {
        const company = await stored.add(records);
        for (const request of requests) {
          const query = findingQuery(request);
          const expected = matching(records, query, FINDING_SCHEMA);
          const page = await stored.source.findings(company, query);
          expect(page.count, request).toBe(expected.length);
          const rows = await rowsOf(page);
          const cut = expected.slice(query.offset, query.offset + query.limit);
          // Rows that the order does not tell apart may change places.
          const compare = comparisonOf(query.order);
          expect(rows.length, request).toBe(cut.length);
          expect(
            rows.findIndex((row, n) => compare(row, cut[n] ?? {}) !== 0),
            request,
          ).toBe(-1);
          const all = await rowsOf(
            await stored.source.findings(company, { ...query, offset: 0, limit: 1e9 }),
          );
          expect(new Set(all.map(row => row.comments)), request).toEqual(
            new Set(expected.map(row => row.comments)),
          );
        }
      },
    ),
    { numRuns: 60 },
  );
});

const TALLIED: readonly TallyName[] = [
  'risk_vector',
  'risk_category',
  'severity_category',
  'details.grade',
  'first_seen',
  'last_seen',
  'affects_rating',
];

test('stored findings are tallied by the values that their records show', async () => {
  const by = fc.uniqueArray(fc.constantFrom(...TALLIED), { maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(findings, by, request, async (records, names, request) => {
      // Spellings that differ in case alone are counted as one, and are not what this is about.
      const plain = records.map(record => JSON.parse(JSON.stringify(record).replaceAll('fair', 'FAIR')));
      const company = await stored.add(plain);
      const query = findingQuery(request);
      const expected = tallied(matching(plain, query, FINDING_SCHEMA), names);
      const counted = await stored.source.tally(company, query, names);
      const listed = (tallies: typeof expected) => tallies.map(tally => JSON.stringify(tally)).sort();
      expect(listed(counted)).toEqual(listed(expected));
    }),
    { numRuns: 60 },
  );
});

test('every filter and sort key is tried', () => {
  expect(new Set(names.map(([, filter]) => filter))).toEqual(new Set(FINDING_FILTERS));
});
