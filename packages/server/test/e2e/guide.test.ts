/** The examples of docs/test-your-integration.md, run as they stand there, from a clone: each starts its sandbox and ends it. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));
const GUIDE = readFileSync(join(ROOT, 'docs/test-your-integration.md'), 'utf8');
const BIN = join(ROOT, 'node_modules/.bin');

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sightline-guide-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The one example in a language. */
function exampleIn(language: string): string {
  const found = [...GUIDE.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].filter(([, name]) => name === language);
  expect(found).toHaveLength(1);
  return found[0]?.[2] ?? '';
}

/** Runs a program that reads the example from standard input; whatever it leaves running is ended with it. */
async function run(program: string, args: readonly string[], example: string) {
  const child = spawn(program, args, {
    cwd: ROOT,
    env: {
      PATH: `${BIN}${delimiter}${process.env.PATH}`,
      HOME: folder,
      TMPDIR: folder,
      NODE_COMPILE_CACHE: join(ROOT, 'node_modules/.cache/sightline-tests'),
      npm_config_offline: 'true',
      npm_config_update_notifier: 'false',
    },
    stdio: ['pipe', 'pipe', 'pipe'],
    // A group of its own: the sandbox that it starts is in it.
    detached: true,
  });
  const said = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said.out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said.err += text;
  });
  child.stdin.end(example);
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', resolve);
    });
    return { code, ...said };
  } finally {
    endGroup(child.pid);
  }
}

function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Nothing of it was left.
  }
}

const COUNTED = /GET.*\/v2\/portfolio/;

test('curl', async () => {
  const { code, out, err } = await run('sh', ['-eu'], exampleIn('sh'));
  expect({ code, err }).toEqual({ code: 0, err: '' });
  const lines = out.trim().split('\n');
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    count: 40,
    results: [{ guid: expect.any(String) }, {}],
  });
  expect(lines).toContainEqual(expect.stringContaining('2026-02-01'));
  expect(lines).toContain('429, Retry-After: 1');
  expect(lines).toContain('{"detail":"You do not have permission to perform this action."}');
  expect(lines.at(-1)).toMatch(/"method":"GET","path":"\/v2\/portfolio","status":429,"count":1/);
}, 60_000);

test('TypeScript', async () => {
  const { code, out, err } = await run(process.execPath, ['--input-type=module-typescript'], exampleIn('ts'));
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toContain("path: '/v2/portfolio'");
}, 60_000);

const python = spawnSync('python3', ['--version']).status === 0;
test.skipIf(!python)(
  'Python (skipped where there is no python3)',
  async () => {
    const { code, out, err } = await run('python3', ['-'], exampleIn('python'));
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(COUNTED);
  },
  60_000,
);
