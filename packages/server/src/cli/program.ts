/** The commands of `sightline` and their help. */
import { Command } from 'commander';
import { VERSION } from '../version.ts';

/** The commands in the order of the help. Each is loaded when it is asked for: a small one must not load the server. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = Object.freeze({
  serve: async () => (await import('./commands/serve.ts')).serveCommand(),
  sandbox: async () => (await import('./commands/sandbox.ts')).sandboxCommand(),
  demo: async () => (await import('./commands/demo.ts')).demoCommand(),
  sync: async () => (await import('./commands/sync.ts')).syncCommand(),
  'setup-link': async () => (await import('./commands/setup-link.ts')).setupLinkCommand(),
  users: async () => (await import('./commands/users.ts')).usersCommand(),
  tokens: async () => (await import('./commands/tokens.ts')).tokensCommand(),
  connections: async () => (await import('./commands/connections.ts')).connectionsCommand(),
  audit: async () => (await import('./commands/audit.ts')).auditCommand(),
  ca: async () => (await import('./commands/ca.ts')).caCommand(),
});

/** The program with the command of that name, or with all of them where there is none of it: for help, and for what is mistyped. */
export async function createProgram(wanted?: string): Promise<Command> {
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
  for (const load of loadersOf(wanted)) {
    const command = await load();
    inheritExit(command);
    program.addCommand(command);
  }
  return program;
}

function loadersOf(wanted: string | undefined): (() => Promise<Command>)[] {
  if (wanted === '--version' || wanted === '-V') return [];
  const load = wanted !== undefined && Object.hasOwn(COMMANDS, wanted) ? COMMANDS[wanted] : undefined;
  return load === undefined ? Object.values(COMMANDS) : [load];
}

/** Commander hands settings down only to commands it makes itself. */
function inheritExit(command: Command): void {
  command.exitOverride().showHelpAfterError('(add --help for what it takes)');
  for (const child of command.commands) inheritExit(child);
}
