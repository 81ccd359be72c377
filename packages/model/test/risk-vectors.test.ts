// The table of risk vectors, and one finding of each vector with the details documented for it.
import { describe, expect, it } from 'vitest';
import { RISK_VECTORS, riskVector } from '../src/index.ts';
import { type Json, payload, sample, stored } from './support.ts';

const message = (text: string, more: Json = {}): Json => ({
  diligence_annotations: { message: text, ...more },
});

const CHAIN = [{ dnsName: ['a.example'], startDate: '2024-01-01 00:00:00', endDate: '2025-05-15 23:59:59' }];

/** Vector, its details (bitsight-api: details by risk vector), what the title says was seen. */
const DETAILS: readonly [string, Json, string][] = [
  ['botnet_infections', { check_pass: ' ', infection: { family: 'Conficker' } }, ': Conficker'],
  ['spam_propagation', { spam_type: 'Malformed Email', detection_method: 'Analysis' }, ': Malformed Email'],
  ['malware_servers', { server_name: 'evil.example', portal_type: 'Malicious' }, ': evil.example'],
  ['unsolicited_comm', { geo_ip_location: 'US', dest_port: 23 }, ': key.example'],
  ['potentially_exploited', { infection: { family: 'AMCleaner' }, remediations: [] }, ': AMCleaner'],
  ['spf', { diligence_annotations: { total: { message: 'Ineffective' } } }, ': Ineffective'],
  ['dkim', message('Key too short'), ': Key too short'],
  ['ssl_certificates', message('Expired certificate', { certchain: CHAIN }), ': Expired certificate'],
  [
    'ssl_configurations',
    message('Allows insecure protocol', { certchain: CHAIN }),
    ': Allows insecure protocol',
  ],
  [
    'open_ports',
    message('Detected service: HTTPS', { CPE: ['a:f5:nginx:1.2'] }),
    ': Detected service: HTTPS',
  ],
  ['application_security', message('Missing header', { annotation_tokens: [] }), ': Missing header'],
  [
    'patching_cadence',
    {
      vulnerability_name: 'cve-2014-0160',
      diligence_annotations: { remediation_dates: [{ first: '2019-03-06 12:59:09', last: 'now' }] },
    },
    ': CVE-2014-0160',
  ],
  [
    'insecure_systems',
    message('Service: Netbios', { risks: ['Hijack'], source_ip: '1.2.3.4' }),
    ': Service: Netbios',
  ],
  [
    'server_software',
    {
      diligence_annotations: {
        modal_data: { type: 'Unsupported', reason: 'Old' },
        modal_tags: { Type: 'Apache', Version: '2.2' },
        server: 'Apache',
        version: '2.2.15',
      },
    },
    ': Apache 2.2.15',
  ],
  [
    'desktop_software',
    { estimation_of_users: '1', diligence_annotations: { count_ips: 1 } },
    ': key.example',
  ],
  ['mobile_software', { diligence_annotations: { user_agent_rule: { version: '1' } } }, ': key.example'],
  [
    'dnssec',
    message('DNSSEC is not configured', { 'security outcome': 'Insecure' }),
    ': DNSSEC is not configured',
  ],
  ['mobile_application_security', { check_pass: 'FAIL', check_cvss: 5.3 }, ': key.example'],
  [
    'web_appsec',
    {
      assessment_name: 'Cookies',
      diligence_annotations: [{ name: 'Cookie', message: 'No <b>Secure</b> flag', status: 'Failed' }],
    },
    ': No Secure flag',
  ],
  ['dmarc', message('Policy is none', { record: [['v', 'DMARC1']], policy: 'none' }), ': Policy is none'],
  ['file_sharing', { geo_ip_location: 'US', remediations: [], src_port: 6881 }, ': key.example'],
];

describe('the table of risk vectors', () => {
  it('has each slug once and each order once', () => {
    expect(new Set(RISK_VECTORS.map(vector => vector.slug)).size).toBe(RISK_VECTORS.length);
    const orders = RISK_VECTORS.flatMap(vector => vector.order ?? []);
    expect(orders.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, index) => index));
  });

  it('agrees with the recorded company detail', () => {
    const details = payload('companies.v1.detail.GET.xsoar.json').rating_details as Record<string, Json>;
    for (const [slug, entry] of Object.entries(details)) {
      expect(riskVector(slug)).toMatchObject({
        category: entry.category,
        categoryOrder: entry.category_order,
        order: entry.order,
        beta: entry.beta,
        inRatingDetails: true,
      });
    }
  });

  it('cannot be changed', () => {
    expect(Object.isFrozen(RISK_VECTORS)).toBe(true);
    expect(RISK_VECTORS.every(vector => Object.isFrozen(vector))).toBe(true);
  });

  it('knows the rename of patching_cadence, and nothing by an inherited name', () => {
    expect(riskVector('patching_cadence')).toMatchObject({
      name: 'Critical Vulnerability Management',
      label: 'Patching Cadence',
      shortId: 'pc',
    });
    expect(riskVector('__proto__')).toBeUndefined();
    expect(riskVector('constructor')).toBeUndefined();
  });
});

describe('findings of every risk vector', () => {
  it('has a sample for each vector the findings endpoint returns', () => {
    const inFindings = RISK_VECTORS.filter(vector => vector.inFindings).map(vector => vector.slug);
    expect(DETAILS.map(([slug]) => slug).toSorted()).toEqual(inFindings.toSorted());
  });

  it.each(DETAILS)('maps %s with its own details', (slug, details, seen) => {
    const vector = riskVector(slug);
    const finding = stored(
      sample({ risk_vector: slug, risk_category: vector?.category, evidence_key: 'key.example', details }),
    );
    expect(finding).toMatchObject({
      factor: slug,
      factor_name: vector?.name,
      category: vector?.category,
      title: `${vector?.name}${seen}`,
    });
    expect(finding.vendor_data.details).toEqual(details);
  });

  it.each(RISK_VECTORS.map(vector => vector.slug))('maps %s without any details', slug => {
    expect(stored(sample({ risk_vector: slug, risk_category: null, details: null }))).toMatchObject({
      factor: slug,
      category: riskVector(slug)?.category,
      title: riskVector(slug)?.name,
    });
  });

  it('passes a vector through that it does not know', () => {
    const fields = { risk_vector: 'quantum_readiness', risk_category: 'Foresight' };
    expect(stored(sample({ ...fields, risk_vector_label: 'Quantum Readiness' }))).toMatchObject({
      factor: 'quantum_readiness',
      factor_name: 'Quantum Readiness',
      category: 'Foresight',
    });
    expect(stored(sample(fields)).factor_name).toBe('quantum_readiness');
  });
});
