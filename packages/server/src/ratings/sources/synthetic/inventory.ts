/**
 * Companies that exist in the synthetic world without being in the portfolio: what a search finds besides, and what can be asked to
 * be added. Names and domains differ from those of the portfolio.
 */
import { companyName } from './names.ts';
import { INDUSTRIES, type Named } from './profile.ts';
import { guidOf, mix } from './random.ts';

export interface InventoryCompany {
  readonly key: number;
  readonly guid: string;
  readonly name: string;
  readonly domain: string;
  readonly industry: Named;
}

const COMPANIES = 300;

/** All of them, in no order. */
export function inventoryOf(seedKey: number): readonly InventoryCompany[] {
  return Array.from({ length: COMPANIES }, (_, index) => {
    const key = mix(mix(seedKey, 0x52), index);
    const sector = INDUSTRIES[mix(key, 1) % INDUSTRIES.length];
    const part = sector?.parts[mix(key, 2) % sector.parts.length];
    if (sector === undefined || part === undefined) throw new RangeError('there is no industry');
    const { shortname } = companyName(index, mix(seedKey, 0x53), part.trade);
    return {
      key,
      guid: guidOf(key, 7),
      name: `${shortname} ${part.trade} Holdings`,
      domain: `${shortname.toLowerCase()}-holdings.example`,
      industry: { name: sector.name, slug: sector.slug },
    };
  });
}
