// The rules for single values of a finding, one by one.
import { describe, expect, it } from 'vitest';
import { hasFix, mapFinding, nextFindingState } from '../src/index.ts';
import { CONTEXT, type Json, mapped, sample } from './support.ts';

const problemsOf = (record: unknown) => {
  const outcome = mapFinding(record, CONTEXT);
  return outcome.ok ? [] : outcome.problems;
};

describe('severity', () => {
  it.each([
    ['severe', 1, 'CRITICAL'],
    ['material', null, 'HIGH'],
    ['moderate', 10, 'MEDIUM'],
    ['Minor', 10, 'LOW'],
    [null, 9, 'CRITICAL'],
    [null, 8.9, 'HIGH'],
    [null, 7, 'HIGH'],
    ['', 6.9, 'MEDIUM'],
    ['unheard of', 4, 'MEDIUM'],
    [undefined, 3.9, 'LOW'],
    [undefined, '8.0', 'HIGH'],
    [null, null, null],
    [null, 'high', null],
    [7, {}, null],
  ])('of category %s and number %s is %s', (severity_category, severity, expected) => {
    expect(mapped(sample({ severity_category, severity })).severity).toBe(expected);
  });
});

describe('duration', () => {
  it.each([
    [null, null],
    [undefined, null],
    [7, 7],
    [0, 0],
    ['7 days', 7],
    ['1 day', 1],
    ['12', 12],
    [-1, null],
    [7.5, null],
    ['a week', null],
    ['N/A', null],
  ])('%s is %s days', (duration, days) => {
    expect(mapped(sample({ duration })).duration).toBe(days);
  });
});

describe('dates', () => {
  it.each([
    ['2024-02-29', '2024-02-29'],
    ['2024-01-31T23:59:59Z', '2024-01-31'],
    ['2024-01-31T23:30:00.123-05:00', '2024-02-01'],
    ['2024-03-01T00:30:00+01:00', '2024-02-29'],
    ['2025-05-15 23:59:59', '2025-05-15'],
    [null, null],
    ['', null],
    ['N/A', null],
  ])('%s is the day %s', (first_seen, expected) => {
    expect(mapped(sample({ first_seen })).first_seen).toBe(expected);
  });

  it.each([
    '2023-02-29',
    '2024-13-01',
    '2024-00-10',
    '2024-04-31',
    '2024-01-01T24:00:00Z',
    '2024-01-01T10:61:00Z',
    '20240101',
    'now',
    '9999-12-31T23:00:00-05:00',
    20240101,
    {},
  ])('%s is reported', value => {
    expect(problemsOf(sample({ first_seen: value }))).toEqual(['first_seen: not a date']);
    expect(problemsOf(sample({ last_seen: value }))).toEqual(['last_seen: not a date']);
  });
});

describe('port', () => {
  const port = (details: Json, evidence_key: unknown = null) =>
    mapped(sample({ details, evidence_key })).port;

  it.each([
    [{ dest_port: 445 }, '1.2.3.4:80', 445],
    [{ dest_port: '8443' }, null, 8443],
    [{ dest_port: 0 }, 'a.example:443', 443],
    [{ dest_port: 70000 }, null, null],
    [{}, '1.2.3.4:22', 22],
    [{}, '[2001:db8::1]:25', 25],
    [{}, '2001:db8::1', null],
    [{}, 'a.example', null],
    [{}, 'a.example:99999', null],
    [{ final_location: 'https://a.example:8443/x?y=z:1' }, 'a.example', 8443],
    [{ final_location: 'https://a.example/' }, 'a.example', 443],
    [{ final_location: 'http://a.example' }, null, 80],
    [{ final_location: 'a.example:8080' }, null, 8080],
    [{ final_location: 'Win32: trojan' }, 'Android 10 / Chrome 113.0', null],
  ])('of details %j and evidence %s is %s', (details, evidence, expected) => {
    expect(port(details, evidence)).toBe(expected);
  });
});

describe('assets', () => {
  it.each([
    [{ asset: '1.2.3.4', is_ip: true }, 'IP'],
    [{ asset: '1.2.xxx.xxx', is_ip: true }, 'IP'],
    [{ asset: '1.2.3.4', asset_type: 'IP' }, 'IP'],
    [{ asset: 'a.example', asset_type: 'Domain' }, 'DOMAIN'],
    [{ asset: 'a.example', asset_type: 'Host', is_ip: false }, 'DOMAIN'],
    [{ asset: 'com.example.app', asset_type: 'Android application', is_ip: false }, 'APP'],
    [{ asset: '12345', asset_type: 'iOS application' }, 'APP'],
    [{ asset: '2001:db8::1' }, 'IP'],
    [{ asset: 'a.example' }, 'DOMAIN'],
  ])('%j is of type %s', (asset, type) => {
    expect(mapped(sample({ assets: [asset] })).assets[0]?.type).toBe(type);
  });

  it('takes a blank category, a null identifier and an unnamed entry for nothing', () => {
    const assets = [
      { asset: 'a.example', identifier: null, category: '', importance: '0.5' },
      { asset: '' },
      null,
      7,
    ];
    expect(mapped(sample({ assets })).assets).toEqual([
      { type: 'DOMAIN', value: 'a.example', importance: 0.5, category: null, is_monitored: null },
    ]);
    expect(mapped(sample({ assets: 'a.example' })).assets).toEqual([]);
  });
});

describe('CVEs', () => {
  it('come from every place that names them: upper case, unique, sorted', () => {
    const details = {
      vulnerabilities: [
        { name: 'cve-2021-44228' },
        { name: 'POODLE' },
        { name: 'CVE-2014-3566' },
        null,
        'cve-2020-0601',
      ],
      vulnerability_name: 'cve-2014-3566',
    };
    expect(mapped(sample({ details, vulnerabilities: ['CVE-2019-0708', 'CVE-nonsense'] })).cves).toEqual([
      'CVE-2014-3566',
      'CVE-2019-0708',
      'CVE-2020-0601',
      'CVE-2021-44228',
    ]);
  });
});

describe('remediation', () => {
  it('is the tip as plain text, the help text being the description', () => {
    const remediations = [
      {
        message: 'm',
        help_text: 'What it is.',
        remediation_tip: '<p>Upgrade to <b>2.0</b> &amp; restart.</p><script>alert(1)</script>',
      },
    ];
    const content = mapped(sample({ details: { remediations } }));
    expect(content.remediation).toBe('Upgrade to 2.0 & restart.');
    expect(content.description).toBe('What it is.');
    expect(hasFix(content)).toBe(true);
  });

  it('comes from vulnerabilities where remediations hold no tip', () => {
    const content = mapped(
      sample({ details: { vulnerabilities: [{ name: 'X', remediation_tip: 'Patch.' }] } }),
    );
    expect(content.remediation).toBe('Patch.');
    expect(hasFix(content)).toBe(true);
    expect(hasFix(mapped(sample()))).toBe(false);
  });
});

describe('state', () => {
  it.each([
    [{ remediated: true }, 'RESOLVED'],
    [{ remediated: false }, 'OPEN'],
    [{ remediated: null }, 'OPEN'],
    [{ remediation_history: { last_remediation_status_label: 'Resolved' } }, 'RESOLVED'],
    [{ remediation_history: { last_remediation_status_label: 'Work In Progress' } }, 'OPEN'],
    [{ remediation_history: 'Resolved' }, 'OPEN'],
  ])('of %j is reported as %s', (fields, state) => {
    expect(mapped(sample(fields)).reported_state).toBe(state);
  });

  it('is REOPENED when a resolved finding is reported open, and stays so until resolved', () => {
    expect(nextFindingState(null, 'OPEN')).toBe('OPEN');
    expect(nextFindingState(null, 'RESOLVED')).toBe('RESOLVED');
    expect(nextFindingState('OPEN', 'OPEN')).toBe('OPEN');
    expect(nextFindingState('OPEN', 'RESOLVED')).toBe('RESOLVED');
    expect(nextFindingState('RESOLVED', 'OPEN')).toBe('REOPENED');
    expect(nextFindingState('REOPENED', 'OPEN')).toBe('REOPENED');
    expect(nextFindingState('REOPENED', 'RESOLVED')).toBe('RESOLVED');
  });
});

describe('impact, grade and status', () => {
  it('pass through as they are, but for N/A', () => {
    const fields = { impacts_risk_vector_details: 'NEW_REASON', details: { grade: 'N/A' } };
    expect(mapped(sample(fields))).toMatchObject({ impact: 'NEW_REASON', grade: null });
    expect(mapped(sample({ affects_rating_details: 'LIFETIME_EXPIRED' })).impact).toBe('LIFETIME_EXPIRED');
  });
});

describe('a record that cannot be mapped', () => {
  it.each([
    [null, 'finding: not an object'],
    [[], 'finding: not an object'],
    ['x', 'finding: not an object'],
    [sample({ risk_vector: ' ' }), 'risk_vector: missing or not a string'],
    [sample({ risk_vector: 7 }), 'risk_vector: missing or not a string'],
    [
      { risk_vector: 'spf', temporary_id: 'A9Jq' },
      'rolledup_observation_id: none, nor evidence_key or assets in its place',
    ],
  ])('%j is reported by field', (record, problem) => {
    expect(problemsOf(record)).toEqual([problem]);
  });
});
