/**
 * Details of DNS and mail: spf (a map keyed by domain), dkim, dmarc and dnssec. Source: bitsight-api.md, 4.4; no sample of
 * dkim was published, so it follows the form of its neighbours.
 */
import { type DetailsBuilder, diligenceDetails, remediation } from './scene.ts';

const SCORES = ['neutral', 'bad', 'warn', 'fair', 'good'] as const;
const SPF_MESSAGES = ['No mail', 'Missing', 'Ineffective', 'Too many look-ups', 'Effective'] as const;
const SPF_RECORDS = [
  'v=spf1 -all',
  '',
  'v=spf1 include:mail.example ?all',
  'v=spf1 include:a.example include:b.example ~all',
  'v=spf1 include:mail.example ~all',
] as const;
const SPF_REMEDIES = SPF_MESSAGES.map(message =>
  remediation(
    message,
    'Anyone can send mail that seems to come from this domain.',
    '<p>Publish one record that ends in <code>-all</code>.</p>',
  ),
);

export const spf: DetailsBuilder = scene => {
  const { traits, asset } = scene;
  const score = SCORES[traits.grade] ?? 'neutral';
  const message = SPF_MESSAGES[traits.grade] ?? 'No mail';
  const record = SPF_RECORDS[traits.grade] ?? '';
  const remedy = SPF_REMEDIES[traits.grade];
  return {
    evidenceKey: asset,
    details: diligenceDetails(scene, {
      checkPass: ' ',
      annotations: {
        [asset]: { score, message, mech_tags: {}, spf_record: record === '' ? [] : [record] },
        total: { score, message, mech_tags: {}, spf_record: [] },
      },
      remediations: remedy === undefined ? [] : [remedy],
      searchable: `${message},${asset}`,
    }),
  };
};

const DKIM_MESSAGES = [
  'No mail',
  'Key shorter than 1024 bits',
  'Key of 1024 bits',
  'Key of unusual form',
  'Effective',
] as const;
const DKIM_REMEDIES = DKIM_MESSAGES.map(message =>
  remediation(
    message,
    'The key that signs mail can be computed by others.',
    '<p>Publish a key of 2048 bits under a new selector.</p>',
  ),
);

export const dkim: DetailsBuilder = scene => {
  const { random, traits, asset } = scene;
  const selector = random.of(['s1', 'mail', 'k1', 'default'] as const);
  const message = DKIM_MESSAGES[traits.grade] ?? 'No mail';
  const remedy = DKIM_REMEDIES[traits.grade];
  return {
    evidenceKey: `${selector}._domainkey.${asset}`,
    details: diligenceDetails(scene, {
      annotations: {
        message,
        selector,
        key_length: traits.grade === 1 ? 512 : traits.grade === 2 ? 1024 : 2048,
      },
      remediations: remedy === undefined ? [] : [remedy],
      searchable: `${message},${asset}`,
    }),
  };
};

const POLICIES = ['none', 'none', 'quarantine', 'quarantine', 'reject'] as const;
const DMARC_REMEDIES = [
  remediation(
    'DMARC policy does not protect',
    'Receivers are not told to refuse forged mail.',
    '<p>Set <code>p=reject</code> once the reports are clean.</p>',
  ),
];

export const dmarc: DetailsBuilder = scene => {
  const { random, traits, asset } = scene;
  const policy = POLICIES[traits.grade] ?? 'none';
  const percentage = random.oneIn(5) ? 50 : 100;
  const message = traits.grade === 1 ? 'No record found' : `Policy is ${policy}`;
  return {
    evidenceKey: asset,
    details: diligenceDetails(scene, {
      annotations: {
        message,
        annotation_tokens: [policy],
        record:
          traits.grade === 1
            ? []
            : [
                ['v', 'DMARC1'],
                ['p', policy],
                ['pct', String(percentage)],
              ],
        percentage,
        policy,
        ruaReportEmail: [`dmarc@${asset}`],
        rufReportEmail: [],
      },
      remediations: DMARC_REMEDIES,
      searchable: `${message},${asset}`,
    }),
  };
};

const OUTCOMES = ['indeterminate', 'bogus', 'insecure', 'insecure', 'secure'] as const;
const DNSSEC_REMEDIES = [
  remediation(
    'Zone is not signed',
    'Answers of the zone can be forged on their way.',
    '<p>Sign the zone and hand its DS record to the registrar.</p>',
  ),
];

export const dnssec: DetailsBuilder = scene => {
  const { random, traits, asset } = scene;
  const outcome = OUTCOMES[traits.grade] ?? 'indeterminate';
  const signed = traits.grade === 4;
  return {
    evidenceKey: asset,
    details: diligenceDetails(scene, {
      annotations: {
        message: signed ? 'DNSSEC is configured correctly' : 'DNSSEC is not configured on this domain',
        annotation_tokens: [outcome],
        'security outcome': outcome,
        dnskeys: signed ? [`257 3 13 ${random.next().toString(36)}`] : [],
        dses: signed ? [`${random.below(65_536)} 13 2`] : [],
        nsecs: [],
        reason: signed ? '' : 'no DS record in the parent zone',
      },
      remediations: DNSSEC_REMEDIES,
      searchable: `${outcome},${asset}`,
    }),
  };
};
