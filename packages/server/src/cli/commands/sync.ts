/** `sightline sync`: reads a connected account now, through the hub's worker when a hub runs, through one of its own else. */
import { Command } from 'commander';
import { operatorOf } from '../../access/operator.ts';
import { allowedUpstreams } from '../../app/services.ts';
import { systemClock } from '../../clock.ts';
import type { HubSettings } from '../../config.ts';
import { isServed } from '../../data-directory.ts';
import { OperatorError } from '../../errors.ts';
import { newId } from '../../ids.ts';
import type { Installation } from '../../installation.ts';
import { createLogger } from '../../log.ts';
import { DatabaseRunQueue } from '../../sync/database-run-queue.ts';
import { REQUESTABLE_STREAMS } from '../../sync/run-repository.ts';
import { WorkerProcess } from '../../worker-process.ts';
import { withInstallation } from '../installation.ts';
import { addUpstream, hubSettings } from '../options.ts';
import { EXIT, note, printJson } from '../output.ts';
import { type FinishedRun, followRun, summaryOf } from '../progress.ts';

export function syncCommand(): Command {
  return addUpstream(new Command('sync'))
    .description('Read a connected account now and follow the run to its end.')
    .argument('[connection]', 'id of the connection; all active ones when left out')
    .option('--full', 'walk every company in full, also those walked within a day')
    .option('--stream <stream...>', `only these streams: ${REQUESTABLE_STREAMS.join(', ')}`)
    .option('--json', 'print a JSON array of the runs')
    .addHelpText('after', '\nExit codes: 0 all read, 1 a run failed, 3 a run is partial.')
    .action(async (connection, flags) => {
      const settings = hubSettings(flags);
      const streams = streamsOf(flags.stream);
      await withInstallation(settings.dataDir, async installation => {
        const ids = await connectionIds(installation, connection);
        const runQueue = new DatabaseRunQueue({ ...installation, newId, wakeWorker: () => {} });
        const runIds: string[] = [];
        for (const id of ids) {
          const mode = flags.full === true ? 'full' : 'incremental';
          const { run, isNew } = await runQueue.request(id, { mode, streams, requestedBy: 'cli' });
          if (!isNew) note(`A run of ${id} is under way already; following it.`);
          runIds.push(run.id);
        }
        const runs = await work(settings, installation, runIds, flags.json !== true);
        if (flags.json === true)
          printJson(runs.map(({ elapsedMs, ...run }) => ({ ...run, elapsed_ms: elapsedMs })));
        setExitCode(runs);
      });
    });
}

function streamsOf(names: string[] | undefined) {
  if (names === undefined) return [...REQUESTABLE_STREAMS];
  return names.map(name => {
    const stream = REQUESTABLE_STREAMS.find(known => known === name);
    if (stream !== undefined) return stream;
    throw new OperatorError(
      `--stream ${name}: there is no such stream; known are ${REQUESTABLE_STREAMS.join(', ')}.`,
      {
        exitCode: EXIT.usage,
      },
    );
  });
}

async function connectionIds(installation: Installation, wanted: string | undefined): Promise<string[]> {
  const principal = await operatorOf(installation.store);
  const rows = await installation.store.db
    .selectFrom('connections')
    .select(['id', 'state'])
    .where('organization_id', '=', principal.organizationId)
    .where('state', '!=', 'DELETED')
    .orderBy('id')
    .execute();
  const chosen = rows.filter(row => (wanted === undefined ? row.state === 'ACTIVE' : row.id === wanted));
  if (chosen.length > 0) return chosen.map(row => row.id);
  throw new OperatorError(
    wanted === undefined
      ? 'There is no active connection. Add one with: sightline connections add'
      : `There is no connection ${wanted}. List them with: sightline connections list`,
  );
}

async function work(
  settings: HubSettings & { dataDir: string },
  installation: Installation,
  runIds: readonly string[],
  show: boolean,
): Promise<FinishedRun[]> {
  const own = isServed(settings.dataDir) ? null : ownWorker(settings);
  const following = new AbortController();
  const ended = own?.runOnce().then(() => following.abort());
  const runs: FinishedRun[] = [];
  for (const runId of runIds) {
    const run = await followRun(installation.store, systemClock, runId, {
      show,
      signal: following.signal,
    }).catch(() =>
      followRun(installation.store, { ...systemClock, sleep: refuseToWait }, runId, { show: false }),
    );
    runs.push(run);
    if (show) note(summaryOf(run));
  }
  await ended;
  return runs;
}

/** The worker is gone: a run that is not at its end will not come to it. */
async function refuseToWait(): Promise<never> {
  throw new OperatorError(
    'The sync worker ended before the run did; its log above says why. The next run goes on there.',
  );
}

function ownWorker(settings: HubSettings & { dataDir: string }): WorkerProcess {
  return new WorkerProcess(
    {
      dataDir: settings.dataDir,
      logLevel: 'warn',
      untilIdle: true,
      upstreamHosts: allowedUpstreams(settings.upstreamHost),
      ...(settings.upstreamCa === undefined ? {} : { upstreamCa: settings.upstreamCa }),
    },
    systemClock,
    createLogger({ level: 'warn' }),
  );
}

function setExitCode(runs: readonly FinishedRun[]): void {
  if (runs.some(run => run.state === 'FAILED' || run.state === 'CANCELLED')) process.exitCode = EXIT.failed;
  else if (runs.some(run => run.state === 'PARTIAL')) process.exitCode = EXIT.partial;
}
