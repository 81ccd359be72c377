/**
 * `sightline demo`: a sandbox account and a hub connected to it, in one command. Everything goes the way a user would go: the
 * token is made on the sandbox's wire, the connection is tested before it is stored, the sync is followed to its end.
 */
import { Command } from 'commander';
import { type Hub, startHub } from '../../app.ts';
import { systemClock } from '../../clock.ts';
import { readHubSettings, readSandboxSettings } from '../../config.ts';
import { createLogger } from '../../log.ts';
import { connectDemo } from '../demo/connect.ts';
import { demoFolders, freePorts, type Ports } from '../demo/places.ts';
import { demoReaderToken } from '../demo/reader.ts';
import { startSandboxProcess } from '../demo/sandbox-process.ts';
import { EXIT, note, print, printJson } from '../output.ts';
import { followRun, summaryOf } from '../progress.ts';
import { untilStopped } from '../until-stopped.ts';

export function demoCommand(): Command {
  return new Command('demo')
    .description('Start a sandbox account and a hub, connect them, sync, and stay up.')
    .option('--data-dir <folder>', 'where both keep their data (default: in the XDG data folder)')
    .option('--companies <number>', 'companies of the sandbox')
    .option('--findings-per-company <number>', 'mean number of findings of a company')
    .option('--port <number>', 'HTTPS port of the hub; the next free one is taken (default: 8443)')
    .option(
      '--sandbox-port <number>',
      'HTTPS port of the sandbox; the next free one is taken (default: 8444)',
    )
    .option('--json', 'print one JSON line when ready')
    .action(async flags => {
      const say = flags.json === true ? () => {} : note;
      const folders = demoFolders(flags.dataDir, process.env);
      const wanted = wantedPorts(flags);
      const ports = await freePorts(wanted);
      for (const text of movedPorts(wanted, ports)) say(text);
      say('Starting the sandbox, a synthetic Bitsight account …');
      const sandbox = await startSandboxProcess({
        dataDir: folders.sandbox,
        ports,
        companies: flags.companies,
        findingsPerCompany: flags.findingsPerCompany,
      });
      let hub: Hub | null = null;
      try {
        say(`Starting the hub …`);
        hub = await startHub(
          {
            ...readHubSettings({
              flags: { upstreamHost: [new URL(sandbox.baseUrl).host], upstreamCa: sandbox.caFile },
              env: {},
            }),
            dataDir: folders.hub,
            port: ports.hub,
            httpPort: ports.hubHttp,
            logLevel: 'warn',
          },
          { logger: createLogger({ level: 'warn' }), serverKey: process.env.SIGHTLINE_KEY },
        );
        const token = await demoReaderToken(hub);
        const { runId, message } = await connectDemo(hub, sandbox);
        say(message);
        const run = await followRun(hub.store, systemClock, runId, { show: flags.json !== true });
        say(`Sync: ${summaryOf(run)}\n`);
        if (run.state === 'FAILED') process.exitCode = EXIT.failed;
        if (flags.json === true) printJson(readyOf(hub, sandbox, token));
        else print(welcome(hub, sandbox, token));
        await Promise.race([untilStopped(async () => {}), sandbox.ended]);
      } finally {
        await hub?.close();
        await sandbox.stop();
      }
    });
}

function wantedPorts(flags: Record<string, string | undefined>): Ports {
  const hub = readHubSettings({ flags: { port: flags.port }, env: {} });
  const sandbox = readSandboxSettings({ flags: { port: flags.sandboxPort }, env: {} });
  // Who lets the system pick the port of a server wants it to pick all of that server's.
  const plain = (main: number, port: number) => (main === 0 ? 0 : port);
  return {
    hub: hub.port,
    hubHttp: plain(hub.port, hub.httpPort),
    sandbox: sandbox.port,
    sandboxHttp: plain(sandbox.port, sandbox.httpPort),
  };
}

function movedPorts(wanted: Ports, taken: Ports): string[] {
  const names = { hub: 'hub', hubHttp: "hub's plain", sandbox: 'sandbox', sandboxHttp: "sandbox's plain" };
  return (['hub', 'hubHttp', 'sandbox', 'sandboxHttp'] as const)
    .filter(name => wanted[name] !== 0 && wanted[name] !== taken[name])
    .map(name => `Port ${wanted[name]} is in use; the ${names[name]} port is ${taken[name]}.`);
}

interface DemoSandbox {
  baseUrl: string;
  caFile: string;
  companyCount: number;
  findingCount: number;
}

function readyOf(hub: Hub, sandbox: DemoSandbox, token: string) {
  return {
    base_url: hub.at.baseUrl,
    http_url: hub.at.httpUrl,
    ca_file: hub.at.caFile,
    token,
    setup_link: hub.setupLink,
    data_dir: hub.dataDir,
    pid: process.pid,
    sandbox_url: sandbox.baseUrl,
    sandbox_ca_file: sandbox.caFile,
  };
}

function welcome(hub: Hub, sandbox: DemoSandbox, token: string): string {
  const { baseUrl, caFile } = hub.at;
  const curl = `curl --cacert '${caFile}'`;
  return [
    `Hub        ${baseUrl}   (API reference: ${baseUrl}/reference)`,
    `Console    ${hub.consoleUrl}`,
    ...(hub.setupLink === null
      ? []
      : [`Set-up     ${hub.setupLink}   (makes the first Admin; works once, for an hour)`]),
    `Sandbox    ${sandbox.baseUrl}   (${sandbox.companyCount} companies, ${sandbox.findingCount} findings)`,
    `API token  ${token}`,
    '',
    'Try:',
    `  ${curl} -H 'X-API-KEY: ${token}' '${baseUrl}/v2/tprm/companies?limit=2&sort=-score&fields=name,overall_score,overall_grade'`,
    `  ${curl} -H 'X-API-KEY: ${token}' '${baseUrl}/v2/tprm/findings?severity=critical&state=open&limit=2&fields=title,severity,assets,first_seen'`,
    `  ${curl} -u '${token}:' '${baseUrl}/ratings/v1/users/current'`,
    '',
    'Ctrl-C stops both.',
  ].join('\n');
}
