/** The answers of an operation as the document shows them: the shapes of bitsight-api.md, 3.1, and the errors of 3.3. */
import type { JsonObject } from '../../wire/json.ts';
import type { Endpoint } from '../endpoints/endpoint.ts';

const ROW = { type: 'object', additionalProperties: true };
const ROWS = { type: 'array', items: ROW };
const COUNT = { type: 'integer', minimum: 0, description: 'All rows that match, whatever the page' };
const SUMMARIES = { type: 'object', description: 'Of all rows that match' };

/** Schemas that answers refer to. */
export const ANSWER_SCHEMAS: JsonObject = {
  Error: {
    type: 'object',
    required: ['detail'],
    properties: { detail: { type: 'string', description: 'What is wrong, and which parameter it is about' } },
  },
  Page: {
    type: 'object',
    required: ['links', 'next', 'count', 'results'],
    properties: {
      links: {
        type: 'object',
        required: ['next', 'previous'],
        properties: { next: linkTo('next'), previous: linkTo('previous') },
      },
      next: linkTo('next'),
      count: COUNT,
      summaries: SUMMARIES,
      results: ROWS,
    },
  },
  WrappedPage: {
    type: 'object',
    required: ['count', 'query', 'results'],
    properties: {
      count: COUNT,
      query: {
        type: 'object',
        description: 'What was asked',
        properties: {
          limit: { type: 'integer' },
          offset: { type: 'integer' },
          q: { type: ['string', 'null'] },
          sort: { type: ['string', 'null'] },
        },
      },
      summaries: SUMMARIES,
      results: ROWS,
    },
  },
};

/** An error that any call may meet, by status, and why. */
const ERRORS: Readonly<Record<number, string>> = {
  400: 'A parameter or the body cannot be read',
  401: 'No valid token',
  403: 'The role may not, or the company is not among those that the token sees',
  404: 'There is no such thing',
  413: 'The body is too large, or the result is for the format that was asked for',
  415: 'The body is not JSON',
  429: 'Too many requests; Retry-After says for how long',
  501: 'Upstream does not serve it',
  502: 'On a hub: the upstream account gave no proper answer',
  503: 'On a hub: there is no upstream account that can be asked',
  504: 'On a hub: the upstream account did not answer in time',
};

/** What may come of asking the upstream account, where a hub passes the call on. */
export const PASSED_ERRORS: readonly number[] = [501, 502, 503, 504];

/** Errors of one kind of call, as the `responses` of an operation; what is not named is under `default`. */
export function errorAnswers(statuses: readonly number[]): JsonObject {
  const named = statuses.map(status => [String(status), errorAnswer(ERRORS[status] ?? 'Error')] as const);
  return { ...Object.fromEntries(named), default: errorAnswer('Any other failure') };
}

function errorAnswer(description: string): JsonObject {
  return { description, content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } } };
}

/** The answers to a read that went well, by status. */
export function successAnswers(endpoint: Endpoint): JsonObject {
  const { statuses = [200] } = endpoint;
  return Object.fromEntries(
    statuses.map(status => [String(status), status === 200 ? answerOf(endpoint) : PROGRESS[status]]),
  );
}

const REPORT: JsonObject = { 'application/json': { schema: { type: 'object' } } };

/** Answers whose status says how far something is. */
const PROGRESS: Readonly<Record<202 | 303, JsonObject>> = {
  202: { description: 'Under way: what there is to tell of it', content: REPORT },
  303: {
    description: 'Done: what was made is elsewhere',
    headers: { Location: { schema: { type: 'string', format: 'uri' } } },
    content: REPORT,
  },
};

function answerOf(endpoint: Endpoint): JsonObject {
  return {
    description: endpoint.about,
    content: {
      'application/json': { schema: schemaOf(endpoint) },
      'text/csv': { schema: { type: 'string' } },
      'application/xml': { schema: { type: 'string' } },
    },
  };
}

function schemaOf({ shape, rowsKey = 'results' }: Endpoint): JsonObject {
  switch (shape) {
    case 'page':
      return { $ref: '#/components/schemas/Page' };
    case 'wrapped':
      return { $ref: '#/components/schemas/WrappedPage' };
    case 'array':
    case 'csv':
      return ROWS;
    case 'framed':
      return { type: 'object', required: [rowsKey], properties: { [rowsKey]: ROWS } };
    case 'body':
      // An object, or for a few endpoints a list that is no list of rows.
      return { type: ['object', 'array'] };
  }
}

function linkTo(page: string): JsonObject {
  return {
    type: ['string', 'null'],
    format: 'uri',
    description: `The ${page} page at this server's own address, with every parameter of the request; null where there is none`,
  };
}
