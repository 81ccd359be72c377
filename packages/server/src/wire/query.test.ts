/** The query language, one rule per test: parameters, filters, sort, fields and the page (bitsight-api.md, 3.2 and 8). */
import { describe, expect, test } from 'vitest';
import { CallerError } from '../errors.ts';
import { projected, projectionOf } from './fields.ts';
import { FINDING_FILTERS, FINDING_SCHEMA } from './finding-filters.ts';
import type { JsonObject } from './json.ts';
import { listQueryOf } from './list-query.ts';
import { parametersOf } from './parameters.ts';
import { matching, pageOf } from './rows.ts';

const query = (text: string, body?: unknown) => listQueryOf(parametersOf(`/x?${text}`, body), FINDING_SCHEMA);

const rows: readonly JsonObject[] = [
  {
    temporary_id: 'a',
    severity: 10,
    severity_category: 'severe',
    first_seen: '2026-01-01',
    last_seen: '2026-03-01',
    remaining_decay: 10,
    risk_vector: 'spf',
    duration: '7 days',
    affects_rating: true,
    tags: [],
    assets: [
      { asset: 'A.example', category: 'critical' },
      { asset: '192.0.2.1', category: '' },
    ],
    details: { grade: 'BAD', cvss: { base: [3.4, 7.5] } },
    remediation_history: { last_remediation_status_label: 'Open' },
  },
  {
    temporary_id: 'b',
    severity: null,
    severity_category: 'minor',
    first_seen: '2026-02-01',
    last_seen: '2026-03-02',
    remaining_decay: null,
    risk_vector: 'dkim',
    duration: 30,
    affects_rating: false,
    tags: ['retail'],
    assets: [{ asset: 'b.example', category: 'low' }],
    details: { grade: null, check_pass: ' ' },
  },
  {
    temporary_id: 'c',
    severity: 4.3,
    severity_category: 'moderate',
    first_seen: '2026-03-01',
    last_seen: '2026-03-03',
    remaining_decay: 0,
    risk_vector: 'open_ports',
    risk_vector_label: 'Open Ports',
    duration: null,
    affects_rating: true,
    assets: [],
    details: {
      grade: 'WARN',
      vulnerabilities: [{ name: 'CVE-2016-2183', alias: 'SWEET32', display_name: 'SWEET32' }],
    },
  },
];

const found = (text: string, body?: unknown) =>
  matching(rows, query(text, body), FINDING_SCHEMA)
    .map(row => row.temporary_id)
    .join('');

describe('filters', () => {
  test.each([
    ['', 'acb'],
    ['risk_vector=SPF', 'a'],
    ['risk_vector=spf,%20DKIM', 'ab'],
    ['risk_vector=', 'acb'],
    ['risk_vector=no_such', ''],
    ['no_such_filter=1', 'acb'],
    ['severity_category=SEVERE,minor', 'ab'],
    ['severity_gte=4.3', 'ac'],
    ['severity_gt=4.3', 'a'],
    ['severity_lt=5', 'c'],
    ['severity=10', 'a'],
    ['first_seen_gt=2026-02-01', 'c'],
    ['first_seen_gte=2026-02-01', 'cb'],
    ['first_seen_gte=2026-02-01T08:00:00Z', 'cb'],
    ['last_seen_lte=2026-03-01', 'a'],
    ['decay_date=2026-03-11', 'a'],
    ['affects_rating=true', 'ac'],
    ['affects_rating=FALSE', 'b'],
    ['affects_rating=maybe', ''],
    ['assets.category=critical', 'a'],
    ['assets__category=critical', 'a'],
    ['assets.asset=a.EXAMPLE', 'a'],
    ['assets__asset=192.0.2.1', 'a'],
    ['assets.combined_importance=none', 'ac'],
    ['details.grade=none', 'b'],
    ['details.grade=BAD,WARN', 'ac'],
    ['details__grade_lt=WARN', 'a'],
    ['details.grade_gt=bad', 'c'],
    ['details.grade_gt=nonsense', ''],
    ['details.cvss.base_gte=7', 'a'],
    ['cvss__base_gte=7', 'a'],
    ['duration_gte=7', 'ab'],
    ['duration_lte=7', 'a'],
    ['tags_contains=RET', 'b'],
    ['tags_isnull=true', 'ac'],
    ['vulnerabilities=sweet32', 'c'],
    ['vulnerabilities=CVE-2016-2183', 'c'],
    ['details.vulnerabilities.name=CVE-2016-2183', 'acb'],
    ['last_remediation_status_label=No%20Status', 'cb'],
    ['q=open+ports', 'c'],
    ['q=EXAMPLE', 'ab'],
    ['risk_vector=spf&risk_vector=dkim', 'b'],
    ['details.grade=BAD&details__grade=WARN', 'c'],
  ])('%s finds %s', (text, expected) => {
    expect(found(text)).toBe(expected);
  });

  test('a body asks the same as a query string, with arrays and nested names, and wins over it', () => {
    expect(found('risk_vector=dkim', { risk_vector: ['SPF', 'open_ports'] })).toBe('ac');
    expect(found('', { details: { grade: 'BAD' } })).toBe('a');
    expect(found('', { severity_gte: 4.3, affects_rating: true })).toBe('ac');
    expect(() => found('', [1])).toThrow(CallerError);
  });

  test.each([
    ['limit=0', 'limit'],
    ['limit=-1', 'limit'],
    ['limit=ten', 'limit'],
    ['limit=', 'limit'],
    ['limit=1.5', 'limit'],
    ['offset=-1', 'offset'],
    ['first_seen_gte=yesterday', 'first_seen_gte'],
    ['first_seen=2026-02-30', 'first_seen'],
    ['last_seen_lt=2026-13-01', 'last_seen_lt'],
    ['severity_gte=high', 'severity_gte'],
    ['cvss__base_gte=x', 'cvss__base_gte'],
    ['remaining_decay_lt=soon', 'remaining_decay_lt'],
  ])('%s is refused and names %s', (text, name) => {
    expect(() => query(text)).toThrow(
      expect.objectContaining({ status: 400, detail: expect.stringContaining(`${name}: `) }),
    );
  });

  test('every documented filter is in the table once', () => {
    const names = FINDING_FILTERS.map(filter => filter.name);
    expect(new Set(names).size).toBe(names.length);
    expect(names.length).toBeGreaterThanOrEqual(40);
  });
});

describe('sort', () => {
  test.each([
    ['sort=first_seen', 'abc'],
    ['sort=-first_seen', 'cba'],
    ['sort=severity', 'cab'],
    ['sort=-severity', 'acb'],
    ['sort=severity_category', 'bca'],
    ['sort=-affects_rating,first_seen', 'acb'],
    ['sort=details.grade', 'acb'],
    ['sort=-details__grade', 'cab'],
    ['sort=no_such', 'acb'],
  ])('%s orders %s, null last', (text, expected) => {
    expect(found(text)).toBe(expected);
  });
});

describe('page and fields', () => {
  test('the limit defaults to 100 and any size is honoured', () => {
    expect(query('').limit).toBe(100);
    expect(query('limit=1000000000').limit).toBe(1_000_000_000);
    expect(query('limit=250&offset=250&limit=3').limit).toBe(3);
  });

  test('a page is cut out of the whole, and count is of the whole', () => {
    expect(pageOf(rows, query('limit=1&offset=1'), FINDING_SCHEMA)).toMatchObject({
      count: 3,
      rows: [{ temporary_id: 'c' }],
    });
    expect(pageOf(rows, query('offset=9'), FINDING_SCHEMA)).toEqual({ count: 3, rows: [] });
  });

  test('fields restrict, reach into arrays, and cannot add', () => {
    const [row] = rows;
    const kept = (text: string) => projected(row ?? {}, projectionOf(text.split(',')));
    expect(kept('details.grade,assets.asset,nothing')).toEqual({
      assets: [{ asset: 'A.example' }, { asset: '192.0.2.1' }],
      details: { grade: 'BAD' },
    });
    expect(kept('details,details.grade')).toEqual({ details: row?.details });
    expect(kept('details.grade,details')).toEqual({ details: row?.details });
    expect(kept('no_such')).toEqual({});
  });

  test('exclude_fields leaves out what it names and nothing else, after fields', () => {
    const [row] = rows;
    const without = (fields: string[], excluded: string[]) =>
      projected(row ?? {}, projectionOf(fields, excluded));
    const { details: _, ...rest } = row ?? {};
    expect(without([], ['details'])).toEqual(rest);
    expect(without(['assets', 'details.grade'], ['assets__asset'])).toEqual({
      assets: Array.isArray(row?.assets)
        ? row.assets.map(() => expect.not.objectContaining({ asset: expect.anything() }))
        : [],
      details: { grade: 'BAD' },
    });
    expect(without([], ['no_such'])).toEqual(row);
  });
});
