// Every documented finding payload, against expectations worked out by hand from the unified API.
import { describe, expect, it } from 'vitest';
import { findingId, mapFinding } from '../src/index.ts';
import { CONNECTION, CONTEXT, documented, GUID, mapped, stored } from './support.ts';

const NOTHING_MORE = {
  connection_id: CONNECTION,
  company_id: CONTEXT.companyId,
  vendor: 'BIT_SIGHT',
  vendor_id: null,
  severity: null,
  vendor_severity: { value: null, category: null },
  grade: null,
  first_seen: null,
  last_seen: null,
  impact: null,
  port: null,
  evidence: null,
  remediation: null,
  cves: [],
  remediation_status: null,
  duration: null,
  reported_state: 'OPEN',
  has_fix: false,
};

const ip = (value: string, importance = 0, category = 'low') => [
  { type: 'IP', value, importance, category, is_monitored: null },
];

describe('documented findings', () => {
  it('maps the complete spf finding, whose annotations are keyed by domain', () => {
    const record = documented('spf');
    expect(mapped(record)).toEqual({
      ...NOTHING_MORE,
      id: findingId(CONNECTION, GUID, 'observation:W0PlQiePjSEXMclYSj1BJA==|2021-05-16'),
      vendor_id: 'W0PlQiePjSEXMclYSj1BJA==',
      title: 'SPF Domains: Effective',
      description: 'Effective',
      category: 'Diligence',
      factor: 'spf',
      factor_name: 'SPF Domains',
      severity: 'LOW',
      vendor_severity: { value: 1, category: 'minor' },
      grade: 'GOOD',
      first_seen: '2021-05-16',
      last_seen: '2021-10-31',
      affects_score: false,
      assets: [
        {
          type: 'DOMAIN',
          value: 'goliathinvest.com',
          importance: 1,
          category: 'critical',
          is_monitored: null,
        },
      ],
      evidence: 'goliathinvest.com',
    });
    expect(stored(record).vendor_data).toEqual(record);
  });

  it('maps a botnet infection, titled by its family', () => {
    expect(mapped({ ...documented('botnet_infections'), risk_vector: 'botnet_infections' })).toEqual({
      ...NOTHING_MORE,
      id: expect.any(String),
      title: 'Botnet Infections: ZeroAccess',
      description: 'This trojan is typically used for bitcoin mining and click fraud.',
      category: 'Compromised Systems',
      factor: 'botnet_infections',
      factor_name: 'Botnet Infections',
      affects_score: true,
      assets: ip('63.208.139.45'),
    });
  });

  it('maps a potentially exploited system', () => {
    expect(mapped({ ...documented('potentially_exploited'), risk_vector: 'potentially_exploited' })).toEqual({
      ...NOTHING_MORE,
      id: expect.any(String),
      title: 'Potentially Exploited: AMCleaner',
      description:
        'This potentially unwanted application (PUA) shows adds and provides misleading information about issues on the computer.',
      category: 'Compromised Systems',
      factor: 'potentially_exploited',
      factor_name: 'Potentially Exploited',
      affects_score: false,
      assets: ip('213.215.200.98'),
    });
  });

  it('maps an insecure system, with its port and its risks', () => {
    expect(mapped({ ...documented('insecure_systems'), risk_vector: 'insecure_systems' })).toEqual({
      ...NOTHING_MORE,
      id: expect.any(String),
      title: 'Insecure Systems: Service: Netbios',
      description: 'Hijack - Domain owners can interact with endpoints potentially hijacking NTLM creds.',
      category: 'Diligence',
      factor: 'insecure_systems',
      factor_name: 'Insecure Systems',
      grade: 'BAD',
      first_seen: '2022-09-13',
      affects_score: false,
      assets: ip('137.117.206.1'),
      port: 445,
      evidence: '137.117.206.1',
    });
  });

  it('maps a patching cadence finding under its new name, with its CVE and its tip', () => {
    expect(mapped({ ...documented('patching_cadence'), risk_vector: 'patching_cadence' })).toEqual({
      ...NOTHING_MORE,
      id: expect.any(String),
      title: 'Critical Vulnerability Management: CVE-2014-3566',
      description:
        'The SSLv3 protocol, as used in OpenSSL through 1.0.1i and other products, makes it easier for Man-in-the-middle (MITM) attackers to obtain cleartext data via a padding-oracle attack (a.k.a. POODLE).',
      category: 'Diligence',
      factor: 'patching_cadence',
      factor_name: 'Critical Vulnerability Management',
      affects_score: true,
      assets: ip('23.4.136.143'),
      remediation: '(HTML text)',
      cves: ['CVE-2014-3566'],
      has_fix: true,
    });
  });

  it('maps desktop software, which has no message to be titled by', () => {
    expect(mapped({ ...documented('desktop_software'), risk_vector: 'desktop_software' })).toEqual({
      ...NOTHING_MORE,
      id: expect.any(String),
      title: 'Desktop Software',
      description: null,
      category: 'Diligence',
      factor: 'desktop_software',
      factor_name: 'Desktop Software',
      affects_score: true,
      assets: ip('24.6.16.69'),
    });
  });

  it('maps an open port; help text is remediation text but no fix', () => {
    const help =
      'This port was observed running the Advanced Messaging Queuing Protocol (AMQP), which is used for sending messages between distributed systems.';
    expect(mapped({ ...documented('open_ports'), risk_vector: 'open_ports' })).toEqual({
      ...NOTHING_MORE,
      id: expect.any(String),
      title: 'Open Ports: Detected service: AMQP',
      description: help,
      category: 'Diligence',
      factor: 'open_ports',
      factor_name: 'Open Ports',
      grade: 'WARN',
      affects_score: true,
      assets: ip('23.102.37.182', 0.36, 'critical'),
      remediation: help,
    });
  });

  it.each([
    'botnet_infections',
    'potentially_exploited',
    'insecure_systems',
    'patching_cadence',
    'desktop_software',
    'open_ports',
  ])('reports the %s payload as it was cut: it lacks its risk vector', vector => {
    const outcome = mapFinding(documented(vector), CONTEXT);
    expect(outcome.ok).toBe(false);
    expect(outcome).toMatchObject({
      problems: expect.arrayContaining(['risk_vector: missing or not a string']),
    });
  });
});
