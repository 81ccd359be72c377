/** `sightline tokens`: company tokens and the admin's own, on the data directory. Who may read its key may do this. */
import { Command } from 'commander';
import { operatorOf } from '../../access/operator.ts';
import { ROLE_NAMES, ROLES } from '../../access/principal.ts';
import { maskToken } from '../../access/token-format.ts';
import { isoSeconds } from '../../clock.ts';
import { OperatorError } from '../../errors.ts';
import { withInstallation } from '../installation.ts';
import { addDataDir, hubSettings } from '../options.ts';
import { note, print, printJson, printTable } from '../output.ts';

export function tokensCommand(): Command {
  const command = new Command('tokens').description('List, make and revoke API tokens.');
  command.addCommand(listCommand());
  command.addCommand(createCommand());
  command.addCommand(revokeCommand());
  command.addCommand(showCommand());
  return command;
}

function listCommand(): Command {
  return addDataDir(new Command('list'))
    .description('List the live company tokens. Their values cannot be shown again.')
    .option('--json', 'print a JSON array')
    .action(async flags => {
      await withInstallation(hubSettings(flags).dataDir, async installation => {
        const { principal } = await operatorOf(installation.store, installation.authority);
        const tokens = await installation.authority.listCompanyTokens(principal);
        const rows = tokens.map(token => ({
          guid: token.guid,
          created: isoSeconds(token.createdAt),
          by: token.creatorName,
          token: maskToken(token.lastFour),
          group: token.groupName,
          role: ROLE_NAMES[token.role],
          description: token.description,
        }));
        if (flags.json === true) printJson(rows);
        else
          printTable(
            rows,
            'There are no company tokens. Make one with: sightline tokens create --description <text>',
          );
      });
    });
}

function createCommand(): Command {
  return addDataDir(new Command('create'))
    .description('Make a company token. Its value is printed once and kept nowhere.')
    .requiredOption('--description <text>', 'what it is for, as shown in lists')
    .option('--role <role>', `what it may do: ${ROLES.join(', ')}`, 'customer_user')
    .option('--scope <scope...>', 'scopes beyond the role, such as provisioning')
    .option('--json', 'print a JSON object')
    .action(async flags => {
      const role = ROLES.find(known => known === flags.role);
      if (role === undefined) {
        throw new OperatorError(
          `--role ${flags.role}: there is no such role; known are ${ROLES.join(', ')}.`,
          {
            exitCode: 2,
          },
        );
      }
      await withInstallation(hubSettings(flags).dataDir, async installation => {
        const { principal } = await operatorOf(installation.store, installation.authority);
        const { token, value } = await installation.authority.createCompanyToken(principal, {
          description: flags.description,
          group: null,
          role,
          scopes: flags.scope ?? [],
        });
        if (flags.json === true)
          printJson({ guid: token.guid, description: token.description, role, token: value });
        else {
          note(`Token ${token.guid} (${ROLE_NAMES[role]}). This is the only time its value is shown:`);
          print(value);
        }
      });
    });
}

function revokeCommand(): Command {
  return addDataDir(new Command('revoke'))
    .description('Revoke a company token; a running hub refuses it within a second.')
    .argument('<guid>', 'guid of the token, from the list')
    .action(async (guid, flags) => {
      await withInstallation(hubSettings(flags).dataDir, async installation => {
        const { principal } = await operatorOf(installation.store, installation.authority);
        await installation.authority.revokeCompanyToken(principal, guid);
        note(`Token ${guid} is revoked.`);
      });
    });
}

function showCommand(): Command {
  return addDataDir(new Command('show'))
    .description("Print the admin's user token.")
    .option('--json', 'print a JSON object')
    .action(async flags => {
      await withInstallation(hubSettings(flags).dataDir, async installation => {
        const { userToken: token } = await operatorOf(installation.store, installation.authority);
        if (flags.json === true) printJson({ token });
        else print(token);
      });
    });
}
