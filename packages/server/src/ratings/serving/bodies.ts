/**
 * Bodies of requests that change something, read by the table of writes. What cannot be read is 400 that names the field. Facts:
 * bitsight-api.md, 3.2 (JSON), 4.3 and 4.6 (fields at the top level or in an object of their own: both are documented).
 */
import { CallerError } from '../../errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../wire/json.ts';
import { badField, textsField } from '../account-requests.ts';
import type { BodyField, WriteEndpoint } from '../endpoints/write-endpoint.ts';

/** Guids in one list: more companies than this no portfolio has. */
const MAX_GUIDS = 100_000;
const MAX_GUID_LENGTH = 64;
/** Objects in one list. */
const MAX_BODIES = 1_000;

/**
 * The bodies of a request: what the table names, read by type; one, unless the endpoint takes a list. Throws BAD_PARAMETER that
 * names the field, MALFORMED for what is no JSON object.
 */
export function bodiesOf(body: unknown, endpoint: WriteEndpoint): readonly JsonObject[] {
  const { envelope, body: fields } = endpoint;
  const top = topLevel(body);
  const inside = envelope === undefined ? undefined : top[envelope.name];
  if (envelope === undefined || inside === undefined) return [parsed(top, fields, '')];
  const { name, many } = envelope;
  if (fields.some(field => Object.hasOwn(top, field.name)))
    throw badField(name, `Give the fields at the top level or inside ${name}, not both.`);
  if (many && Array.isArray(inside)) return listed(inside, name, fields);
  if (isJsonObject(inside)) return [parsed(inside, fields, `${name}.`)];
  throw badField(name, `${name} must be ${many ? 'a list of objects' : 'an object'} with the fields.`);
}

function topLevel(body: unknown): JsonObject {
  if (body === undefined || body === null) return {};
  if (isJsonObject(body)) return body;
  throw new CallerError('MALFORMED', 'The body must be a JSON object.');
}

function listed(
  items: readonly unknown[],
  name: string,
  fields: readonly BodyField[],
): readonly JsonObject[] {
  if (items.length === 0) throw badField(name, `${name} must not be empty.`);
  if (items.length > MAX_BODIES) throw badField(name, `${name} must have at most ${MAX_BODIES} objects.`);
  return items.map((item, index) => {
    if (isJsonObject(item)) return parsed(item, fields, `${name}.${index}.`);
    throw badField(name, `${name} must be a list of objects.`);
  });
}

function parsed(body: JsonObject, fields: readonly BodyField[], within: string): JsonObject {
  const read: Record<string, JsonValue> = {};
  for (const field of fields) {
    const value = fieldValue(body, field, within);
    if (value !== undefined) read[field.name] = value;
  }
  return read;
}

/** The value of a field; undefined where nothing is said. */
function fieldValue(body: JsonObject, field: BodyField, within: string): JsonValue | undefined {
  const name = within + field.name;
  const value = body[field.name];
  if (value === undefined || value === null) {
    if (field.required === true) throw badField(name, `${name} is required.`);
    return value === null && field.nullable === true ? null : undefined;
  }
  switch (field.type) {
    case 'text':
    case 'lines':
      return textValue(value, field, name);
    case 'whole':
      return wholeValue(value, field, name);
    case 'flag':
      // Also written as a text, as upstream's own examples do.
      if (value === true || value === 'true') return true;
      if (value === false || value === 'false') return false;
      throw badField(name, `${name} must be true or false.`);
    case 'guids':
      return guidsValue(body, field, name);
    case 'object':
      if (isJsonObject(value)) return parsed(value, field.fields ?? [], `${name}.`);
      throw badField(name, `${name} must be an object.`);
  }
}

function textValue(value: JsonValue, field: BodyField, name: string): string {
  if (typeof value !== 'string') throw badField(name, `${name} must be a text.`);
  const text = value.trim();
  if (text === '' && field.filled === true) throw badField(name, `${name} must not be empty.`);
  if (field.maxLength !== undefined && [...text].length > field.maxLength)
    throw badField(name, `${name} must have at most ${field.maxLength} characters.`);
  // Tested on the untrimmed text: trimming takes away a newline that the caller should hear of.
  const refused = field.type === 'lines' ? /[^\P{Cc}\n\r\t]/u : /\p{Cc}/u;
  if (refused.test(value) || !value.isWellFormed())
    throw badField(name, `${name} must not contain control characters.`);
  if (field.values === undefined) return text;
  const known = field.values.find(candidate => candidate.toLowerCase() === text.toLowerCase());
  if (known === undefined) throw badField(name, `${name} must be one of ${field.values.join(', ')}.`);
  return known;
}

function wholeValue(value: JsonValue, { range }: BodyField, name: string): number {
  const [least, greatest] = range ?? [0, Number.MAX_SAFE_INTEGER];
  const isIn = typeof value === 'number' && Number.isInteger(value) && value >= least && value <= greatest;
  if (isIn) return value;
  throw badField(name, `${name} must be a whole number from ${least} to ${greatest}.`);
}

function guidsValue(body: JsonObject, field: BodyField, name: string): readonly string[] {
  const texts = textsField(body, field.name);
  if (texts.length > MAX_GUIDS) throw badField(name, `${name} must be at most ${MAX_GUIDS} guids.`);
  const guids = texts.map(text => text.trim().toLowerCase());
  const isWrong = (guid: string) => guid === '' || guid.length > MAX_GUID_LENGTH || /\p{Cc}/u.test(guid);
  if (guids.some(isWrong)) throw badField(name, `${name} must be a list of guids.`);
  return [...new Set(guids)];
}
