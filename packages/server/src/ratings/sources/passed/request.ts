/**
 * What of a request goes on to upstream: a path made of the matched template, and the parameters that the endpoint's row
 * knows, under their canonical names. Whatever else the caller sent stays here.
 */
import { filterNamed } from '../../../wire/filters.ts';
import { canonicalName, type Parameters, splitValues, valuesOf } from '../../../wire/parameters.ts';
import { sortKeysOf } from '../../../wire/sorting.ts';
import type { Endpoint, PassThrough, StoreGap } from '../../endpoints/endpoint.ts';
import type { Ask } from '../../source.ts';
import type { SentValue } from './upstream-accounts.ts';

/** Anything else in a path is no guid and no name of Bitsight's; slashes and dots have no place in one. */
const SEGMENT = /^[A-Za-z0-9_-]{1,64}$/;

/** May this be a part of a path? */
export function isPathValue(value: string): boolean {
  return SEGMENT.test(value);
}

/** The segments of a template, each parameter replaced by `segmentOf` of its name. */
export function segmentsOf(template: string, segmentOf: (name: string) => string): readonly string[] {
  return template
    .split('/')
    .slice(1)
    .map(part => (part.startsWith(':') ? segmentOf(part.slice(1)) : part));
}

/** Names of the path parameters of a template. */
export function pathNamesOf(template: string): readonly string[] {
  return template
    .split('/')
    .filter(part => part.startsWith(':'))
    .map(part => part.slice(1));
}

/** What a store rule leaves to upstream; other rules leave nothing. */
export function gapsOf({ hub }: Endpoint): readonly StoreGap[] {
  return hub.from === 'store' ? (hub.gaps ?? []) : [];
}

/** Does the request ask for something that the store does not have? */
export function usesGap(parameters: Parameters, gaps: readonly StoreGap[]): boolean {
  return gaps.some(({ parameter, values }) => {
    const asked = valuesOf(parameters, parameter).map(value => canonicalName(value).toLowerCase());
    return values === undefined
      ? asked.length > 0
      : asked.some(value => values.some(missing => missing.toLowerCase() === value));
  });
}

/** Parameters that mean the same for every list; what the answer looks like is decided here, whatever upstream could do. */
const SHARED: ReadonlySet<string> = new Set([
  'limit',
  'offset',
  'format',
  'fields',
  'exclude_fields',
  'sort',
  'q',
  'expand',
]);

/** The parameters of a request that its endpoint knows, as upstream is sent them. `fields` are not among them. */
export function sentParameters(
  endpoint: Endpoint,
  { withheld = [] }: Pick<PassThrough, 'withheld'>,
  ask: Ask,
): Readonly<Record<string, SentValue>> {
  const sent: Record<string, SentValue> = {};
  for (const [name, { value }] of ask.parameters) {
    const text = withheld.includes(name) ? '' : value.trim();
    const known = text === '' ? undefined : sentValue(endpoint, ask, name, text);
    if (known !== undefined) sent[name] = known;
  }
  return sent;
}

function sentValue(endpoint: Endpoint, ask: Ask, name: string, text: string): SentValue | undefined {
  const isOption = endpoint.options?.some(option => option.name === name) === true;
  if (isOption) return ask.options.get(name);
  if (SHARED.has(name)) return sharedValue(endpoint, ask.parameters, name, text);
  const { list } = endpoint;
  const isFilter = list !== undefined && filterNamed(name, list.filters) !== null;
  const isGap = gapsOf(endpoint).some(({ parameter }) => parameter === name);
  return isFilter || isGap ? text : undefined;
}

function sharedValue(
  endpoint: Endpoint,
  parameters: Parameters,
  name: string,
  text: string,
): string | undefined {
  const { list } = endpoint;
  switch (name) {
    case 'sort':
      return list === undefined ? undefined : joined(sortNames(parameters, endpoint));
    case 'expand':
      return joined(expandsOf(endpoint, splitValues(text)));
    case 'q':
      return list === undefined ? undefined : text;
    default:
      return undefined;
  }
}

function sortNames(parameters: Parameters, { list }: Endpoint): readonly string[] {
  const keys = sortKeysOf(valuesOf(parameters, 'sort'), list?.sorts ?? new Map());
  return keys.map(({ field, descending }) => `${descending ? '-' : ''}${field.name}`);
}

/** The values that the endpoint knows, as the table writes them. */
function expandsOf(endpoint: Endpoint, asked: readonly string[]): readonly string[] {
  const gaps = gapsOf(endpoint).filter(({ parameter }) => parameter === 'expand');
  const known = new Set([...(endpoint.list?.expands ?? []), ...gaps.flatMap(({ values = [] }) => values)]);
  const wanted = new Set(asked.map(value => canonicalName(value).toLowerCase()));
  return [...known].filter(value => wanted.has(value.toLowerCase()));
}

function joined(values: readonly string[]): string | undefined {
  return values.length === 0 ? undefined : values.join(',');
}
