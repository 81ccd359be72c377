/**
 * The curl line of each operation in the document, as Bitsight's articles write theirs: `-u api_token:` with its colon, and the
 * way to the signed-in user's own token (tokens.md; "Fetching a Token" in the article "API Token Management").
 */
import { z } from 'zod';

/** Where the console shows the signed-in user the own token. */
const TOKEN_PAGE = '/settings/account/user-preferences#user-api-token';

const Operation = z.looseObject({
  description: z.string().optional(),
  requestBody: z.unknown().optional(),
  security: z.array(z.record(z.string(), z.unknown())).optional(),
});
type Operation = z.infer<typeof Operation>;

const Document = z.looseObject({ paths: z.record(z.string(), z.record(z.string(), Operation)) });

/** The document with an example, and a link that can be followed, on every operation that takes an API token. */
export function withCurlExamples(document: unknown, baseUrl: string): z.infer<typeof Document> {
  const parsed = Document.parse(document);
  for (const [path, methods] of Object.entries(parsed.paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      if (takesToken(operation)) methods[method] = withExample(method, path, operation, baseUrl);
    }
  }
  return parsed;
}

function withExample(method: string, path: string, operation: Operation, baseUrl: string): Operation {
  const link = `In the example, [api_token](${TOKEN_PAGE}) is your API token: the link opens it.`;
  const source = `# api_token: ${baseUrl}${TOKEN_PAGE}\n${curlLine(method, `${baseUrl}${path}`, operation)}`;
  return {
    ...operation,
    description: [operation.description, link].filter(Boolean).join('\n\n'),
    'x-codeSamples': [{ lang: 'Shell', label: 'curl', source }],
  };
}

function curlLine(method: string, url: string, operation: Operation): string {
  const body = ["--header 'Content-Type: application/json'", '--data @body.json'];
  const parts = [
    'curl',
    ...(method === 'get' ? [] : ['-X', method.toUpperCase()]),
    `'${url}'`,
    '-u api_token:',
    ...(operation.requestBody === undefined ? [] : body),
  ];
  return parts.join(' ');
}

/** An operation that names its own security and no token in it is open, or for a session alone. */
function takesToken({ security }: Operation): boolean {
  return security === undefined || security.some(scheme => 'basic' in scheme);
}
