/** Lines that call the server with a token. */
import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { tokenSamples } from './token-samples.ts';

const ORIGIN = 'https://hub.example:8443';

function sample(label: string, token: string | null): string {
  return tokenSamples(ORIGIN, token).find(each => each.label === label)?.code ?? '';
}

test('curl sends the token as the user name, with the colon of an empty password', () => {
  expect(sample('curl', 'slu_abc')).toBe(`curl ${ORIGIN}/ratings/v1/users/current -u slu_abc:`);
});

test('a placeholder stands where the token is hidden', () => {
  expect(sample('curl', null)).toContain('-u api_token:');
  expect(sample('Python', null)).toContain("api_token = 'api_token'");
  expect(sample('TypeScript', null)).toContain("apiToken = 'api_token'");
});

test.each(["a'b;$(id)`w`", 'a"b\\c d', '!x*y?', 'plain_1'])(
  'the shell reads the token %s as it is',
  token => {
    const words = sample('curl', token).replace(/^curl /, '');
    const read = execFileSync('/bin/sh', ['-c', `printf '%s\\n' ${words}`], { encoding: 'utf8' });
    expect(read.split('\n').slice(-2)).toEqual([`${token}:`, '']);
  },
);

test('TypeScript sends what Basic wants, whatever is in the token', async () => {
  const token = `a'b\\c"$\{d}`;
  const sent: unknown[] = [];
  const fetch = async (url: string, init: { headers: { Authorization: string } }) => {
    sent.push(url, init.headers.Authorization);
    return Response.json({});
  };
  const run = new Function('fetch', 'console', `return (async () => { ${sample('TypeScript', token)} })()`);
  await run(fetch, { log: () => {} });
  expect(sent).toEqual([`${ORIGIN}/ratings/v1/users/current`, `Basic ${btoa(`${token}:`)}`]);
});

test('Python passes an empty password', () => {
  expect(sample('Python', 'slu_abc')).toContain(
    `requests.get('${ORIGIN}/ratings/v1/users/current', auth=(api_token, ''))`,
  );
});
