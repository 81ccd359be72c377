/** `sightline users`: people of the owner organization, on the data directory; everything is recorded as the operator's. */
import { Command } from 'commander';
import type { IssuedLink, UserView } from '../../access/accounts/users.ts';
import { NO_ORIGIN } from '../../access/audit/audit-event.ts';
import { ROLE_NAMES, ROLES } from '../../access/principal.ts';
import { isoSeconds } from '../../clock.ts';
import { OperatorError } from '../../errors.ts';
import { type AccountsDesk, withAccounts } from '../accounts.ts';
import { addDataDir, addPublicAddress } from '../options.ts';
import { EXIT, note, print, printJson, printTable } from '../output.ts';

export function usersCommand(): Command {
  const command = new Command('users').description('List, invite, reset and deactivate people.');
  command.addCommand(listCommand());
  command.addCommand(inviteCommand());
  command.addCommand(resetCommand());
  command.addCommand(
    statusCommand('deactivate', 'Deactivated', 'End the sessions and the user token of a person.'),
  );
  command.addCommand(statusCommand('activate', 'Activated', 'Let a deactivated person sign in again.'));
  return command;
}

function listCommand(): Command {
  return addDataDir(new Command('list'))
    .description('List the people, in the order in which they came.')
    .option('--json', 'print a JSON array')
    .action(async flags => {
      await withAccounts(flags, async ({ accounts, principal }) => {
        const users = await accounts.users.list(principal, principal.organizationId, {}, null);
        if (flags.json === true) printJson(users.map(factsOf));
        else
          printTable(
            users.map(shownUser),
            'There is nobody yet. Make the first Admin with: sightline setup-link',
          );
      });
    });
}

function factsOf(user: UserView) {
  return {
    guid: user.guid,
    email: user.email,
    formal_name: user.formalName,
    friendly_name: user.friendlyName,
    role: user.role,
    group: user.group.name,
    status: user.status,
    mfa_enabled: user.mfaEnabled,
    last_login_at: user.lastLoginAt === null ? null : isoSeconds(user.lastLoginAt),
    joined_at: isoSeconds(user.joinedAt),
  };
}

function shownUser(user: UserView) {
  const { formal_name: name, last_login_at, mfa_enabled, ...facts } = factsOf(user);
  return {
    email: facts.email,
    name,
    role: ROLE_NAMES[user.role],
    group: facts.group,
    status: facts.status,
    'two-factor': mfa_enabled ? 'on' : 'off',
    'last sign-in': last_login_at,
    guid: facts.guid,
  };
}

function inviteCommand(): Command {
  return addPublicAddress(addDataDir(new Command('invite')))
    .description('Make an account and print the link with which its person sets a password.')
    .argument('<email>', 'e-mail address, with which the person signs in')
    .requiredOption('--name <text>', 'name of the person')
    .option('--role <role>', `what it may do: ${ROLES.join(', ')}`, 'customer_user')
    .option('--group <name>', 'access control group; the default group otherwise')
    .option('--json', 'print a JSON object')
    .action(async (email, flags) => {
      const role = ROLES.find(known => known === flags.role);
      if (role === undefined) {
        throw new OperatorError(`--role ${flags.role}: known are ${ROLES.join(', ')}.`, {
          exitCode: EXIT.usage,
        });
      }
      await withAccounts(flags, async ({ accounts, principal }) => {
        const { user, invitation } = await accounts.users.invite(
          principal,
          principal.organizationId,
          { email, formalName: flags.name, role, group: flags.group ?? null },
          NO_ORIGIN,
        );
        if (flags.json === true) printJson({ ...factsOf(user), ...linkFacts(invitation) });
        else printLink(`${user.email} sets a password with this link`, invitation);
      });
    });
}

function resetCommand(): Command {
  return addPublicAddress(addDataDir(new Command('reset')))
    .description('Print a link with which a person sets a new password, or switch two-factor sign-in off.')
    .argument('<email>', 'whose account')
    .option('--totp', 'switch two-factor sign-in off, and leave the password as it is')
    .option('--json', 'print a JSON object')
    .action(async (email, flags) => {
      await withAccounts(flags, async desk => {
        const user = await personOf(desk, email);
        const { accounts, principal } = desk;
        if (flags.totp === true) {
          await accounts.users.resetMfa(principal, principal.organizationId, user.guid, NO_ORIGIN);
          if (flags.json === true) printJson({ guid: user.guid, mfa_enabled: false });
          else note(`${user.email} signs in with the password alone now.`);
          return;
        }
        const link = await accounts.users.resetPassword(
          principal,
          principal.organizationId,
          user.guid,
          NO_ORIGIN,
        );
        if (flags.json === true) printJson({ guid: user.guid, ...linkFacts(link) });
        else printLink(`${user.email} sets a new password with this link`, link);
      });
    });
}

function statusCommand(name: string, status: 'Activated' | 'Deactivated', description: string): Command {
  return addDataDir(new Command(name))
    .description(description)
    .argument('<email>', 'whose account')
    .option('--json', 'print a JSON object')
    .action(async (email, flags) => {
      await withAccounts(flags, async desk => {
        const { accounts, principal } = desk;
        const { guid } = await personOf(desk, email);
        const { organizationId } = principal;
        const user = await accounts.users.update(principal, organizationId, guid, { status }, NO_ORIGIN);
        if (flags.json === true) printJson(factsOf(user));
        else note(`${user.email} is ${user.status}.`);
      });
    });
}

function personOf({ accounts, principal }: AccountsDesk, email: string): Promise<UserView> {
  return accounts.users.findByEmail(principal, principal.organizationId, email);
}

function linkFacts(link: IssuedLink) {
  return { url: link.url, expires_at: isoSeconds(link.expiresAt) };
}

function printLink(what: string, link: IssuedLink): void {
  note(`${what}, once, until ${isoSeconds(link.expiresAt)}:`);
  print(link.url ?? '');
}
