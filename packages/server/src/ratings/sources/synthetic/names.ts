/**
 * Invented company names, domains and addresses. Names are built from syllables; domains end in the reserved `.example`
 * (RFC 2606) and addresses come from documentation and benchmarking ranges (RFC 5737, 3849, 2544), so nothing points anywhere.
 */

const FIRST = [
  'Ald',
  'Bram',
  'Cald',
  'Dray',
  'Eltr',
  'Ferr',
  'Garv',
  'Halb',
  'Ister',
  'Jorv',
  'Kest',
  'Lund',
  'Morv',
  'Nelk',
  'Osk',
  'Pell',
  'Quill',
  'Rovan',
  'Stav',
  'Thorn',
  'Ulm',
  'Velt',
  'Wex',
  'Yarr',
  'Zeph',
  'Brook',
  'Cind',
  'Dunm',
  'Ember',
  'Fal',
  'Grim',
  'Hest',
  'Ivel',
  'Karr',
  'Lor',
  'Mint',
  'Nor',
  'Ott',
  'Pryd',
  'Sable',
] as const;
const SECOND = [
  'owick',
  'emere',
  'andel',
  'istrom',
  'avane',
  'ombe',
  'ufield',
  'olyn',
  'ettle',
  'arrow',
  'enby',
  'ison',
  'ulva',
  'ondale',
  'ivar',
  'estead',
  'agor',
  'inth',
  'ossa',
  'erley',
  'udane',
  'yard',
  'eckon',
  'orra',
  'ivale',
  'amoor',
  'esk',
  'otheby',
  'unna',
  'irel',
  'askel',
  'owmere',
  'ander',
  'ixby',
  'ulmen',
  'eron',
  'avik',
  'othe',
  'elund',
  'urst',
] as const;
const REGIONS = [
  '',
  ' Nordic',
  ' Pacific',
  ' Atlantic',
  ' Iberia',
  ' Baltic',
  ' Andes',
  ' Levant',
  ' Rhine',
] as const;
const STEMS = FIRST.length * SECOND.length;
const LEGAL = [' Inc.', ' Ltd.', ' GmbH', ' S.A.', ' plc', ' AB', '', ''] as const;

export interface CompanyName {
  readonly name: string;
  readonly shortname: string;
  /** `<label>.example`. */
  readonly domain: string;
}

/** The name of the n-th company of a seed: no two n share a domain. */
export function companyName(n: number, seedKey: number, trade: string): CompanyName {
  // 1,009 is prime to the number of stems, so this visits every stem once before any again.
  const stem = (n * 1009 + (seedKey % STEMS)) % STEMS;
  const round = Math.floor(n / STEMS);
  const word = `${FIRST[stem % FIRST.length]}${SECOND[Math.floor(stem / FIRST.length)]}`;
  const region = REGIONS[round] ?? ` ${round}`;
  const label = `${word}${region}`.toLowerCase().replaceAll(' ', '-');
  return {
    name: `${word} ${trade}${region}${LEGAL[(seedKey + n) % LEGAL.length]}`,
    shortname: `${word}${region}`,
    domain: `${label}.example`,
  };
}

const HOSTS = [
  'www',
  'mail',
  'vpn',
  'portal',
  'api',
  'shop',
  'login',
  'cdn',
  'files',
  'intranet',
  'dev',
  'staging',
  'm',
  'support',
  'remote',
  'docs',
  'status',
  'edge',
  'git',
  'booking',
] as const;

/** The n-th host name under a domain; the domain itself is the first. */
export function hostName(domain: string, n: number): string {
  if (n === 0) return domain;
  const label = HOSTS[(n - 1) % HOSTS.length];
  const round = Math.floor((n - 1) / HOSTS.length);
  return round === 0 ? `${label}.${domain}` : `${label}${round}.${domain}`;
}

const DOCUMENTATION = ['192.0.2', '198.51.100', '203.0.113'] as const;
const PER_RANGE = 254;

/** The n-th address of a company: documentation ranges first, then the benchmarking range, which has 131,072. */
export function addressOf(n: number): string {
  if (n < DOCUMENTATION.length * PER_RANGE) {
    return `${DOCUMENTATION[Math.floor(n / PER_RANGE)]}.${(n % PER_RANGE) + 1}`;
  }
  const left = (n - DOCUMENTATION.length * PER_RANGE) % 131_072;
  return `198.${18 + (left >>> 16)}.${(left >>> 8) & 255}.${left & 255}`;
}

/** The n-th IPv6 address of a company. */
export function address6Of(n: number): string {
  return `2001:db8:${(n >>> 16).toString(16)}:${(n & 0xffff).toString(16)}::1`;
}
