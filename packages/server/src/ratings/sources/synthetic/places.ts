/**
 * Where the addresses and hosts of the synthetic world are. A place belongs to the asset, so that its findings and the list of
 * assets agree on it; codes are ISO 3166, positions are those of capitals.
 */
import { hashText } from './random.ts';

interface Place {
  /** ISO 3166 alpha-2. */
  readonly code: string;
  readonly name: string;
  readonly latitude: number;
  readonly longitude: number;
}

const PLACES: readonly Place[] = [
  { code: 'US', name: 'United States', latitude: 38.9, longitude: -77.04 },
  { code: 'DE', name: 'Germany', latitude: 52.52, longitude: 13.4 },
  { code: 'GB', name: 'United Kingdom', latitude: 51.51, longitude: -0.13 },
  { code: 'FR', name: 'France', latitude: 48.86, longitude: 2.35 },
  { code: 'NL', name: 'Netherlands', latitude: 52.37, longitude: 4.9 },
  { code: 'IE', name: 'Ireland', latitude: 53.35, longitude: -6.26 },
  { code: 'IN', name: 'India', latitude: 28.61, longitude: 77.21 },
  { code: 'JP', name: 'Japan', latitude: 35.68, longitude: 139.69 },
];

/** The place of an address or host. */
export function placeOf(asset: string): Place {
  const place = PLACES[hashText(asset) % PLACES.length];
  if (place === undefined) throw new RangeError('there is no place');
  return place;
}
