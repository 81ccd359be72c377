/** The commands of `sightline` and their help. */
import { Command } from 'commander';
import { VERSION } from '../version.ts';
import { connectionsCommand } from './commands/connections.ts';
import { demoCommand } from './commands/demo.ts';
import { sandboxCommand } from './commands/sandbox.ts';
import { serveCommand } from './commands/serve.ts';
import { syncCommand } from './commands/sync.ts';
import { tokensCommand } from './commands/tokens.ts';

export function createProgram(): Command {
  const program = new Command('sightline')
    .description('Self-hosted hub for third-party-risk data from Bitsight.')
    .version(VERSION)
    .exitOverride()
    .configureHelp({ sortSubcommands: false, showGlobalOptions: false })
    .showHelpAfterError('(add --help for what it takes)')
    .addHelpText(
      'after',
      [
        '',
        'Start here:',
        '  sightline demo                       a sandbox account and a hub connected to it',
        '  sightline serve                      the hub',
        '  sightline connections add            connect a Bitsight account',
        '',
        'Exit codes: 0 done, 1 failed, 2 wrong usage, 3 done in part.',
      ].join('\n'),
    );
  for (const command of [
    serveCommand(),
    sandboxCommand(),
    demoCommand(),
    syncCommand(),
    tokensCommand(),
    connectionsCommand(),
  ]) {
    inheritExit(command);
    program.addCommand(command);
  }
  return program;
}

/** Commander hands settings down only to commands it makes itself. */
function inheritExit(command: Command): void {
  command.exitOverride().showHelpAfterError('(add --help for what it takes)');
  for (const child of command.commands) inheritExit(child);
}
