/**
 * The vulnerabilities that synthetic findings name. CVE ids, aliases and base scores are public facts of the CVE list;
 * descriptions are our own words. Shape: bitsight-api.md, 4.4 ("Common").
 */
import type { JsonObject } from '../../../../wire/json.ts';

interface Row {
  readonly cve: string;
  readonly alias: string;
  readonly base: number;
  readonly about: string;
}

const ROWS: readonly Row[] = [
  {
    cve: 'CVE-2014-3566',
    alias: 'POODLE',
    base: 3.4,
    about: 'Padding of SSL 3.0 lets someone in the middle guess plaintext.',
  },
  {
    cve: 'CVE-2016-2183',
    alias: 'SWEET32',
    base: 7.5,
    about: 'Block ciphers of 64 bits give away data in long sessions.',
  },
  {
    cve: 'CVE-2014-0160',
    alias: 'Heartbleed',
    base: 7.5,
    about: 'A heartbeat request reads memory of the TLS library.',
  },
  {
    cve: 'CVE-2015-0204',
    alias: 'FREAK',
    base: 4.3,
    about: 'Export-grade RSA keys can be forced on a TLS session.',
  },
  {
    cve: 'CVE-2015-4000',
    alias: 'Logjam',
    base: 3.7,
    about: 'Export-grade Diffie-Hellman groups can be forced on a session.',
  },
  {
    cve: 'CVE-2017-0144',
    alias: 'EternalBlue',
    base: 8.8,
    about: 'Crafted SMBv1 packets run code on the server.',
  },
  {
    cve: 'CVE-2019-0708',
    alias: 'BlueKeep',
    base: 9.8,
    about: 'Remote Desktop runs code before anyone has logged on.',
  },
  { cve: 'CVE-2018-15473', alias: '', base: 5.3, about: 'OpenSSH tells valid user names from invalid ones.' },
  {
    cve: 'CVE-2020-1938',
    alias: 'Ghostcat',
    base: 9.8,
    about: 'The AJP connector reads files of the application.',
  },
  {
    cve: 'CVE-2021-41773',
    alias: '',
    base: 7.5,
    about: 'Paths are normalised wrongly, and files outside the root are served.',
  },
  {
    cve: 'CVE-2021-26855',
    alias: 'ProxyLogon',
    base: 9.8,
    about: 'A forged request authenticates as the mail server.',
  },
  {
    cve: 'CVE-2022-22965',
    alias: 'Spring4Shell',
    base: 9.8,
    about: 'Data binding reaches the class loader and runs code.',
  },
  {
    cve: 'CVE-2023-44487',
    alias: 'Rapid Reset',
    base: 7.5,
    about: 'Streams opened and reset at once exhaust an HTTP/2 server.',
  },
  {
    cve: 'CVE-2023-48795',
    alias: 'Terrapin',
    base: 5.9,
    about: 'Messages at the start of an SSH session can be dropped unnoticed.',
  },
  {
    cve: 'CVE-2024-6387',
    alias: 'regreSSHion',
    base: 8.1,
    about: 'A race in a signal handler of sshd runs code.',
  },
  {
    cve: 'CVE-2024-4577',
    alias: '',
    base: 9.8,
    about: 'Arguments reach the PHP interpreter through CGI on Windows.',
  },
];

export interface Vulnerability {
  /** Its place in {@link VULNERABILITIES}. */
  readonly index: number;
  readonly cve: string;
  readonly alias: string;
  /** `CVE-… (alias)`, as messages name it. */
  readonly displayName: string;
  readonly about: string;
  readonly base: number;
  /** 0 minor to 3 severe. */
  readonly category: number;
  readonly severity: (typeof SEVERITY_TITLES)[number];
  /** Can findings of it be relied on? */
  readonly isSure: boolean;
  /** As `details.vulnerabilities` of a finding shows it. */
  readonly record: JsonObject;
}

/** Names of severities as vulnerabilities and threats write them, from the least. */
const SEVERITY_TITLES = ['Minor', 'Moderate', 'Material', 'Severe'] as const;

export const VULNERABILITIES: readonly Vulnerability[] = ROWS.map(({ cve, alias, base, about }, index) => {
  const isSure = base >= 9;
  const category = base >= 9 ? 3 : base >= 7 ? 2 : base >= 4 ? 1 : 0;
  const severity = SEVERITY_TITLES[category] ?? 'Minor';
  const displayName = alias === '' ? cve : `${cve} (${alias})`;
  return {
    index,
    cve,
    alias,
    displayName,
    about,
    base,
    category,
    severity,
    isSure,
    record: Object.freeze({
      name: cve,
      alias,
      display_name: alias === '' ? cve : alias,
      description: about,
      remediation_tip:
        '<p>Install the vendor&#39;s newest release; until then, restrict who can reach the service.</p>',
      confidence: isSure ? 'HIGH' : 'LOW',
      cvss: { base },
      severity,
    }),
  };
});

const BY_CATEGORY: readonly (readonly Vulnerability[])[] = [0, 1, 2, 3].map(category =>
  VULNERABILITIES.filter(vulnerability => vulnerability.category === category),
);

/** Those of one severity category, 0 minor to 3 severe; every category has some. */
export function vulnerabilitiesIn(category: number): readonly Vulnerability[] {
  return BY_CATEGORY[category] ?? VULNERABILITIES;
}
