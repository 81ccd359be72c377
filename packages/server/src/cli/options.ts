/** Command-line options from the table of settings, so that flag, variable, default and description stand in one place. */
import type { Command } from 'commander';
import {
  defaultDataDir,
  HUB_SETTINGS,
  type HubSettings,
  readHubSettings,
  readSandboxSettings,
  SANDBOX_SETTINGS,
  type SandboxSettings,
  type Setting,
} from '../config.ts';
import { servedAddress } from '../data-directory.ts';
import { urlHostOf } from '../http/listening.ts';

type Flags = Record<string, unknown>;

/** Adds every setting of a table as an option. Defaults are only described: the environment and a file come before them. */
export function addSettings(command: Command, table: Readonly<Record<string, Setting>>): Command {
  for (const setting of Object.values(table)) {
    const text = `${setting.description} (${setting.env}${defaultText(setting)})`;
    if (setting.repeatable === true) command.option(setting.flag, text, collect);
    else command.option(setting.flag, text);
  }
  return command.option('--config <file>', 'a JSON file of settings (SIGHTLINE_CONFIG)');
}

function collect(value: string, earlier: string[] | undefined): string[] {
  return [...(earlier ?? []), value];
}

function defaultText(setting: Setting): string {
  if (setting.defaultText !== undefined) return `; default: ${setting.defaultText}`;
  const parsed = setting.schema.safeParse(undefined);
  const value = parsed.success ? parsed.data : undefined;
  return value === undefined || Array.isArray(value) ? '' : `; default: ${String(value)}`;
}

export function hubSettings(flags: Flags): HubSettings & { dataDir: string } {
  const settings = readHubSettings(sources(flags));
  return { ...settings, dataDir: settings.dataDir ?? defaultDataDir('hub', process.env) };
}

export function sandboxSettings(flags: Flags): SandboxSettings & { dataDir: string } {
  const settings = readSandboxSettings(sources(flags));
  return { ...settings, dataDir: settings.dataDir ?? defaultDataDir('sandbox', process.env) };
}

function sources(flags: Flags) {
  const file = flags.config;
  return { flags, env: process.env, file: typeof file === 'string' ? file : undefined };
}

/** `--data-dir` for commands that work on the data of a hub, with a server running on it or without. */
export function addDataDir(command: Command): Command {
  const { flag, env } = HUB_SETTINGS.dataDir;
  return command.option(flag, `data directory of the hub (${env}; default: in the XDG data folder)`);
}

/** What a command needs that prints a link to the hub: where people reach it. */
export function addPublicAddress(command: Command): Command {
  const { baseUrl, host, port } = HUB_SETTINGS;
  for (const { flag, env, description } of [baseUrl, host, port]) {
    command.option(flag, `${description}, as the hub was started with it (${env})`);
  }
  return command.option('--config <file>', 'the JSON file of settings of the hub (SIGHTLINE_CONFIG)');
}

/** The address that people reach the hub at: the configured one, else the running hub's own word, else where it would listen. */
export function publicBaseUrl(settings: HubSettings & { dataDir: string }): string {
  if (settings.baseUrl !== undefined) return settings.baseUrl;
  return servedAddress(settings.dataDir) ?? `https://${urlHostOf(settings.host)}:${settings.port}`;
}

/** What a command needs that sends mail, and links in it. */
export function addMail(command: Command): Command {
  const { smtpUrl, smtpFrom, smtpCa } = HUB_SETTINGS;
  for (const { flag, env, description } of [smtpUrl, smtpFrom, smtpCa]) {
    command.option(flag, `${description} (${env})`);
  }
  return addPublicAddress(command);
}

/** `--data-dir` and what a command that speaks to upstream needs besides. */
export function addUpstream(command: Command): Command {
  const { upstreamHost, upstreamCa } = HUB_SETTINGS;
  return addDataDir(command)
    .option(upstreamHost.flag, upstreamHost.description, collect)
    .option(upstreamCa.flag, upstreamCa.description);
}

export { HUB_SETTINGS, SANDBOX_SETTINGS };
