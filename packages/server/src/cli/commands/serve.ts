/** `sightline serve`: the hub. */
import { Command } from 'commander';
import { startHub } from '../../app.ts';
import { createLogger } from '../../log.ts';
import { addSettings, HUB_SETTINGS, hubSettings } from '../options.ts';
import { print, printJson } from '../output.ts';
import { untilStopped } from '../until-stopped.ts';

export function serveCommand(): Command {
  const command = new Command('serve')
    .description('Serve the hub: console, unified API, API tokens and the sync of connected accounts.')
    .option('--json', 'print one JSON line when ready');
  return addSettings(command, HUB_SETTINGS).action(async flags => {
    const settings = hubSettings(flags);
    const logger = createLogger({ level: settings.logLevel });
    const hub = await startHub(settings, { logger, serverKey: process.env.SIGHTLINE_KEY });
    const ready = {
      base_url: hub.at.baseUrl,
      http_url: hub.at.httpUrl,
      ca_file: hub.at.caFile,
      setup_link: hub.setupLink,
      data_dir: hub.dataDir,
      pid: process.pid,
    };
    // Before it is said that the hub is up: whoever waits for that may stop it at once.
    const stopped = untilStopped(() => hub.close());
    if (flags.json === true) printJson(ready);
    else print(welcome(hub.consoleUrl, ready));
    await stopped;
  });
}

function welcome(
  consoleUrl: string,
  ready: {
    base_url: string;
    ca_file: string | null;
    setup_link: string | null;
    data_dir: string;
  },
): string {
  return [
    `The hub is at ${ready.base_url} (API reference: ${ready.base_url}/reference)`,
    ...(ready.ca_file === null ? [] : [`Its certificate authority: ${ready.ca_file}`]),
    `Its data: ${ready.data_dir}`,
    ready.setup_link === null
      ? `Its console: ${consoleUrl}`
      : `Make the first Admin here (works once, for an hour; another one: sightline setup-link): ${ready.setup_link}`,
  ].join('\n');
}
