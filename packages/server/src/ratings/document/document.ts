/**
 * The OpenAPI 3.1 document of the ratings API, made of the tables of endpoints and the list of account calls: nothing is described
 * that is not served. Words are our own; names are the wire's.
 */
import { TOKEN_SCHEMES } from '../../http/token-schemes.ts';
import type { JsonObject } from '../../wire/json.ts';
import type { Endpoint } from '../endpoints/endpoint.ts';
import type { WriteEndpoint } from '../endpoints/write-endpoint.ts';
import { ACCOUNT_CALLS, type DescribedCall } from './account-calls.ts';
import { ANSWER_SCHEMAS, errorAnswers, PASSED_ERRORS, successAnswers } from './answers.ts';
import { type DescribedParameter, describedOption, parametersOf } from './parameters.ts';
import { writtenBody } from './written-body.ts';

/** What a document describes. */
export interface Described {
  readonly endpoints: readonly Endpoint[];
  readonly writes: readonly WriteEndpoint[];
  readonly version: string;
  /** Prefixes under which every path answers, the preferred one first. */
  readonly prefixes: readonly string[];
}

const DESCRIPTION = [
  'The protocol of the Bitsight API, spoken by this server. It is not run by Bitsight.',
  'Parameters: `.` and `__` both lead into nested fields; several values are separated by commas; of a parameter that is given twice the last one counts; one that is not known is passed over. A filter with a value that nothing has finds nothing; a number or a day that cannot be read is 400.',
  'Pages: `links.next`, `next` and `count` say the same, in any way a client likes to page.',
  'Slashes at the end and doubled ones do not matter. A path that Bitsight documents and this server does not serve answers 501.',
].join('\n\n');

const READ_ERRORS = [400, 401, 403, 413, 429];
const CHANGE_ERRORS = [400, 401, 403, 413, 415, 429];

/** The whole document. */
export function ratingsDocument({ endpoints, writes, version, prefixes }: Described): JsonObject {
  const operations = [
    ...endpoints.flatMap(endpointOperations),
    ...writes.map(writeOperation),
    ...ACCOUNT_CALLS.map(callOperation),
  ];
  const paths: Record<string, Record<string, JsonObject>> = {};
  for (const { path, method, operation } of operations) {
    paths[path] = { ...paths[path], [method]: operation };
  }
  const tags = [...new Set(operations.map(({ tag }) => tag))].sort();
  return {
    openapi: '3.1.0',
    info: {
      title: 'Sightline ratings API',
      version,
      description: DESCRIPTION,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: prefixes.map(prefix => ({ url: prefix === '' ? '/' : prefix })),
    tags: tags.map(name => ({ name })),
    security: Object.keys(TOKEN_SCHEMES).map(name => ({ [name]: [] })),
    paths,
    components: { schemas: ANSWER_SCHEMAS, securitySchemes: TOKEN_SCHEMES },
  };
}

interface Operation {
  readonly path: string;
  readonly method: string;
  readonly tag: string;
  readonly operation: JsonObject;
}

function endpointOperations(endpoint: Endpoint): readonly Operation[] {
  const asked = parametersOf(endpoint);
  return [endpoint.path, ...(endpoint.alsoAt ?? [])].flatMap((path, place) =>
    endpoint.methods.map(method => {
      const isPost = method === 'POST';
      const hasNames = path.includes(':');
      const statuses = [
        ...(isPost ? CHANGE_ERRORS : READ_ERRORS),
        ...(hasNames ? [404] : []),
        ...(isPassedOn(endpoint) ? PASSED_ERRORS : []),
      ];
      const id = [endpoint.name, ...(place === 0 ? [] : [`path${place + 1}`]), ...(isPost ? ['post'] : [])];
      return operationAt(path, method, {
        operationId: id.join('.'),
        summary: endpoint.about,
        ...(isPost ? { description: 'The same query, with its parameters in the body.' } : {}),
        parameters: [...pathParameters(path), ...(isPost ? [] : asked.map(queryParameter))],
        ...(isPost ? { requestBody: bodyOf(asked, false) } : {}),
        responses: { ...successAnswers(endpoint), ...errorAnswers(statuses) },
      });
    }),
  );
}

function isPassedOn({ hub }: Endpoint): boolean {
  return hub.from === 'upstream' || (hub.from === 'store' && hub.passThrough !== undefined);
}

function writeOperation(endpoint: WriteEndpoint): Operation {
  const { name, path, method, about, status, options = [] } = endpoint;
  const isEmpty = status === 204;
  return operationAt(path, method, {
    operationId: name,
    summary: about,
    parameters: [...pathParameters(path), ...options.map(option => queryParameter(describedOption(option)))],
    ...(method === 'DELETE' ? {} : { requestBody: writtenBody(endpoint) }),
    responses: {
      [status]: {
        description: isEmpty ? 'Done' : about,
        ...(isEmpty ? {} : { content: { 'application/json': { schema: { type: 'object' } } } }),
      },
      ...errorAnswers([...CHANGE_ERRORS, ...(path.includes(':') || options.length > 0 ? [404] : [])]),
    },
  });
}

function callOperation(call: DescribedCall): Operation {
  const { method, path, about, status = 200, parameters = [], body } = call;
  const statuses = [
    ...(method === 'GET' ? READ_ERRORS : CHANGE_ERRORS),
    ...(path.includes(':') ? [404] : []),
  ];
  const isEmpty = status === 204;
  return operationAt(path, method, {
    operationId: `${method.toLowerCase()} ${path}`,
    summary: about,
    ...(call.isOpen === true ? { security: [] } : {}),
    parameters: [
      ...pathParameters(path),
      ...parameters.map(option => queryParameter(describedOption(option))),
    ],
    ...(body === undefined ? {} : { requestBody: bodyOf(body.map(describedOption), true) }),
    responses: {
      [status]: {
        description: isEmpty ? 'Done' : about,
        ...(isEmpty ? {} : { content: { 'application/json': { schema: { type: ['object', 'array'] } } } }),
      },
      ...errorAnswers(statuses),
    },
  });
}

function operationAt(path: string, method: string, operation: JsonObject): Operation {
  const tag = tagOf(path);
  return {
    path: path.replaceAll(/:(\w+)/g, '{$1}'),
    method: method.toLowerCase(),
    tag,
    operation: { tags: [tag], ...operation },
  };
}

/** `/v1/access-groups/…` is about access groups. */
function tagOf(path: string): string {
  const [first = ''] = path.split('/').filter(part => part !== '' && !/^v\d$/.test(part));
  const words = first.replaceAll('-', ' ');
  return `${words.slice(0, 1).toUpperCase()}${words.slice(1)}`;
}

function pathParameters(path: string): readonly JsonObject[] {
  const parts = path.split('/');
  return parts.flatMap((part, index) =>
    part.startsWith(':')
      ? [
          {
            name: part.slice(1),
            in: 'path',
            required: true,
            description: `Which of \`${parts[index - 1] ?? ''}\``,
            schema: { type: 'string' },
          },
        ]
      : [],
  );
}

function queryParameter({ name, about, schema, isList, isRequired }: DescribedParameter): JsonObject {
  return {
    name,
    in: 'query',
    description: about,
    ...(isRequired ? { required: true } : {}),
    ...(isList ? { style: 'form', explode: false } : {}),
    schema: isList ? { type: 'array', items: schema } : schema,
  };
}

function bodyOf(fields: readonly DescribedParameter[], isRequired: boolean): JsonObject {
  const properties = fields.map(({ name, about, schema, isList }) => [
    name,
    { description: about, ...(isList ? { type: 'array', items: schema } : schema) },
  ]);
  const required = fields.filter(field => field.isRequired).map(({ name }) => name);
  return {
    required: isRequired,
    content: {
      'application/json': {
        schema: {
          type: 'object',
          ...(required.length === 0 ? {} : { required }),
          properties: Object.fromEntries(properties),
        },
      },
    },
  };
}
