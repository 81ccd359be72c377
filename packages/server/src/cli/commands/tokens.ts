/** `sightline tokens`: company tokens and people's own, on the data directory. Who may read its key may do this. */
import { Command } from 'commander';
import { findPersonByEmail } from '../../access/accounts/account-rows.ts';
import { emailKeyOf } from '../../access/accounts/email.ts';
import { NO_ORIGIN } from '../../access/audit/audit-event.ts';
import type { IssuedToken } from '../../access/company-tokens.ts';
import { operatorOf } from '../../access/operator.ts';
import { type Principal, ROLE_NAMES, ROLES, type Role } from '../../access/principal.ts';
import type { ApiTokenView } from '../../access/token-authority.ts';
import { maskToken } from '../../access/token-format.ts';
import type { UserTokens } from '../../access/user-tokens.ts';
import { isoSeconds } from '../../clock.ts';
import { OperatorError } from '../../errors.ts';
import { withInstallation } from '../installation.ts';
import { mailedToken } from '../mailed-token.ts';
import { addDataDir, addMail, hubSettings } from '../options.ts';
import { EXIT, note, print, printJson, printTable } from '../output.ts';

export function tokensCommand(): Command {
  const command = new Command('tokens').description('List, make, replace and revoke API tokens.');
  command.addCommand(listCommand());
  command.addCommand(createCommand());
  command.addCommand(rotateCommand());
  command.addCommand(revokeCommand());
  command.addCommand(showCommand());
  return command;
}

function listCommand(): Command {
  return addDataDir(new Command('list'))
    .description('List the live company tokens. Their values cannot be shown again.')
    .option('--json', 'print a JSON array')
    .action(async flags => {
      await withInstallation(hubSettings(flags).dataDir, async ({ store, authority }) => {
        const tokens = await authority.companyTokens.list(await operatorOf(store));
        if (flags.json === true) printJson(tokens.map(factsOf));
        else
          printTable(
            tokens.map(shownToken),
            'There are no company tokens. Make one with: sightline tokens create --description <text>',
          );
      });
    });
}

function factsOf(token: ApiTokenView) {
  return {
    guid: token.guid,
    description: token.description,
    token: maskToken(token.lastFour),
    role: token.role,
    group: token.group.name,
    scopes: token.scopes,
    created_at: isoSeconds(token.createdAt),
    creator_name: token.creatorName,
    expires_at: timeOf(token.expiresAt),
    last_used_at: timeOf(token.lastUsedAt),
    request_count: token.requestCount,
    needs_review: token.needsReview,
    replaced_by: token.replacedBy,
  };
}

function shownToken(token: ApiTokenView) {
  const facts = factsOf(token);
  return {
    guid: facts.guid,
    created: facts.created_at,
    by: facts.creator_name,
    token: facts.token,
    group: facts.group,
    role: ROLE_NAMES[token.role],
    scopes: token.scopes.join(' '),
    expires: facts.expires_at,
    'last used': facts.last_used_at,
    review: token.needsReview ? 'needed' : null,
    description: facts.description,
  };
}

function timeOf(epochMs: number | null): string | null {
  return epochMs === null ? null : isoSeconds(epochMs);
}

function createCommand(): Command {
  return addMail(addDataDir(new Command('create')))
    .description('Make a company token. Its value is printed once and kept nowhere.')
    .requiredOption('--description <text>', 'what it is for, as shown in lists')
    .option('--role <role>', `what it may do: ${ROLES.join(', ')}`, 'customer_user')
    .option('--group <name>', 'access control group; the default group otherwise')
    .option('--read-only', 'refuse it every change, whatever its role')
    .option('--scope <scope...>', 'scopes beyond the role, such as provisioning')
    .option('--expires <time>', 'from when on it is dead: a day or a time, as 2027-01-31')
    .option('--email <address>', 'mail a one-time link to its value there, and do not print it')
    .option('--json', 'print a JSON object')
    .action(async flags => {
      const asked = {
        description: flags.description,
        group: flags.group ?? null,
        role: knownRole(flags.role),
        scopes: [...(flags.scope ?? []), ...(flags.readOnly === true ? ['read_only'] : [])],
        expiresAt: flags.expires === undefined ? null : timeGiven(flags.expires),
      };
      const settings = hubSettings(flags);
      await withInstallation(settings.dataDir, async installation => {
        const { store, authority } = installation;
        const principal = await operatorOf(store);
        if (flags.email !== undefined) {
          const token = await mailedToken(installation, settings, principal, {
            ...asked,
            email: flags.email,
          });
          if (flags.json === true) printJson(factsOf(token));
          else
            note(
              `Token ${token.guid}: a link to its value was mailed to ${flags.email}. It works once, for a day.`,
            );
          return;
        }
        const { companyTokens } = authority;
        const made = await companyTokens.create(principal, principal.organizationId, asked, NO_ORIGIN);
        printIssued(made, flags.json === true);
      });
    });
}

/** Throws OperatorError for a role that is none. */
function knownRole(text: string): Role {
  const role = ROLES.find(known => known === text);
  if (role !== undefined) return role;
  throw new OperatorError(`--role ${text}: there is no such role; known are ${ROLES.join(', ')}.`, {
    exitCode: EXIT.usage,
  });
}

/** Epoch milliseconds of a day (its beginning, UTC) or of a time with its zone. Throws OperatorError. */
function timeGiven(text: string): number {
  const isTime = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/.test(text);
  const epochMs = isTime ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(epochMs)) return epochMs;
  throw new OperatorError(`--expires ${text}: give a day or a time, as 2027-01-31 or 2027-01-31T18:00:00Z.`, {
    exitCode: EXIT.usage,
  });
}

function printIssued({ token, value }: IssuedToken, asJson: boolean): void {
  if (asJson) {
    printJson({ ...factsOf(token), token: value });
    return;
  }
  note(`Token ${token.guid} (${ROLE_NAMES[token.role]}). This is the only time its value is shown:`);
  print(value);
}

function rotateCommand(): Command {
  return addDataDir(new Command('rotate'))
    .description('Replace a company token: a new value with the same rights, printed once.')
    .argument('<guid>', 'guid of the token, from the list')
    .option('--overlap <seconds>', 'how long the old one goes on working, up to 604800', '0')
    .option('--json', 'print a JSON object')
    .action(async (guid, flags) => {
      await withInstallation(hubSettings(flags).dataDir, async ({ store, authority }) => {
        const principal = await operatorOf(store);
        const made = await authority.companyTokens.rotate(
          principal,
          principal.organizationId,
          guid,
          { overlapMs: secondsGiven(flags.overlap) * 1_000 },
          NO_ORIGIN,
        );
        printIssued(made, flags.json === true);
      });
    });
}

/** Throws OperatorError for what is no whole number. */
function secondsGiven(text: string): number {
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw new OperatorError(`--overlap ${text}: give whole seconds, 0 to 604800.`, { exitCode: EXIT.usage });
}

function revokeCommand(): Command {
  return addDataDir(new Command('revoke'))
    .description('Revoke a company token; a running hub refuses it within a second.')
    .argument('<guid>', 'guid of the token, from the list')
    .action(async (guid, flags) => {
      await withInstallation(hubSettings(flags).dataDir, async ({ store, authority }) => {
        const principal = await operatorOf(store);
        await authority.companyTokens.revoke(principal, principal.organizationId, guid, NO_ORIGIN);
        note(`Token ${guid} is revoked.`);
      });
    });
}

function showCommand(): Command {
  return addDataDir(new Command('show'))
    .description("Print a person's user token.")
    .requiredOption('--email <address>', 'whose token')
    .option('--new', 'make a new one first; the one from before stops working at once')
    .option('--json', 'print a JSON object')
    .action(async flags => {
      await withInstallation(hubSettings(flags).dataDir, async ({ store, authority }) => {
        const principal = await operatorOf(store);
        const person = await findPersonByEmail(store.db, emailKeyOf(flags.email));
        if (person === undefined) {
          throw new OperatorError(`There is no account with the e-mail address ${flags.email}.`);
        }
        const token = await userTokenOf(authority.userTokens, principal, person, flags.new === true);
        if (token === null) {
          throw new OperatorError(
            `${flags.email} has no live user token. Its owner makes one in the console, under User Preferences; you can with --new.`,
          );
        }
        if (flags.json === true) printJson({ token });
        else print(token);
      });
    });
}

/** Null for a person who may not use one, or has none. */
async function userTokenOf(
  tokens: UserTokens,
  principal: Principal,
  person: { id: string; status: string },
  isNew: boolean,
): Promise<string | null> {
  if (person.status !== 'Activated') return null;
  if (!isNew) return tokens.reveal(principal, person.id, NO_ORIGIN);
  return (await tokens.generate(principal, person.id, NO_ORIGIN)).value;
}
