/** Requests at random, most of them of the shape of the endpoint table and none of them well meant: for the fuzz test. */
import fc from 'fast-check';
import type { Dispatcher } from 'undici';
import { DOCUMENTED_PATHS } from '../../src/ratings/documented-paths.ts';
import { ENDPOINTS } from '../../src/ratings/endpoints/table.ts';
import { RATINGS_PREFIXES } from '../../src/ratings/plugin.ts';

export interface RandomRequest {
  readonly method: Dispatcher.HttpMethod;
  readonly path: string;
  readonly query: string;
  readonly headers: Record<string, string>;
  /** Sent with methods that have one. */
  readonly body: string;
}

/** Texts that have broken parsers: encodings that are wrong, roots of other grammars, numbers at their ends. */
const HOSTILE = [
  ...[
    '%',
    '%00',
    '%ff',
    '%c0%af',
    '%e0%80%af',
    '%2e%2e%2f',
    '..',
    '.',
    '%2F',
    '%5c',
    '%25',
    '%0d%0a',
    '%u0041',
  ],
  ...[
    "'",
    '"',
    '%22',
    '%27',
    '%3Cx%3E',
    '$%7B7*7%7D',
    '__proto__',
    'constructor',
    'toString',
    '%F0%9F%98%80',
  ],
  ...['-0', '1e309', '9007199254740993', '-1', '0x10', '00', '1.', '.5', 'NaN', 'Infinity', 'null', 'true'],
  ...['2026-02-30', '2026-06-01T00:00:00Z', '0000-00-00', '99999-01-01', '*', '(', '[', '%5B%5D', '+', '%20'],
  ...['a'.repeat(600), ','.repeat(300), '%2C'.repeat(50), '.'.repeat(100), '__'.repeat(60)],
];
/** As a value, when it is none of those. */
const PLAIN = [
  '1',
  '3',
  '0',
  '100',
  'json',
  'csv',
  'xml',
  'severe',
  'guid',
  '-name',
  '2026-06-01',
  'spf,dkim',
  '',
];

const NAMES = [
  ...new Set(
    ENDPOINTS.flatMap(({ list, options = [] }) => [
      ...options.map(({ name }) => name),
      ...[...(list?.filters.values() ?? [])].flatMap(({ name, suffixes, aliases = [] }) => [
        name,
        name.replaceAll('.', '__'),
        ...aliases,
        ...suffixes.map(suffix => `${name}_${suffix}`),
      ]),
    ]),
  ),
  ...['limit', 'offset', 'sort', 'q', 'fields', 'exclude_fields', 'expand', 'format', '_lt', '_isnull', '__'],
];
const SERVED = [...new Set(ENDPOINTS.map(({ path }) => path))];
const DOCUMENTED = DOCUMENTED_PATHS.map(({ path }) => path);

const value = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...HOSTILE) },
  { weight: 3, arbitrary: fc.constantFrom(...PLAIN) },
  fc.string({ unit: 'binary', maxLength: 20 }).map(encodeURIComponentSafely),
);
const query = fc
  .array(
    fc.tuple(
      fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...NAMES) }, fc.constantFrom(...HOSTILE)),
      fc.oneof({ weight: 9, arbitrary: value.map(text => `=${text}`) }, fc.constant('')),
    ),
    { maxLength: 4 },
  )
  .map(pairs => pairs.map(([name, text]) => `${name}${text}`).join('&'));

/** A path of the table with something in place of its parameters, and often with something done to it. */
const path = (companies: readonly string[]) =>
  fc
    .record({
      prefix: fc.constantFrom(...RATINGS_PREFIXES, ...RATINGS_PREFIXES, '//ratings', '/RATINGS'),
      template: fc.oneof(
        { weight: 9, arbitrary: fc.constantFrom(...SERVED) },
        { weight: 3, arbitrary: fc.constantFrom(...DOCUMENTED) },
        fc.constant(''),
      ),
      names: fc.array(
        fc.oneof(
          { weight: 8, arbitrary: fc.constantFrom('current', ...companies, ...companies) },
          fc.uuid(),
          fc.constantFrom(...HOSTILE),
        ),
        { minLength: 3, maxLength: 3 },
      ),
      twist: fc.constantFrom<(text: string) => string>(
        ...Array.from({ length: 20 }, () => (text: string) => text),
        text => `${text}/`,
        text => text.replaceAll('/', '//'),
        text => text.slice(0, Math.ceil(text.length / 2)),
        text => text.toUpperCase(),
        text => `${text}/../..`,
        text => `${text}%2f`,
        text => `${text};a=b`,
        text => `${text}/%00`,
        text => text.replace(/[aeiou]/, '%61'),
      ),
    })
    .map(({ prefix, template, names, twist }) => {
      let next = 0;
      const filled = template.replaceAll(/:\w+/g, () => names[next++ % names.length] ?? '');
      return `${prefix}${twist(filled)}`.replace(/^(?!\/)/, '/');
    });

const header = fc.oneof(
  fc.constantFrom<Record<string, string>>(
    { accept: 'application/xml' },
    { accept: '*/*;q=x' },
    { 'x-bitsight-accept': 'text/xml, %' },
    { 'x-connection-id': 'x' },
    { 'x-connection-id': '00000000-0000-4000-8000-000000000000' },
    { 'x-forwarded-host': 'elsewhere.example' },
    { cookie: '__Host-sightline-x=y' },
    { range: 'bytes=0-1' },
    { 'if-none-match': '*' },
    { 'x-http-method-override': 'DELETE' },
    { host: 'elsewhere.example' },
    { authorization: 'Basic !!!' },
    { authorization: 'Bearer' },
    { 'content-type': 'text/plain' },
    { 'content-type': 'application/xml' },
    { 'content-type': 'application/json; charset=utf-16' },
    { 'content-type': 'multipart/form-data' },
    { 'content-encoding': 'gzip' },
  ),
  { weight: 2, arbitrary: fc.constant({}) },
);

const body = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.dictionary(fc.constantFrom(...NAMES), fc.jsonValue({ maxDepth: 2 })).map(textOf),
  },
  fc.jsonValue({ maxDepth: 4 }).map(textOf),
  fc.constantFrom(
    ...[
      '{',
      '[]',
      'null',
      '1',
      '""',
      '{"a":1,"a":2}',
      '{"__proto__":{"x":1}}',
      '{"constructor":{"prototype":1}}',
    ],
    `${'['.repeat(5_000)}${']'.repeat(5_000)}`,
    `{"q":"${'x'.repeat(100_000)}"}`,
    `{"guid":[${'"a",'.repeat(5_000)}"a"]}`,
    '\u0000\u0001',
  ),
);

/** Most of them reads: what changes something is mostly not there. */
const METHODS = [
  ...Array.from({ length: 16 }, () => 'GET' as const),
  ...(['POST', 'POST', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'] as const),
];

function encodeURIComponentSafely(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}

function textOf(json: unknown): string {
  return JSON.stringify(json);
}

/** Any request; paths name these companies among others. */
export function randomRequest(companies: readonly string[]): fc.Arbitrary<RandomRequest> {
  return fc.record({
    method: fc.constantFrom<Dispatcher.HttpMethod[]>(...METHODS),
    path: path(companies),
    query,
    headers: header,
    body,
  });
}

/** Bytes that begin like a request now and then. */
export function randomBytes(): fc.Arbitrary<string> {
  const piece = fc.oneof(
    fc.constantFrom(
      'GET',
      ' ',
      '/ratings/v2/portfolio',
      '?limit=1',
      ' HTTP/1.1',
      '\r\n',
      '\r\n\r\n',
      '\n',
      '\r',
    ),
    fc.constantFrom(
      'Host: x',
      ': ',
      `X-A: ${'a'.repeat(20_000)}`,
      'Transfer-Encoding: chunked',
      '\u0000',
      'é',
    ),
    fc.constantFrom('Content-Length: 5', 'Content-Length: -1', 'Expect: 100-continue', 'Connection: close'),
    fc.string({ unit: 'binary', maxLength: 40 }),
  );
  return fc.array(piece, { minLength: 1, maxLength: 12 }).map(pieces => `${pieces.join('')}\r\n\r\n`);
}
