/**
 * The service providers of the synthetic world and their products: what companies of a portfolio depend on. None of them is in a
 * portfolio. Fields: bitsight-api.md, 4.9 and 4.11; names, product types and shares are invented.
 */
import { companyName } from '../names.ts';
import { guidOf, mix } from '../random.ts';

/** A line of business: how its providers are called, and the types of product they sell. */
interface Trade {
  readonly trade: string;
  readonly industry: string;
  readonly types: readonly (readonly [product: string, type: string, businessFunction: string])[];
  readonly isCsp?: boolean;
}

const TRADES: readonly Trade[] = [
  {
    trade: 'Cloud',
    industry: 'Technology',
    isCsp: true,
    types: [
      ['Compute', 'Cloud Hosting', 'IT'],
      ['Storage', 'Storage', 'IT'],
      ['Zones', 'DNS', 'IT'],
    ],
  },
  {
    trade: 'Edge',
    industry: 'Technology',
    types: [
      ['Delivery', 'CDN', 'IT'],
      ['Shield', 'Web Application Firewall', 'Security'],
    ],
  },
  {
    trade: 'Mail',
    industry: 'Technology',
    types: [
      ['Mailbox', 'Email Hosting', 'Collaboration'],
      ['Gateway', 'Email Security', 'Security'],
    ],
  },
  {
    trade: 'Insights',
    industry: 'Business Services',
    types: [
      ['Analytics', 'Web Analytics', 'Marketing'],
      ['Tags', 'Tag Management', 'Marketing'],
    ],
  },
  { trade: 'Pay', industry: 'Finance', types: [['Checkout', 'Payments', 'Finance']] },
  { trade: 'Identity', industry: 'Technology', types: [['Sign-on', 'Identity Management', 'Security']] },
  {
    trade: 'Desk',
    industry: 'Business Services',
    types: [
      ['Helpdesk', 'Customer Support', 'Customer Service'],
      ['Chat', 'Live Chat', 'Customer Service'],
    ],
  },
  {
    trade: 'Certificates',
    industry: 'Technology',
    types: [['Certificates', 'SSL Certificates', 'Security']],
  },
  {
    trade: 'Hosting',
    industry: 'Technology',
    types: [
      ['Servers', 'Web Hosting', 'IT'],
      ['Pages', 'Content Management', 'Marketing'],
    ],
  },
  {
    trade: 'Campaigns',
    industry: 'Media/Entertainment',
    types: [
      ['Newsletters', 'Email Marketing', 'Marketing'],
      ['Adverts', 'Advertising', 'Marketing'],
    ],
  },
];

export interface Product {
  readonly key: number;
  readonly guid: string;
  readonly name: string;
  readonly types: readonly string[];
  readonly businessFunctions: readonly string[];
}

export interface Provider {
  readonly key: number;
  readonly guid: string;
  readonly name: string;
  readonly industry: string;
  /** ISO 3166 alpha-2 of its headquarters. */
  readonly country: string;
  readonly isCsp: boolean;
  /** Of 1,000 companies, how many use it. */
  readonly share: number;
  /** How much hangs on it, whoever uses it. */
  readonly weight: number;
  readonly products: readonly Product[];
}

const PROVIDERS = 60;
const HEADQUARTERS = ['US', 'US', 'US', 'IE', 'DE', 'GB', 'FR', 'NL', 'IN', 'JP'] as const;

/** Every provider of a world; the first are used by most companies. */
export function providersOf(seedKey: number): readonly Provider[] {
  return Array.from({ length: PROVIDERS }, (_, rank) => provider(seedKey, rank));
}

function provider(seedKey: number, rank: number): Provider {
  const key = mix(mix(seedKey, 0x4f), rank);
  const trade = TRADES[rank % TRADES.length];
  if (trade === undefined) throw new RangeError('there is no trade');
  // Another numbering than that of companies, and trades that no company has, so that names differ.
  const { name, shortname } = companyName(rank, mix(seedKey, 0x50), trade.trade);
  const products = trade.types.map(([product, type, businessFunction], index): Product => {
    const productKey = mix(key, 10 + index);
    return {
      key: productKey,
      guid: guidOf(productKey, 8),
      name: `${shortname} ${product}`,
      types: [type],
      businessFunctions: [businessFunction],
    };
  });
  return {
    key,
    guid: guidOf(key, 7),
    name,
    industry: trade.industry,
    country: HEADQUARTERS[mix(key, 1) % HEADQUARTERS.length] ?? 'US',
    isCsp: trade.isCsp === true,
    share: Math.max(20, Math.round(850 / (1 + rank / 2))),
    weight: 0.02 + (mix(key, 2) % 400) / 100,
    products,
  };
}
