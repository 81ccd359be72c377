/** `sightline sandbox`: a synthetic Bitsight account. */
import { Command } from 'commander';
import { startSandbox } from '../../app.ts';
import { createLogger } from '../../log.ts';
import { addSettings, SANDBOX_SETTINGS, sandboxSettings } from '../options.ts';
import { print, printJson } from '../output.ts';
import { untilStopped } from '../until-stopped.ts';

export function sandboxCommand(): Command {
  const command = new Command('sandbox')
    .description(
      'Serve a synthetic Bitsight account: no licence, no configuration, the same data for the same seed.',
    )
    .option('--json', 'print one JSON line when ready');
  return addSettings(command, SANDBOX_SETTINGS).action(async flags => {
    endWithParent();
    const settings = sandboxSettings(flags);
    const logger = createLogger({ level: settings.logLevel });
    const sandbox = await startSandbox(settings, { logger, serverKey: process.env.SIGHTLINE_KEY });
    const token = settings.token ?? (sandbox.admin.isFirstStart ? sandbox.admin.userToken : null);
    const { company_guid, company_count, finding_count, finding_count_is_exact } = sandbox.source.summary();
    const ready = {
      base_url: sandbox.at.baseUrl,
      http_url: sandbox.at.httpUrl,
      ca_file: sandbox.at.caFile,
      token,
      data_dir: sandbox.dataDir,
      pid: process.pid,
      company_guid,
      company_count,
      finding_count,
      finding_count_is_exact,
    };
    // Before it is said that the sandbox is up: whoever waits for that may stop it at once.
    const stopped = untilStopped(() => sandbox.close());
    if (flags.json === true) printJson(ready);
    else {
      print(
        [
          `The sandbox is at ${ready.base_url}: ${company_count} companies, ${finding_count_is_exact ? '' : 'about '}${finding_count} findings on ${sandbox.source.today()}`,
          ...(ready.ca_file === null ? [] : [`Its certificate authority: ${ready.ca_file}`]),
          token === null
            ? `Its admin's API token: sightline tokens show --email ${sandbox.admin.userEmail} --data-dir ${ready.data_dir}`
            : `Its admin's API token: ${token}`,
        ].join('\n'),
      );
    }
    await stopped;
    if (process.connected) process.disconnect();
  });
}

/** The demo runs the sandbox as its child; when the demo dies, however it dies and how early, nobody is left to use it. */
function endWithParent(): void {
  process.on('disconnect', () => process.exit(0));
  // Undefined for a process that has no such parent.
  if (process.connected === false) process.exit(0);
}
