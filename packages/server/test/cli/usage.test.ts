/** Wrong usage: exit code 2, the option named, nothing begun. In this process, for nothing of it needs one of its own. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createProgram } from '../../src/cli/program.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sightline-usage-'));
  writeFileSync(join(folder, 'config.json'), '{"prot": 1}');
  writeFileSync(join(folder, 'list.json'), '[1]');
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What a command that is used wrongly says, and its exit code. */
async function refusalOf(args: readonly string[]): Promise<{ exitCode: unknown; text: string }> {
  const program = await createProgram(args[0]);
  let text = '';
  const listen = (command: Command) => {
    command.configureOutput({
      writeErr: part => {
        text += part;
      },
    });
    for (const child of command.commands) listen(child);
  };
  listen(program);
  try {
    await program.parseAsync(['node', 'sightline', ...args]);
  } catch (error) {
    if (!(error instanceof Error) || !('exitCode' in error)) throw error;
    // Commander's own errors have 1; the entry makes 2 of them (help.test.ts sees it do so).
    const exitCode = 'code' in error && String(error.code).startsWith('commander.') ? 2 : error.exitCode;
    return { exitCode, text: `${text}${error.message}` };
  }
  throw new Error(`sightline ${args.join(' ')} was accepted`);
}

test.each([
  ['a port that is no number', ['serve', '--port', 'https'], /--port <number>.*SIGHTLINE_PORT/],
  ['a port that no machine has', ['serve', '--port', '65536'], /--port <number>/],
  ['a log level that is none', ['serve', '--log-level', 'loud'], /--log-level/],
  ['a configuration file that is not there', ['serve', '--config', 'CWD/none.json'], /none\.json/],
  ['a configuration file with an unknown key', ['serve', '--config', 'CWD/config.json'], /"prot".*httpPort/],
  [
    'a configuration file that is no object',
    ['serve', '--config', 'CWD/list.json'],
    /list\.json.*JSON object/,
  ],
  ['a day that no month has', ['sandbox', '--date', '2026-02-30'], /--date/],
  ['a day in another form', ['sandbox', '--date', '1.3.2026'], /--date/],
  ['no company at all', ['sandbox', '--companies', '0'], /--companies/],
  ['a fault without a rate', ['sandbox', '--fault', '429'], /--fault 429/],
  [
    'faults that are more than all requests',
    ['sandbox', '--fault', '500:0.7', '--fault', '502:0.7'],
    /more than 1/,
  ],
  ['a preset token of 39 characters', ['sandbox', '--token', 'p'.repeat(39)], /--token.*40/],
  ['an option that is unknown', ['tokens', 'list', '--jsno'], /unknown option '--jsno'/],
  ['an argument too many', ['connections', 'list', 'all'], /too many arguments/],
  ['an argument that is missing', ['connections', 'test'], /missing required argument 'id'/],
  ['a stream that is none', ['sync', '--stream', 'rumours'], /--stream rumours.*companies, findings/],
  ['a role that is none', ['tokens', 'create', '--description', 'x', '--role', 'emperor'], /customer_user/],
  ['a description that is missing', ['tokens', 'create'], /--description <text>/],
])('%s is wrong usage', async (_name, args, says) => {
  const dataDir = join(folder, 'data');
  const given = args.map(arg => arg.replace('CWD', folder));
  const { exitCode, text } = await refusalOf([...given, '--data-dir', dataDir]);
  expect(exitCode).toBe(2);
  expect(text.replaceAll('\n', ' ')).toMatch(says);
  expect(text).not.toMatch(/p{39}/);
  expect(existsSync(dataDir)).toBe(false);
});
