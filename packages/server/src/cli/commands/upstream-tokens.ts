/** `sightline connections upstream-tokens` and `rotate`: tokens on Bitsight, managed with a connection's own token. */
import { Command } from 'commander';
import { NO_ORIGIN } from '../../access/audit/audit-event.ts';
import { operatorOf } from '../../access/operator.ts';
import type { Principal } from '../../access/principal.ts';
import { readUpstreamCa, upstreamTokenServices } from '../../app/services.ts';
import type { HubSettings } from '../../config.ts';
import type { ConnectionPath, RotationService } from '../../connections/rotation.ts';
import type { RotationStatus } from '../../connections/rotation-view.ts';
import { UpstreamClients } from '../../connections/upstream-client.ts';
import type { UpstreamTokenService } from '../../connections/upstream-tokens.ts';
import { VERSION } from '../../version.ts';
import { withInstallation } from '../installation.ts';
import { addDataDir, addUpstream, hubSettings } from '../options.ts';
import { EXIT, note, print, printJson, printTable } from '../output.ts';

export function upstreamTokensCommand(): Command {
  const command = new Command('upstream-tokens').description('List, make and revoke tokens on Bitsight.');
  command.addCommand(listCommand());
  command.addCommand(createCommand());
  command.addCommand(revokeCommand());
  return command;
}

interface Desk {
  upstreamTokens: UpstreamTokenService;
  rotations: RotationService;
  principal: Principal;
  path: ConnectionPath;
}

/** The services on the data directory, as a running hub would use them. */
async function withUpstreamTokens(
  settings: HubSettings & { dataDir: string },
  connectionId: string,
  work: (desk: Desk) => Promise<void>,
): Promise<void> {
  await withInstallation(settings.dataDir, async installation => {
    const principal = await operatorOf(installation.store);
    const clients = new UpstreamClients({ version: VERSION, extraCa: readUpstreamCa(settings.upstreamCa) });
    const services = upstreamTokenServices(installation, clients, settings.upstreamHost);
    const path = { organizationId: principal.organizationId, connectionId };
    try {
      await work({ ...services, principal, path });
    } finally {
      await clients.close();
    }
  });
}

function listCommand(): Command {
  return addUpstream(new Command('list'))
    .description('List the company tokens of a connected account. Their values cannot be shown again.')
    .argument('<connection>', 'id of the connection')
    .option('--json', 'print a JSON array')
    .action(async (connection, flags) => {
      await withUpstreamTokens(
        hubSettings(flags),
        connection,
        async ({ upstreamTokens, principal, path }) => {
          const tokens = await upstreamTokens.list(principal, path);
          if (flags.json === true) printJson(tokens);
          else
            printTable(
              tokens.map(token => ({
                guid: token.guid,
                created: token.created_at,
                by: token.creator_name,
                token: token.token,
                group: token.group,
                own: token.is_own ? 'own' : null,
                description: token.description,
              })),
              'Bitsight lists no company tokens.',
            );
        },
      );
    });
}

function createCommand(): Command {
  return addUpstream(new Command('create'))
    .description('Make a company token on Bitsight and print it. This is the only time it is shown.')
    .argument('<connection>', 'id of the connection')
    .requiredOption('--description <text>', 'what it is for, at most 255 characters')
    .option('--group <name>', 'access control group on Bitsight; its default group unless given')
    .option('--json', 'print a JSON object')
    .action(async (connection, flags) => {
      await withUpstreamTokens(
        hubSettings(flags),
        connection,
        async ({ upstreamTokens, principal, path }) => {
          const input = { description: flags.description, group: flags.group ?? null };
          const { token, value } = await upstreamTokens.create(principal, path, input, NO_ORIGIN);
          if (flags.json === true) printJson({ ...token, token: value });
          else {
            note(`Token ${token.guid} on Bitsight. It cannot be shown again.`);
            print(value);
          }
        },
      );
    });
}

function revokeCommand(): Command {
  return addUpstream(new Command('revoke'))
    .description('Revoke a company token on Bitsight. It stops working there at once.')
    .argument('<connection>', 'id of the connection')
    .argument('<guid>', 'guid of the token on Bitsight')
    .action(async (connection, guid, flags) => {
      await withUpstreamTokens(
        hubSettings(flags),
        connection,
        async ({ upstreamTokens, principal, path }) => {
          await upstreamTokens.revoke(principal, path, guid, NO_ORIGIN);
          note(`Token ${guid} is revoked on Bitsight.`);
        },
      );
    });
}

export function rotateCommand(): Command {
  return addUpstream(new Command('rotate'))
    .description(
      "Replace a connection's own token: make a new one on Bitsight, test it, switch to it, revoke the old one.",
    )
    .argument('<id>', 'id of the connection')
    .option('--json', 'print a JSON object')
    .addHelpText(
      'after',
      '\nA failure at any step leaves a working token in place. Exit codes: 0 done, 1 failed, 3 the old token is still to be\nrevoked, which a running hub does when the sync run under way has ended.',
    )
    .action(async (id, flags) => {
      await withUpstreamTokens(hubSettings(flags), id, async ({ rotations, principal, path }) => {
        report(await rotations.rotate(principal, path, NO_ORIGIN, note), flags.json === true);
      });
    });
}

export function rotationCommand(): Command {
  return addDataDir(new Command('rotation'))
    .description('Show how the last rotation of a connection ended, and what it left over on Bitsight.')
    .argument('<id>', 'id of the connection')
    .option('--json', 'print a JSON object')
    .action(async (id, flags) => {
      await withUpstreamTokens(hubSettings(flags), id, async ({ rotations, principal, path }) => {
        const status = await rotations.status(principal, path);
        if (flags.json === true) printJson(status);
        else {
          print(status.message);
          printLeftover(status);
        }
      });
    });
}

/** The message of the end was printed as the last step. */
function report(status: RotationStatus, asJson: boolean): void {
  if (asJson) printJson(status);
  else printLeftover(status);
  if (status.state === 'failed') process.exitCode = EXIT.failed;
  else if (status.state === 'running') process.exitCode = EXIT.partial;
}

function printLeftover(status: RotationStatus): void {
  if (status.leftover.length === 0) return;
  note('Left over on Bitsight:');
  printTable(
    status.leftover.map(({ guid, description, message }) => ({ guid, description, 'what to do': message })),
    '',
  );
}
