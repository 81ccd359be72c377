/**
 * Details of TLS: ssl_certificates and ssl_configurations, both with the certificate chain of a sample.
 * Source: bitsight-api.md, 4.3 (the evidence of a certificate is its serial number) and 4.4.
 */
import type { JsonObject } from '../../../../wire/json.ts';
import { hex } from '../random.ts';
import { annotationTime, type DetailsBuilder, diligenceDetails, remediation, type Scene } from './scene.ts';

const MESSAGES = [
  'Not judged',
  'Expired certificate',
  'Weak signature: SHA1',
  'Short validity left',
  'Valid certificate',
] as const;
const CONFIGURATIONS = [
  'Not judged',
  'Allows insecure protocol: SSLv3',
  'Allows outdated protocol: TLSv1.0',
  'Diffie-Hellman prime is commonly used',
  'No faults found',
] as const;
const ISSUERS = ['Reserved Names CA 1', 'Example Trust RSA CA', 'Testbed Issuing CA G2'] as const;

const CERTIFICATE_REMEDIES = MESSAGES.map(message =>
  remediation(
    message,
    'Clients cannot rely on this certificate.',
    '<p>Have a new certificate issued and install it with its <i>whole chain</i>.</p>',
  ),
);
const CONFIGURATION_REMEDIES = CONFIGURATIONS.map(message =>
  remediation(
    message,
    'Someone in the middle of the connection can weaken or read it.',
    '<p>Offer TLS 1.2 and 1.3 alone.</p><pre>ssl_protocols TLSv1.2 TLSv1.3;</pre>',
  ),
);

function chain({ random, traits, asset, domain }: Scene, serial: string): readonly JsonObject[] {
  const start = traits.firstSeen - random.below(300);
  const issuer = random.of(ISSUERS);
  return [
    {
      dnsName: asset === domain ? [domain, `www.${domain}`] : [asset],
      startDate: annotationTime(start, 0),
      endDate: annotationTime(start + 397, 86_399),
      issuerName: `CN=${issuer},O=Example Trust,C=US`,
      subjectName: `CN=${asset}`,
      serialNumber: serial,
      keyAlgorithm: 'RSA',
      keyLength: random.oneIn(12) ? 1024 : 2048,
      signatureAlgorithm: random.oneIn(12) ? 'SHA1WITHRSA' : 'SHA256WITHRSA',
    },
    {
      dnsName: [],
      startDate: annotationTime(start - 1500, 0),
      endDate: annotationTime(start + 2150, 86_399),
      issuerName: 'CN=Example Root X1,O=Example Trust,C=US',
      subjectName: `CN=${issuer},O=Example Trust,C=US`,
      serialNumber: '4f1ee7',
      keyAlgorithm: 'RSA',
      keyLength: 4096,
      signatureAlgorithm: 'SHA256WITHRSA',
    },
  ];
}

export const sslCertificates: DetailsBuilder = scene => {
  const { random, traits, asset, host, addressHost } = scene;
  const serial = `${hex(traits.key)}${hex(random.next())}${hex(random.next())}`;
  const message = MESSAGES[traits.grade] ?? MESSAGES[4];
  const remedy = CERTIFICATE_REMEDIES[traits.grade];
  return {
    evidenceKey: serial,
    details: diligenceDetails(scene, {
      annotations: { message, sampleName: asset, certchain: chain(scene, serial) },
      remediations: remedy === undefined ? [] : [remedy],
      searchable: `${message},${asset},${serial}`,
      more: { dest_port: 443, observed_ips: [`${addressHost}:443`], final_location: `https://${host}/` },
    }),
  };
};

export const sslConfigurations: DetailsBuilder = scene => {
  const { random, traits, asset, host, addressHost } = scene;
  const port = random.oneIn(6) ? random.of([8443, 465, 993, 995] as const) : 443;
  const message = CONFIGURATIONS[traits.grade] ?? CONFIGURATIONS[4];
  const remedy = CONFIGURATION_REMEDIES[traits.grade];
  return {
    evidenceKey: `${host}:${port}`,
    details: diligenceDetails(scene, {
      cvss: traits.grade === 1 ? [3.4, 7.5] : [],
      annotations: { message, sampleName: asset, certchain: chain(scene, hex(traits.key)) },
      remediations: remedy === undefined ? [] : [remedy],
      searchable: `${message},${asset}`,
      more: { dest_port: port, observed_ips: [`${addressHost}:${port}`], final_location: `${host}:${port}` },
    }),
  };
};
