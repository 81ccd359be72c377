/** How account routes of Bitsight's wire read the fields of a body. Source: tokens.md, "Wire contract". */
import { CallerError } from '../errors.ts';
import { isJsonObject, type JsonObject } from '../wire/json.ts';

/**
 * The fields of a body, which stand at its top level or inside `data`: both are documented. Throws CallerError for a body that
 * is no object, and for fields in both places at once.
 */
export function bodyFields(body: unknown, names: readonly string[]): JsonObject {
  if (body === undefined || body === null) return {};
  if (!isJsonObject(body)) throw new CallerError('MALFORMED', 'The body must be a JSON object.');
  const { data } = body;
  if (data === undefined) return body;
  if (!isJsonObject(data)) throw badField('data', 'data must be an object with the fields.');
  const beside = names.filter(name => Object.hasOwn(body, name));
  if (beside.length === 0) return data;
  throw badField('data', `Give the fields at the top level or inside data, not both (${beside.join(', ')}).`);
}

/** A text of a body, or undefined. Throws CallerError BAD_PARAMETER that names the field. */
export function textField(fields: JsonObject, name: string): string | undefined {
  const value = fields[name];
  if (value === undefined || value === null || typeof value === 'string') return value ?? undefined;
  throw badField(name, `${name} must be a text.`);
}

/** A boolean of a body, also written as a text as upstream's own examples do, or undefined. Throws CallerError BAD_PARAMETER. */
export function flagField(fields: JsonObject, name: string): boolean | undefined {
  const value = fields[name];
  if (value === undefined || value === null) return undefined;
  if (value === true || value === 'true') return true;
  if (value === false || value === 'false') return false;
  throw badField(name, `${name} must be true or false.`);
}

/** A list of texts of a body. Throws CallerError BAD_PARAMETER where it is anything else. */
export function textsField(fields: JsonObject, name: string): string[] {
  const value = fields[name];
  if (!Array.isArray(value)) throw badField(name, `${name} must be a list of guids.`);
  return value.map((item: unknown) => {
    if (typeof item === 'string') return item;
    throw badField(name, `${name} must be a list of guids.`);
  });
}

export function badField(field: string, detail: string): CallerError {
  return new CallerError('BAD_PARAMETER', detail, { problems: [{ field, message: detail }] });
}

/** The token was verified a moment ago, and its account ended since. */
export function goneAccount(): CallerError {
  return new CallerError('UNAUTHENTICATED', 'No valid API token was provided.');
}
