/** The bodies of requests that change something, as the document shows them: what their rows of the table of writes say. */
import type { JsonObject } from '../../wire/json.ts';
import type { BodyField, WriteEndpoint } from '../endpoints/write-endpoint.ts';

/** The `requestBody` of an endpoint. */
export function writtenBody({ body, envelope }: WriteEndpoint): JsonObject {
  const plain = objectOf(body);
  const schema =
    envelope === undefined ? plain : { anyOf: [plain, enveloped(envelope.name, envelope.many, plain)] };
  return {
    required: body.some(field => field.required === true),
    content: { 'application/json': { schema } },
  };
}

function enveloped(name: string, many: boolean, inside: JsonObject): JsonObject {
  const schema = many ? { type: 'array', items: inside } : inside;
  return { type: 'object', required: [name], properties: { [name]: schema } };
}

function objectOf(fields: readonly BodyField[]): JsonObject {
  const required = fields.filter(field => field.required === true).map(({ name }) => name);
  return {
    type: 'object',
    ...(required.length === 0 ? {} : { required }),
    properties: Object.fromEntries(
      fields.map(field => [field.name, { description: field.about, ...fieldSchema(field) }]),
    ),
  };
}

function fieldSchema(field: BodyField): JsonObject {
  const schema = valueSchema(field);
  return field.nullable === true ? { anyOf: [schema, { type: 'null' }] } : schema;
}

function valueSchema({ type, fields = [], range, maxLength, values, filled }: BodyField): JsonObject {
  switch (type) {
    case 'text':
    case 'lines':
      return {
        type: 'string',
        ...(filled === true ? { minLength: 1 } : {}),
        ...(maxLength === undefined ? {} : { maxLength }),
        ...(values === undefined ? {} : { enum: values }),
      };
    case 'whole':
      return {
        type: 'integer',
        ...(range === undefined ? {} : { minimum: range[0], maximum: range[1] }),
      };
    case 'flag':
      return { type: 'boolean' };
    case 'guids':
      return { type: 'array', items: { type: 'string' } };
    case 'object':
      return objectOf(fields);
  }
}
