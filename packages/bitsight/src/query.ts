/**
 * Query strings and path segments as Bitsight reads them: lists joined by commas, `true` and `false` spelled out.
 * Source: https://help.bitsighttech.com/hc/en-us/articles/360036566794 (Parameters).
 */
import { BitsightArgumentError } from './errors.ts';

type Scalar = string | number | boolean;

/** One parameter's value. A list is sent joined by commas; null and undefined are not sent; `0`, `false`, `''` are. */
export type QueryValue = Scalar | readonly Scalar[] | null | undefined;

/** Parameters by name. */
export type Query = Readonly<Record<string, QueryValue>>;

/** `?a=1&b=x,y`, or the empty string. Throws {@link BitsightArgumentError} for an empty list or a NaN. */
export function queryString(query: Query): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === null || value === undefined) continue;
    search.set(name, typeof value === 'object' ? listText(name, value) : scalarText(name, value));
  }
  // Commas and colons need no escape in a query, and the addresses in logs stay readable.
  const text = search.toString().replaceAll('%2C', ',').replaceAll('%3A', ':');
  return text === '' ? '' : `?${text}`;
}

function listText(name: string, values: readonly Scalar[]): string {
  // Sent as an empty value it would be ignored, and "none of them" would become "all of them".
  if (values.length === 0)
    throw new BitsightArgumentError(`The list given for "${name}" is empty: leave it out.`);
  return values.map(value => scalarText(name, value)).join(',');
}

function scalarText(name: string, value: Scalar): string {
  if (typeof value === 'number' && !Number.isFinite(value)) {
    throw new BitsightArgumentError(`The value given for "${name}" is not a finite number.`);
  }
  return String(value);
}

/** A guid as one path segment. Throws {@link BitsightArgumentError} for one that would change the path. */
export function guidSegment(guid: string): string {
  if (typeof guid !== 'string' || guid.trim() === '') throw new BitsightArgumentError('The guid is empty.');
  if (guid.includes('/') || guid === '.' || guid === '..' || !guid.isWellFormed()) {
    throw new BitsightArgumentError(`${JSON.stringify(guid)} is not a guid.`);
  }
  return encodeURIComponent(guid);
}
