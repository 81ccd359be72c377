/** The relationships of the companies that a view sees with their providers, and what they add up to. */
import type { View } from '../../../source.ts';
import type { SyntheticContext } from '../context.ts';
import type { Profile } from '../profile.ts';
import { type Product, type Provider, providersOf } from './catalogue.ts';
import { domainsOf, type Usage, usageOf, usagesOf } from './usage.ts';

/** What percentages are of. */
export interface Totals {
  readonly companies: number;
  readonly domains: number;
}

/** How much hangs on a provider or product. */
export interface Dependence {
  readonly companies: number;
  readonly domains: number;
  /** Day number of the last sighting. */
  readonly lastSeen: number;
}

export interface ProviderDependence extends Dependence {
  readonly provider: Provider;
  /** Those products that are used, in the order of the catalogue. */
  readonly products: readonly Product[];
}

export interface ProductDependence extends Dependence {
  readonly provider: Provider;
  readonly product: Product;
}

/** A company and one of its providers. */
export interface Relationship {
  readonly company: Profile;
  readonly usage: Usage;
}

export class Relationships {
  readonly #context: SyntheticContext;
  readonly providers: readonly Provider[];

  constructor(context: SyntheticContext) {
    this.#context = context;
    this.providers = providersOf(context.world.seedKey);
  }

  provider(guid: string): Provider | null {
    return this.providers.find(provider => provider.guid === guid.toLowerCase()) ?? null;
  }

  /** What one company uses today. */
  of(company: Profile): readonly Relationship[] {
    return usagesOf(company.tenancy.key, this.providers, this.#context.day).map(usage => ({
      company,
      usage,
    }));
  }

  /** Every relationship of the companies that the view sees, company by company. */
  *seenBy(view: View): Generator<Relationship> {
    for (const company of this.#context.companies(view)) yield* this.of(company);
  }

  /** The companies that the view sees and that use the provider. */
  *with(provider: Provider, view: View): Generator<Relationship> {
    for (const tenancy of this.#context.tenancies(view)) {
      const usage = usageOf(tenancy.key, provider, this.#context.day);
      if (usage !== null) yield { company: this.#context.profile(view, tenancy), usage };
    }
  }

  totals(view: View): Totals {
    let companies = 0;
    let domains = 0;
    for (const { key } of this.#context.tenancies(view)) {
      companies++;
      domains += domainsOf(key);
    }
    return { companies, domains };
  }
}

export function totalsOf({ tenancy }: Profile): Totals {
  return { companies: 1, domains: domainsOf(tenancy.key) };
}

/** Relationships added up by provider. */
export function byProvider(relationships: Iterable<Relationship>): readonly ProviderDependence[] {
  const sums = new Map<Provider, { sum: Sum; used: Set<Product> }>();
  for (const { usage } of relationships) {
    const { provider, domains, products, lastSeen } = usage;
    const entry = sums.get(provider) ?? { sum: new Sum(), used: new Set() };
    sums.set(provider, entry);
    entry.sum.add(domains, lastSeen);
    for (const { product } of products) entry.used.add(product);
  }
  return Array.from(sums, ([provider, { sum, used }]) => ({
    provider,
    products: provider.products.filter(product => used.has(product)),
    ...sum.figures(),
  }));
}

/** Relationships added up by product. */
export function byProduct(relationships: Iterable<Relationship>): readonly ProductDependence[] {
  const sums = new Map<Product, { provider: Provider; sum: Sum }>();
  for (const { usage } of relationships) {
    for (const { product, domains } of usage.products) {
      const entry = sums.get(product) ?? { provider: usage.provider, sum: new Sum() };
      sums.set(product, entry);
      entry.sum.add(domains, usage.lastSeen);
    }
  }
  return Array.from(sums, ([product, { provider, sum }]) => ({ provider, product, ...sum.figures() }));
}

class Sum {
  #companies = 0;
  #domains = 0;
  #lastSeen = 0;

  /** One more company with so many domains of its own. */
  add(domains: number, lastSeen: number): void {
    this.#companies++;
    this.#domains += domains;
    this.#lastSeen = Math.max(this.#lastSeen, lastSeen);
  }

  figures(): Dependence {
    return { companies: this.#companies, domains: this.#domains, lastSeen: this.#lastSeen };
  }
}
