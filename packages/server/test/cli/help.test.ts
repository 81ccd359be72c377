/** Help: every command has it, every option is in it, and every setting is named with its variable. */
import type { Command } from 'commander';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createProgram } from '../../src/cli/program.ts';
import { HUB_SETTINGS, SANDBOX_SETTINGS, type Setting } from '../../src/config.ts';
import { ProgramLab } from '../support/program-lab.ts';

let lab: ProgramLab;
beforeAll(() => {
  lab = new ProgramLab();
});
afterAll(() => lab.close());

const COMMANDS = [
  [],
  ['serve'],
  ['sandbox'],
  ['demo'],
  ['sync'],
  ['setup-link'],
  ['users'],
  ['users', 'list'],
  ['users', 'invite'],
  ['users', 'reset'],
  ['users', 'deactivate'],
  ['users', 'activate'],
  ['audit'],
  ['audit', 'list'],
  ['audit', 'export'],
  ['audit', 'verify'],
  ['audit', 'head'],
  ['ca'],
  ['tokens'],
  ['tokens', 'list'],
  ['tokens', 'create'],
  ['tokens', 'revoke'],
  ['tokens', 'rotate'],
  ['tokens', 'show'],
  ['connections'],
  ['connections', 'list'],
  ['connections', 'add'],
  ['connections', 'test'],
  ['connections', 'pause'],
  ['connections', 'resume'],
  ['connections', 'remove'],
  ['connections', 'rotate'],
  ['connections', 'rotation'],
  ['connections', 'upstream-tokens'],
  ['connections', 'upstream-tokens', 'list'],
  ['connections', 'upstream-tokens', 'create'],
  ['connections', 'upstream-tokens', 'revoke'],
];

function pathsOf(command: Command, path: string[] = []): string[][] {
  return [path, ...command.commands.flatMap(child => pathsOf(child, [...path, child.name()]))];
}

/** What `sightline <path> --help` prints, in this process: seventeen processes would cost ten seconds. */
async function helpOf(path: readonly string[]): Promise<{ text: string; exitCode: unknown }> {
  const program = await createProgram();
  let text = '';
  const listen = (command: Command) => {
    command.configureOutput({
      writeOut: part => {
        text += part;
      },
      getOutHelpWidth: () => 500,
    });
    for (const child of command.commands) listen(child);
  };
  listen(program);
  const thrown: unknown = await program
    .parseAsync(['node', 'sightline', ...path, '--help'])
    .catch(error => error);
  const exitCode = thrown instanceof Error && 'exitCode' in thrown ? thrown.exitCode : thrown;
  return { text, exitCode };
}

async function commandAt(path: readonly string[]): Promise<Command> {
  return path.reduce<Command>(
    (command, name) => command.commands.find(child => child.name() === name) ?? command,
    await createProgram(),
  );
}

test('these are the commands', async () => {
  expect(
    pathsOf(await createProgram())
      .map(path => path.join(' '))
      .sort(),
  ).toEqual(COMMANDS.map(path => path.join(' ')).sort());
});

test.each(COMMANDS.map(path => [path.join(' '), path] as const))(
  'sightline %s --help says what it does and names every option',
  async (_name, path) => {
    const { text, exitCode } = await helpOf(path);
    expect(exitCode).toBe(0);
    const command = await commandAt(path);
    expect(command.description()).toMatch(/\.$/);
    expect(text).toContain(command.description());
    for (const option of command.options) {
      expect(text).toContain(option.flags);
      expect(option.description, option.flags).not.toBe('');
    }
    for (const child of command.commands) expect(text).toContain(child.name());
  },
);

test.each([
  ['serve', HUB_SETTINGS],
  ['sandbox', SANDBOX_SETTINGS],
] as const)('sightline %s --help names every setting with its variable', async (name, table) => {
  const { text } = await helpOf([name]);
  for (const setting of Object.values<Setting>(table)) {
    expect(text).toContain(setting.flag);
    expect(text).toContain(`(${setting.env}`);
  }
});

test('help is no failure and goes to standard output; a command without a subcommand is wrong usage', async () => {
  const [help, bare, version] = await Promise.all([
    lab.run(['tokens', 'create', '--help']),
    lab.run(['tokens']),
    lab.run(['--version']),
  ]);
  expect(help).toMatchObject({ code: 0, stderr: '' });
  expect(help.stdout).toContain('--description <text>');
  expect(bare.code).toBe(2);
  expect(bare.stderr).toContain('revoke');
  expect(version).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
});
