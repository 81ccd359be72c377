/** `sightline connections`: upstream accounts, on the data directory of a hub that runs or not. */
import { readFileSync } from 'node:fs';
import { isCancel, password } from '@clack/prompts';
import { Command } from 'commander';
import { OPERATOR, operatorOf } from '../../access/operator.ts';
import { connectionService, readUpstreamCa } from '../../app/services.ts';
import { systemClock } from '../../clock.ts';
import type { HubSettings } from '../../config.ts';
import type { ConnectionService } from '../../connections/connections.ts';
import { ConnectionOptions } from '../../connections/options.ts';
import { UpstreamClients } from '../../connections/upstream-client.ts';
import { OperatorError } from '../../errors.ts';
import { newId } from '../../ids.ts';
import type { Installation } from '../../installation.ts';
import { DatabaseRunQueue } from '../../sync/database-run-queue.ts';
import { VERSION } from '../../version.ts';
import { withInstallation } from '../installation.ts';
import { addDataDir, addUpstream, hubSettings } from '../options.ts';
import { EXIT, note, print, printJson, printTable } from '../output.ts';
import { rotateCommand, rotationCommand, upstreamTokensCommand } from './upstream-tokens.ts';

/** No page in one answer is longer; an organization has a handful of connections. */
const MAX_LISTED = 1_000;

export function connectionsCommand(): Command {
  const command = new Command('connections').description(
    'List, add, test, pause and remove upstream accounts, and manage their tokens.',
  );
  command.addCommand(listCommand());
  command.addCommand(addCommand());
  command.addCommand(testCommand());
  command.addCommand(stateCommand('pause', 'PAUSED', 'Stop syncing a connection until it is resumed.'));
  command.addCommand(stateCommand('resume', 'ACTIVE', 'Sync a paused connection again.'));
  command.addCommand(removeCommand());
  command.addCommand(rotateCommand());
  command.addCommand(rotationCommand());
  command.addCommand(upstreamTokensCommand());
  return command;
}

interface Desk {
  installation: Installation;
  connections: ConnectionService;
  organizationId: string;
}

/** The service on the data directory, as a running hub would use it. */
async function withConnections<T>(
  settings: HubSettings & { dataDir: string },
  work: (desk: Desk) => Promise<T>,
): Promise<T> {
  return withInstallation(settings.dataDir, async installation => {
    const { store, vault, audit } = installation;
    const principal = await operatorOf(store);
    const clients = new UpstreamClients({ version: VERSION, extraCa: readUpstreamCa(settings.upstreamCa) });
    const runQueue = new DatabaseRunQueue({ store, clock: systemClock, newId, wakeWorker: () => {} });
    const connections = connectionService(
      { store, vault, audit, clock: systemClock, runQueue, clients },
      settings.upstreamHost,
    );
    try {
      return await work({ installation, connections, organizationId: principal.organizationId });
    } finally {
      await clients.close();
    }
  });
}

function listCommand(): Command {
  return addDataDir(new Command('list'))
    .description('List the connections with their health.')
    .option('--json', 'print a JSON array')
    .action(async flags => {
      await withConnections(hubSettings(flags), async ({ connections, organizationId }) => {
        const all = await connections.list(organizationId, {
          from: null,
          backwards: false,
          rows: MAX_LISTED,
        });
        if (flags.json === true) printJson(all);
        else {
          printTable(
            all.map(connection => ({
              id: connection.id,
              vendor: connection.vendor,
              identifier: connection.identifier,
              state: connection.state,
              health: connection.health.status === 'UNKNOWN' ? 'not synced yet' : connection.health.name,
              'last synced': connection.last_synced_at,
            })),
            'There are no connections. Add one with: sightline connections add',
          );
        }
      });
    });
}

function addCommand(): Command {
  return addUpstream(new Command('add'))
    .description(
      'Connect a Bitsight account. The company API token is asked for, or read from a file or standard input.',
    )
    .option('--token-file <file>', 'file with the company API token; - is standard input')
    .option('--identifier <text>', 'your own name for the connection')
    .option('--base-url <url>', 'another address of the API, on the list of upstream hosts')
    .option('--json', 'print a JSON object')
    .action(async flags => {
      const options = ConnectionOptions.parse(flags.baseUrl === undefined ? {} : { base_url: flags.baseUrl });
      const username = await readToken(flags.tokenFile);
      await withConnections(hubSettings(flags), async ({ connections, organizationId }) => {
        const tested = await connections.testCandidate({ username }, options);
        if (!tested.isValid) throw new OperatorError(`${tested.message} Nothing was stored.`);
        const made = await connections.create(
          {
            organizationId,
            vendor: 'BIT_SIGHT',
            credentials: { username },
            identifier: flags.identifier ?? null,
            options,
          },
          OPERATOR,
        );
        if (flags.json === true) printJson(made);
        else {
          note(
            `${tested.message} A running hub begins the first sync by itself; without one: sightline sync`,
          );
          print(made.id);
        }
      });
    });
}

async function readToken(file: string | undefined): Promise<string> {
  if (file !== undefined) {
    try {
      return readFileSync(file === '-' ? 0 : file, 'utf8').trim();
    } catch (cause) {
      throw new OperatorError(`The token file ${file} cannot be read.`, { exitCode: EXIT.usage, cause });
    }
  }
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    throw new OperatorError('Give the company API token with --token-file (- is standard input).', {
      exitCode: EXIT.usage,
    });
  }
  const answer = await password({ message: 'Company API token of the Bitsight account' });
  if (isCancel(answer)) throw new OperatorError('Nothing was stored.');
  return answer.trim();
}

function testCommand(): Command {
  return addUpstream(new Command('test'))
    .description('Ask upstream whether the stored token of a connection is accepted.')
    .argument('<id>', 'id of the connection')
    .option('--json', 'print a JSON object')
    .action(async (id, flags) => {
      await withConnections(hubSettings(flags), async ({ connections, organizationId }) => {
        const { isValid, message } = await connections.test(organizationId, id);
        if (flags.json === true) printJson({ is_valid: isValid, message });
        else print(message);
        if (!isValid) process.exitCode = EXIT.failed;
      });
    });
}

function stateCommand(name: string, state: 'ACTIVE' | 'PAUSED', description: string): Command {
  return addDataDir(new Command(name))
    .description(description)
    .argument('<id>', 'id of the connection')
    .action(async (id, flags) => {
      await withConnections(hubSettings(flags), async ({ connections, organizationId }) => {
        await connections.update(organizationId, id, { state }, OPERATOR);
        note(`Connection ${id} is ${state}.`);
      });
    });
}

function removeCommand(): Command {
  return addDataDir(new Command('remove'))
    .description('Remove a connection: its token is erased, its data is no longer shown.')
    .argument('<id>', 'id of the connection')
    .action(async (id, flags) => {
      await withConnections(hubSettings(flags), async ({ connections, organizationId }) => {
        await connections.delete(organizationId, id, OPERATOR);
        note(`Connection ${id} is removed.`);
      });
    });
}
