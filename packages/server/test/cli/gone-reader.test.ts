/** `sightline … | head`: a reader that has gone is no failure of the program. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const MAIN = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

test.each([
  [['--help'], 0],
  [['no-such-command'], 2],
])('%j ends as it would have, and says nothing of it', async (args, code) => {
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  // Before anything is printed: every write meets a pipe without a reader.
  child.stdout.destroy();
  let said = '';
  child.stderr.setEncoding('utf8').on('data', text => {
    said += text;
  });
  expect((await once(child, 'close'))[0]).toBe(code);
  expect(said).not.toMatch(/EPIPE|Unhandled/);
});
