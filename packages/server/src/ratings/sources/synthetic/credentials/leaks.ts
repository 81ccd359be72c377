/**
 * Leaks of credentials in the synthetic world, and what of a company is in them. A leak every few weeks at services that do not
 * exist; accounts are numbered users of `.example` domains, and there is no password anywhere. Facts: bitsight-api.md, 4.10.
 */
import type { Profile } from '../profile.ts';
import { guidOf, mix } from '../random.ts';

/** One leak is found in each such stretch of days. */
const LEAK_EVERY_DAYS = 45;
/** After so many days nobody lists a leak any more. */
const LISTED_DAYS = 6 * 365;
/** Of 100 companies, how many have accounts in a leak. */
const AFFECTED_PERCENT = 12;
/** At most so many accounts of a company are in a leak. */
const MAX_ACCOUNTS = 60;

const WORDS = [
  'Lanternfish',
  'Marigold',
  'Tumbleweed',
  'Pinecone',
  'Saltmarsh',
  'Kingfisher',
  'Cobbler',
] as const;
const SERVICES = ['Forum', 'Recipes', 'Photos', 'Travel Club', 'Games', 'Newsletter', 'Fitness'] as const;

/** The types of data a leak may hold; the first is in each. */
const DATA_TYPES = [
  { name: 'Email Addresses', description: 'Addresses that accounts were signed up with.' },
  { name: 'Passwords', description: 'Passwords, hashed or not. This world has none to show.' },
  { name: 'Usernames', description: 'Names that people signed in with.' },
  { name: 'Names', description: 'Names of people.' },
  { name: 'Phone Numbers', description: 'Telephone numbers of people.' },
  { name: 'IP Addresses', description: 'Addresses that people signed in from.' },
] as const;

export interface Leak {
  readonly key: number;
  readonly guid: string;
  readonly name: string;
  /** The day it happened, and the day it was found. */
  readonly day: number;
  readonly added: number;
  readonly dataTypes: readonly (typeof DATA_TYPES)[number][];
}

/** What of a company is in a leak. */
export interface Exposure {
  readonly leak: Leak;
  /** The day the company's accounts were found in it. */
  readonly observed: number;
  /** How many accounts, at least one. */
  readonly count: number;
  /** The accounts' own chance. */
  readonly key: number;
}

/** The leaks that are listed on a day, the newest first. */
export function leaksOn(seedKey: number, day: number): readonly Leak[] {
  const leaks: Leak[] = [];
  const newest = Math.floor(day / LEAK_EVERY_DAYS);
  for (let number = newest; number * LEAK_EVERY_DAYS > day - LISTED_DAYS; number--) {
    const leak = leakAt(seedKey, number);
    if (leak.added <= day) leaks.push(leak);
  }
  return leaks;
}

function leakAt(seedKey: number, number: number): Leak {
  const key = mix(mix(seedKey, 0x1eac), number);
  const added = number * LEAK_EVERY_DAYS + (mix(key, 1) % LEAK_EVERY_DAYS);
  const word = WORDS[mix(key, 3) % WORDS.length];
  const service = SERVICES[mix(key, 4) % SERVICES.length];
  return {
    key,
    guid: guidOf(key, 41),
    name: `${word} ${service} ${number}`,
    day: added - 20 - (mix(key, 2) % 900),
    added,
    dataTypes: DATA_TYPES.filter((_, index) => index === 0 || mix(key, 10 + index) % 3 === 0),
  };
}

/** What of a company is in a leak by a day; null when nothing is. */
export function exposureIn(leak: Leak, company: Profile, day: number): Exposure | null {
  const key = mix(company.tenancy.key, leak.key);
  const observed = leak.added + (mix(key, 2) % 5);
  if (mix(key, 1) % 100 >= AFFECTED_PERCENT || observed > day) return null;
  return { leak, observed, count: 1 + (mix(key, 3) % Math.min(MAX_ACCOUNTS, company.people)), key };
}

/** The domains of the company in which a leak has accounts, one for each account. */
export function* accountDomains({ count, key }: Exposure, { domain }: Profile): Generator<string> {
  const subdomains = [domain, `mail.${domain}`, `group.${domain}`];
  for (let index = 0; index < count; index++) {
    const roll = mix(key, 100 + index) % 20;
    // Most accounts are of the company's own domain.
    yield subdomains[roll === 0 ? 2 : roll < 4 ? 1 : 0] ?? domain;
  }
}

/** The accounts of the company in a leak: numbered users. */
export function accountsIn(exposure: Exposure, company: Profile): readonly string[] {
  const first = mix(exposure.key, 4) % company.people;
  return Array.from(accountDomains(exposure, company), (domain, index) => {
    const user = String((first + index) % company.people).padStart(5, '0');
    return `user${user}@${domain}`;
  });
}
