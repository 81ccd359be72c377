/**
 * Details of web applications: application_security (headers), web_appsec (its annotations are an array) and
 * mobile_application_security. Source: bitsight-api.md, 4.4; of headers and mobile apps no sample was published.
 */
import { type DetailsBuilder, diligenceDetails, remediation } from './scene.ts';

const HEADERS = [
  'Content-Security-Policy',
  'Strict-Transport-Security',
  'X-Frame-Options',
  'X-Content-Type-Options',
  'Cache-Control',
] as const;
const HEADER_REMEDIES = HEADERS.map(header =>
  remediation(
    `Required header missing or wrong: ${header}`,
    'Browsers fall back to a behaviour that attackers can use.',
    `<p>Send <code>${header}</code> with each answer; see <a href="https://developer.example/headers">the reference</a>.</p>`,
  ),
);

export const applicationSecurity: DetailsBuilder = scene => {
  const { random, traits, asset, host, addressHost } = scene;
  const index = random.below(HEADERS.length);
  const header = HEADERS[index] ?? HEADERS[0];
  const good = traits.grade === 4;
  const message = good ? 'Required headers are present' : `Required header missing or wrong: ${header}`;
  const remedy = HEADER_REMEDIES[index];
  return {
    evidenceKey: `${host}:443`,
    details: diligenceDetails(scene, {
      annotations: { message, required_headers: good ? [] : [header], optional_headers: [] },
      remediations: remedy === undefined ? [] : [remedy],
      searchable: `${message},${asset}`,
      more: { dest_port: 443, observed_ips: [`${addressHost}:443`], final_location: `https://${host}/` },
    }),
  };
};

const ASSESSMENTS = [
  {
    assessment: 'Cookie Without Secure Flag',
    name: 'Set-Cookie',
    message: 'The cookie also travels over plain HTTP.',
    severity: 'Moderate',
  },
  {
    assessment: 'Insecure Form Action',
    name: 'form',
    message: 'The form posts to a plain HTTP address.',
    severity: 'Material',
  },
  {
    assessment: 'Vulnerable Library',
    name: 'script',
    message: 'The page loads a script library with known faults.',
    severity: 'Severe',
  },
  {
    assessment: 'Missing Subresource Integrity',
    name: 'script',
    message: 'A script of another host is loaded unchecked.',
    severity: 'Minor',
  },
  {
    assessment: 'Mixed Content',
    name: 'img',
    message: 'A secure page loads parts over plain HTTP.',
    severity: 'Minor',
  },
] as const;
const ASSESSMENT_REMEDIES = ASSESSMENTS.map(({ assessment, message }) =>
  remediation(assessment, message, '<p>Correct the page, then deploy and rescan.</p>'),
);

export const webAppsec: DetailsBuilder = scene => {
  const { random, traits, asset, host } = scene;
  const index = random.below(ASSESSMENTS.length);
  const { assessment, name, message, severity } = ASSESSMENTS[index] ?? ASSESSMENTS[0];
  const total = 1 + random.below(4);
  const failed = traits.grade === 4 ? 0 : 1 + random.below(total);
  const remedy = ASSESSMENT_REMEDIES[index];
  return {
    evidenceKey: `${host}:443`,
    details: diligenceDetails(scene, {
      annotations: Array.from({ length: failed }, (_, n) => ({
        name,
        message,
        value: `item ${n + 1}`,
        attributes: {},
        status: 'Failed',
        severity,
        assessmentName: assessment,
      })),
      remediations: remedy === undefined ? [] : [remedy],
      searchable: `${assessment},${asset}`,
      more: {
        assessment_name: assessment,
        failed_evidence: failed,
        total_evidence: total,
        final_location: `https://${host}/`,
      },
    }),
  };
};

const MOBILE_REMEDIES = [
  remediation(
    'App transport is not protected',
    'The app accepts certificates it should refuse.',
    '<p>Remove the exception from the build.</p>',
  ),
];

export const mobileApplicationSecurity: DetailsBuilder = scene => {
  const { random, domain, traits } = scene;
  const platform = random.of(['Android', 'iOS'] as const);
  const app = `example.${domain.replace('.example', '').replaceAll('-', '_')}.app${random.below(9)}`;
  const message = traits.grade === 4 ? 'No faults found' : 'App transport is not protected';
  return {
    evidenceKey: app,
    details: diligenceDetails(scene, {
      annotations: { message, platform, app_id: app, version: `${1 + random.below(8)}.${random.below(20)}` },
      remediations: MOBILE_REMEDIES,
      searchable: `${message},${app}`,
    }),
  };
};
