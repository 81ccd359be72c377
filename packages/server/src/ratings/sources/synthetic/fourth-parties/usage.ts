/**
 * Which company depends on which products, and through how many of its domains: a pure function of both and the day. All counts
 * about fourth parties are made of these relationships, so that they agree. Facts: bitsight-api.md, 4.9.
 */
import { mix } from '../random.ts';
import type { Product, Provider } from './catalogue.ts';

/** How a relationship is known: seen by upstream, or entered by a user. */
export type RelationshipSource = 'bitsight' | 'self';

/** A company's use of one provider. */
export interface Usage {
  readonly provider: Provider;
  readonly products: readonly ProductUsage[];
  /** Domains of the company that use any of the products. */
  readonly domains: number;
  readonly source: RelationshipSource;
  /** Day number of the last sighting. */
  readonly lastSeen: number;
}

export interface ProductUsage {
  readonly product: Product;
  readonly domains: number;
}

/** A company looks again at what it uses after some such time. */
const TERM_DAYS = 540;
const SELF_PERCENT = 8;
const SIGHTING_DAYS = 14;

/** How many domains a company has in which products are looked for. */
export function domainsOf(companyKey: number): number {
  return 4 + (mix(companyKey, 61) % 60);
}

/** What a company uses on a day, in the order of the catalogue. */
export function usagesOf(companyKey: number, providers: readonly Provider[], day: number): readonly Usage[] {
  return providers.flatMap(provider => usageOf(companyKey, provider, day) ?? []);
}

/** A company's use of a provider on a day; null where there is none. */
export function usageOf(companyKey: number, provider: Provider, day: number): Usage | null {
  const pair = mix(companyKey, provider.key);
  const term = Math.floor((day + (mix(pair, 1) % TERM_DAYS)) / TERM_DAYS);
  const key = mix(pair, 16 + term);
  if (key % 1000 >= provider.share) return null;
  const domains = domainsOf(companyKey);
  const certain = mix(key, 2) % provider.products.length;
  const products = provider.products.flatMap((product, index) => {
    const isUsed = index === certain || mix(key, 20 + index) % 3 === 0;
    return isUsed ? [{ product, domains: 1 + (mix(key, 40 + index) % Math.ceil(domains / 2)) }] : [];
  });
  return {
    provider,
    products,
    // Products share domains: whoever has the mailbox has it where the gateway is.
    domains: Math.max(...products.map(product => product.domains)),
    source: mix(pair, 3) % 100 < SELF_PERCENT ? 'self' : 'bitsight',
    lastSeen: day - ((day + mix(pair, 4)) % SIGHTING_DAYS),
  };
}
