/**
 * Details of what listens on the network: open_ports, server_software, insecure_systems, patching_cadence.
 * Source: bitsight-api.md, 4.4 (keys with capitals and hyphens, `"now"` among the remediation dates).
 */
import type { Random } from '../random.ts';
import type { Traits } from '../traits.ts';
import { annotationTime, type DetailsBuilder, diligenceDetails, remediation } from './scene.ts';
import { VULNERABILITIES, type Vulnerability, vulnerabilitiesIn } from './vulnerabilities.ts';

/** Something that answers on a port: its name, what kind of service it is, and the product behind it. */
export interface Service {
  readonly port: number;
  readonly service: string;
  readonly kind: string;
  readonly product: string;
  /** `a:vendor:product` of an application, `o:…` of an operating system. */
  readonly cpe: string;
  readonly versions: readonly string[];
}

const SERVICES: readonly Service[] = [
  {
    port: 443,
    service: 'HTTPS',
    kind: 'Web',
    product: 'nginx',
    cpe: 'a:f5:nginx',
    versions: ['1.24.0', '1.26.2', '1.18.0'],
  },
  {
    port: 80,
    service: 'HTTP',
    kind: 'Web',
    product: 'Apache httpd',
    cpe: 'a:apache:http_server',
    versions: ['2.4.49', '2.4.58', '2.2.15'],
  },
  {
    port: 22,
    service: 'SSH',
    kind: 'Remote access',
    product: 'OpenSSH',
    cpe: 'a:openbsd:openssh',
    versions: ['7.4', '8.9p1', '9.6'],
  },
  {
    port: 5672,
    service: 'AMQP',
    kind: 'Messaging',
    product: 'RabbitMQ',
    cpe: 'a:vmware:rabbitmq',
    versions: ['3.9.13', '3.12.1'],
  },
  {
    port: 3306,
    service: 'MySQL',
    kind: 'Database',
    product: 'MySQL',
    cpe: 'a:oracle:mysql',
    versions: ['5.7.33', '8.0.36'],
  },
  {
    port: 3389,
    service: 'RDP',
    kind: 'Remote access',
    product: 'Remote Desktop',
    cpe: 'o:microsoft:windows',
    versions: ['10.0.17763', '10.0.14393'],
  },
  {
    port: 21,
    service: 'FTP',
    kind: 'File transfer',
    product: 'vsftpd',
    cpe: 'a:vsftpd_project:vsftpd',
    versions: ['3.0.3', '2.3.4'],
  },
  {
    port: 25,
    service: 'SMTP',
    kind: 'Mail',
    product: 'Postfix',
    cpe: 'a:postfix:postfix',
    versions: ['3.5.6', '3.7.4'],
  },
  {
    port: 6379,
    service: 'Redis',
    kind: 'Database',
    product: 'Redis',
    cpe: 'a:redis:redis',
    versions: ['5.0.7', '7.2.4'],
  },
  {
    port: 8080,
    service: 'HTTP proxy',
    kind: 'Web',
    product: 'Apache Tomcat',
    cpe: 'a:apache:tomcat',
    versions: ['8.5.50', '9.0.85'],
  },
];

/** Every service that a finding can name. */
export const SERVICE_NAMES: readonly string[] = SERVICES.map(({ service }) => service);

const PORT_REMEDIES = SERVICES.map(({ service, port }) =>
  remediation(
    `Detected service: ${service}`,
    `Port ${port} answers to the internet and speaks ${service}.`,
    `<p>Let only those networks reach port ${port} that need it.</p><ul><li>Close it at the firewall, or</li><li>put it behind a VPN.</li></ul>`,
  ),
);

/** What an open port shows. Drawn before anything else of its details, so that it can be told without making them. */
export function drawOpenPort(
  random: Random,
  { grade, category }: Pick<Traits, 'grade' | 'category'>,
): {
  readonly service: Service;
  readonly version: string;
  readonly vulnerability: Vulnerability | null;
} {
  const service = random.of(SERVICES);
  const version = random.of(service.versions);
  const isVulnerable = isPortAtFault(grade) && random.below(3) > 0;
  return { service, version, vulnerability: isVulnerable ? random.of(vulnerabilitiesIn(category)) : null };
}

/** May a port with this grade show a vulnerability? */
export function isPortAtFault(grade: number): boolean {
  return grade === 1 || grade === 2;
}

export const openPorts: DetailsBuilder = scene => {
  const { random, traits, addressHost } = scene;
  const { service, version, vulnerability } = drawOpenPort(random, traits);
  const cpe = random.oneIn(4)
    ? `cpe:2.3:${service.cpe}:${version}:*:*:*:*:*:*:*`
    : `${service.cpe}:${version}`;
  const remedy = PORT_REMEDIES[SERVICES.indexOf(service)];
  return {
    evidenceKey: `${addressHost}:${service.port}`,
    details: diligenceDetails(scene, {
      cvss: vulnerability === null ? [] : [vulnerability.base],
      annotations: {
        message: `Detected service: ${service.service}`,
        CPE: [cpe],
        Product: service.product,
        Version: version,
        Title: service.service.startsWith('HTTP') ? 'Welcome' : '',
        transport: 'tcp',
        Status: service.service.startsWith('HTTP') ? '200 OK' : '',
        Server: `${service.product}/${version}`,
        Tags: isPortAtFault(traits.grade) ? ['exposed'] : [],
        'close-seen': annotationTime(traits.lastSeen, traits.key >>> 3),
      },
      remediations: remedy === undefined ? [] : [remedy],
      searchable: `${service.service},${service.product},${version},tcp`,
      vulnerabilities: vulnerability === null ? [] : [vulnerability.record],
      more: {
        dest_port: service.port,
        observed_ips: [`${addressHost}:${service.port}`],
        port_list: [service.port],
        screenshot: null,
      },
    }),
  };
};

const SERVERS = [
  { server: 'Apache', vendor: 'apache', versions: ['2.2.15', '2.4.6', '2.4.58'] },
  { server: 'nginx', vendor: 'f5', versions: ['1.14.0', '1.18.0', '1.26.2'] },
  { server: 'Microsoft-IIS', vendor: 'microsoft', versions: ['7.5', '8.5', '10.0'] },
  { server: 'PHP', vendor: 'php', versions: ['5.6.40', '7.4.33', '8.3.4'] },
  { server: 'OpenSSL', vendor: 'openssl', versions: ['1.0.2k', '1.1.1w', '3.0.13'] },
] as const;

/** Every server that a finding can name. */
export const SERVER_NAMES: readonly string[] = SERVERS.map(({ server }) => server);

const SUPPORT = [
  'unknown-patch-status',
  'obsolete-version',
  'possible-backports',
  'current-package',
  'current-version',
] as const;

const SERVER_REMEDIES = [
  remediation(
    'Unsupported server software',
    'The version that the server announces gets no more security updates.',
    '<p>Move to a release that its maker <b>still supports</b>.</p>',
  ),
];

/** The software that a server announces; drawn before anything else of its details. */
export function drawServer(
  random: Random,
  { grade }: Pick<Traits, 'grade'>,
): { readonly server: string; readonly vendor: string; readonly version: string; readonly support: string } {
  const { server, vendor, versions } = random.of(SERVERS);
  return { server, vendor, version: random.of(versions), support: SUPPORT[grade] ?? 'unknown' };
}

export const serverSoftware: DetailsBuilder = scene => {
  const { random, traits, host, addressHost } = scene;
  const { server, version, support } = drawServer(random, traits);
  return {
    evidenceKey: `${host}:443`,
    details: diligenceDetails(scene, {
      annotations: {
        modal_data: { type: server, reason: support },
        modal_tags: { Type: server, Version: version },
        server,
        version,
      },
      remediations: SERVER_REMEDIES,
      searchable: `${server},${version},${support}`,
      more: { dest_port: 443, observed_ips: [`${addressHost}:443`], final_location: `https://${host}/` },
    }),
  };
};

const INSECURE = [
  {
    service: 'Netbios',
    port: 445,
    risk: 'Anyone on the network can ask the host for names, shares and sessions.',
  },
  { service: 'Telnet', port: 23, risk: 'Passwords cross the network in clear.' },
  {
    service: 'Orphaned domain lookups',
    port: 80,
    risk: 'Software on the host asks a name that nobody owns any more.',
  },
  { service: 'UPnP', port: 1900, risk: 'The device lets strangers open ports.' },
] as const;

export const insecureSystems: DetailsBuilder = scene => {
  const { random, address } = scene;
  const { service, port, risk } = random.of(INSECURE);
  return {
    evidenceKey: address,
    details: diligenceDetails(scene, {
      annotations: { message: `Service: ${service}`, risks: [risk], source_ip: address },
      remediations: [],
      searchable: `Service: ${service}`,
      more: { sample_count: 1 + random.below(20), dest_port: port, src_port: 1024 + random.below(60_000) },
    }),
  };
};

const PATCH_REMEDIES = VULNERABILITIES.map(({ displayName, about }) =>
  remediation(displayName, about, '<p>Patch the host, then request a rescan.</p>'),
);

/** The vulnerability that a patching finding is about; drawn before anything else of its details. */
export function drawPatch(random: Random, { category }: Pick<Traits, 'category'>): Vulnerability {
  return random.of(vulnerabilitiesIn(category));
}

export const patchingCadence: DetailsBuilder = scene => {
  const { random, traits, asset, isIp, withVulnerabilities, host } = scene;
  const vulnerability = drawPatch(random, traits);
  const remedy = PATCH_REMEDIES[vulnerability.index];
  return {
    evidenceKey: isIp ? asset : `${host}:443`,
    details: {
      cvss: { base: [vulnerability.base] },
      check_pass: '',
      diligence_annotations: {
        remediation_dates: [
          {
            first: annotationTime(traits.firstSeen, traits.key >>> 5),
            last: traits.isGone ? annotationTime(traits.lastSeen, traits.key >>> 7) : 'now',
          },
        ],
        is_remediated: traits.isGone,
      },
      remediations: remedy === undefined ? [] : [remedy],
      vulnerabilities: withVulnerabilities ? [vulnerability.record] : [],
      vulnerability_name: vulnerability.cve.toLowerCase(),
    },
  };
};
