/**
 * Lines to copy that call this server with an API token: as tools written for Bitsight do it, the token as the user name of
 * HTTP Basic and an empty password.
 */

/** Stands for the token while it is hidden. */
export const TOKEN_PLACEHOLDER = 'api_token';

interface TokenSample {
  label: string;
  code: string;
}

/** One sample per language, for the server at `origin`. */
export function tokenSamples(origin: string, token: string | null): readonly TokenSample[] {
  const url = `${origin}/ratings/v1/users/current`;
  const value = token ?? TOKEN_PLACEHOLDER;
  return [
    { label: 'curl', code: curlSample(url, value) },
    { label: 'Python', code: pythonSample(url, value) },
    { label: 'TypeScript', code: typescriptSample(url, value) },
  ];
}

function curlSample(url: string, token: string): string {
  return `curl ${url} -u ${shellWord(`${token}:`)}`;
}

function pythonSample(url: string, token: string): string {
  return [
    'import requests',
    '',
    `api_token = ${literal(token)}`,
    '',
    `response = requests.get('${url}', auth=(api_token, ''))`,
    'response.raise_for_status()',
    'print(response.json())',
  ].join('\n');
}

function typescriptSample(url: string, token: string): string {
  return [
    `const apiToken = ${literal(token)};`,
    '',
    `const response = await fetch('${url}', {`,
    "  headers: { Authorization: 'Basic ' + btoa(apiToken + ':') },",
    '});',
    "if (!response.ok) throw new Error('HTTP ' + response.status);",
    'console.log(await response.json());',
  ].join('\n');
}

/** A word the shell takes as it is. A token that was given at the start may hold any printable character. */
function shellWord(text: string): string {
  return /^[\w:.-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** A string literal of Python and of TypeScript alike. */
function literal(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
