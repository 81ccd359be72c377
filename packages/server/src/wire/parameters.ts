/**
 * A request's parameters as one ordered map, whether they came in the query string or in the JSON body of a POST. Rules
 * from bitsight-api.md, 8: of a duplicated parameter the last one wins; `__` and `.` separate nested names alike.
 */
import { CallerError } from '../errors.ts';
import { isJsonObject } from './json.ts';

interface Parameter {
  /** As the caller spelled it; page links repeat this spelling. */
  readonly spelled: string;
  readonly value: string;
}

/** Canonical name (dotted) to parameter. */
export type Parameters = ReadonlyMap<string, Parameter>;

/** The dotted form of a parameter name: `assets__asset` is `assets.asset`. */
export function canonicalName(name: string): string {
  return name.replaceAll('__', '.');
}

/** Reads the query string of a raw URL and, on top of it, a JSON body. Throws `BAD_PARAMETER` when the body is no object. */
export function parametersOf(rawUrl: string, body?: unknown): Parameters {
  const parameters = new Map<string, Parameter>();
  const queryStart = rawUrl.indexOf('?');
  if (queryStart >= 0) {
    for (const [spelled, value] of new URLSearchParams(rawUrl.slice(queryStart + 1)))
      put(parameters, spelled, value);
  }
  if (body === undefined || body === null) return parameters;
  if (!isJsonObject(body))
    throw new CallerError('MALFORMED', 'The body must be a JSON object of parameters.');
  putObject(parameters, body, '');
  return parameters;
}

/** The comma-separated values of a parameter; none when it is absent or empty. */
export function valuesOf(parameters: Parameters, name: string): readonly string[] {
  return splitValues(parameters.get(name)?.value ?? '');
}

/** `a, b,,c` is a, b and c. */
export function splitValues(value: string): readonly string[] {
  if (value === '') return [];
  return value
    .split(',')
    .map(part => part.trim())
    .filter(part => part !== '');
}

function put(parameters: Map<string, Parameter>, spelled: string, value: string): void {
  const name = canonicalName(spelled);
  // Deleting first keeps the order of the last mention, so that a page link reads as the caller's latest wish.
  parameters.delete(name);
  parameters.set(name, { spelled, value });
}

function putObject(parameters: Map<string, Parameter>, value: object, prefix: string): void {
  for (const [key, item] of Object.entries(value)) {
    const name = prefix === '' ? key : `${prefix}.${key}`;
    if (isJsonObject(item)) putObject(parameters, item, name);
    else if (Array.isArray(item)) put(parameters, name, item.map(String).join(','));
    else if (item !== null && item !== undefined) put(parameters, name, String(item));
  }
}
