/**
 * Every setting, once: its flag, environment variable, key in the configuration file, default and description. A flag wins
 * over the environment, the environment over the file, the file over the default.
 */
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { OperatorError } from './errors.ts';

export interface Setting {
  /** As commander takes it: `--port <number>`. */
  flag: string;
  env: string;
  description: string;
  schema: z.ZodType;
  /** Shown in the help instead of a default that is computed. */
  defaultText?: string;
  /** May be given several times; in the environment separated by commas. */
  repeatable?: boolean;
}

const whole = z.coerce.number('must be a number');
const port = whole.int('must be a whole number').min(0).max(65_535);
const path = z
  .string()
  .min(1)
  .transform(text => resolve(text));
const list = z.array(z.string().min(1));

/** Settings of both servers. */
const SERVER_SETTINGS = {
  host: {
    flag: '--host <address>',
    env: 'SIGHTLINE_HOST',
    description: 'address to listen on',
    schema: z.string().min(1).default('127.0.0.1'),
  },
  dataDir: {
    flag: '--data-dir <folder>',
    env: 'SIGHTLINE_DATA_DIR',
    description: 'where everything is kept',
    schema: path.optional(),
    defaultText: 'in the XDG data folder',
  },
  tlsCert: {
    flag: '--tls-cert <file>',
    env: 'SIGHTLINE_TLS_CERT',
    description: 'your own certificate (PEM, with its chain), instead of the local authority',
    schema: path.optional(),
  },
  tlsKey: {
    flag: '--tls-key <file>',
    env: 'SIGHTLINE_TLS_KEY',
    description: 'the private key of that certificate (PEM)',
    schema: path.optional(),
  },
  trustedProxy: {
    flag: '--trusted-proxy <address>',
    env: 'SIGHTLINE_TRUSTED_PROXY',
    description: 'address or CIDR range of a proxy whose X-Forwarded-* headers are believed (repeatable)',
    schema: list.default([]),
    repeatable: true,
  },
  allowedHost: {
    flag: '--allowed-host <name>',
    env: 'SIGHTLINE_ALLOWED_HOST',
    description: 'another name this server answers for (repeatable)',
    schema: list.default([]),
    repeatable: true,
  },
  logLevel: {
    flag: '--log-level <level>',
    env: 'SIGHTLINE_LOG_LEVEL',
    description: 'fatal, error, warn, info, debug, trace or silent',
    schema: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  },
} as const satisfies Record<string, Setting>;

export const HUB_SETTINGS = {
  ...SERVER_SETTINGS,
  port: {
    flag: '--port <number>',
    env: 'SIGHTLINE_PORT',
    description: 'HTTPS port; 0 picks a free one',
    schema: port.default(8443),
  },
  httpPort: {
    flag: '--http-port <number>',
    env: 'SIGHTLINE_HTTP_PORT',
    description:
      'plain-HTTP port, which refuses all but what a trusted proxy received over HTTPS; 0 picks a free one',
    schema: port.default(8080),
  },
  baseUrl: {
    flag: '--base-url <url>',
    env: 'SIGHTLINE_BASE_URL',
    description:
      'address that people reach this server at, for links in mails, invitations and the set-up link',
    schema: z
      .url({ protocol: /^https$/, error: 'must be an https:// address' })
      .refine(text => /^\/?$/.test(new URL(text).pathname), 'must be an address without a path')
      .transform(text => new URL(text).origin)
      .optional(),
    defaultText: 'the address it listens on',
  },
  smtpUrl: {
    flag: '--smtp-url <url>',
    env: 'SIGHTLINE_SMTP_URL',
    description:
      'mail server, as smtps://user:password@host:465 (keep the password in the environment or a file)',
    schema: z.url({ protocol: /^smtps?$/, error: 'must be an smtp:// or smtps:// address' }).optional(),
    defaultText: 'no mail: links are shown to the Admin instead',
  },
  smtpFrom: {
    flag: '--smtp-from <address>',
    env: 'SIGHTLINE_SMTP_FROM',
    description: 'sender of mails',
    schema: z.string().min(3).max(320).optional(),
    defaultText: 'sightline@ the host of the base URL',
  },
  smtpCa: {
    flag: '--smtp-ca <file>',
    env: 'SIGHTLINE_SMTP_CA',
    description: 'certificate authority of the mail server, instead of the public ones (PEM)',
    schema: path.optional(),
  },
  revokeExposedTokens: {
    flag: '--revoke-exposed-tokens',
    env: 'SIGHTLINE_REVOKE_EXPOSED_TOKENS',
    description: 'revoke a token at once that is seen over plain HTTP or in a URL',
    schema: z.union([z.boolean(), z.stringbool()], 'must be true or false').default(false),
  },
  upstreamHost: {
    flag: '--upstream-host <host[:port]>',
    env: 'SIGHTLINE_UPSTREAM_HOST',
    description: "a host that a connection's base_url may name, besides Bitsight's own (repeatable)",
    schema: list.default([]),
    repeatable: true,
  },
  upstreamCa: {
    flag: '--upstream-ca <file>',
    env: 'SIGHTLINE_UPSTREAM_CA',
    description: 'certificate authority to trust upstream, besides the public ones (PEM)',
    schema: path.optional(),
  },
} as const satisfies Record<string, Setting>;

/** How large an account is, by the name of its profile. */
export const SANDBOX_PROFILES = Object.freeze({
  small: { companies: 40, findingsPerCompany: 250 },
  enterprise: { companies: 500, findingsPerCompany: 2_000 },
  huge: { companies: 5_000, findingsPerCompany: 2_000 },
});

export const SANDBOX_SETTINGS = {
  ...SERVER_SETTINGS,
  port: { ...HUB_SETTINGS.port, env: 'SIGHTLINE_SANDBOX_PORT', schema: port.default(8444) },
  httpPort: { ...HUB_SETTINGS.httpPort, env: 'SIGHTLINE_SANDBOX_HTTP_PORT', schema: port.default(8081) },
  profile: {
    flag: '--profile <name>',
    env: 'SIGHTLINE_SANDBOX_PROFILE',
    description:
      'size of the account: small (40 companies, 10,000 findings), enterprise (500, a million) or huge (5,000, ten millions)',
    schema: z.enum(['small', 'enterprise', 'huge'], 'must be small, enterprise or huge').default('small'),
  },
  companies: {
    flag: '--companies <number>',
    env: 'SIGHTLINE_SANDBOX_COMPANIES',
    description: 'companies in the portfolio',
    schema: whole.int('must be a whole number').min(1).max(100_000).optional(),
    defaultText: 'as the profile says',
  },
  findingsPerCompany: {
    flag: '--findings-per-company <number>',
    env: 'SIGHTLINE_SANDBOX_FINDINGS_PER_COMPANY',
    description: 'mean number of findings of a company; few have many, many have few',
    schema: whole.int('must be a whole number').min(0).max(1_000_000).optional(),
    defaultText: 'as the profile says',
  },
  state: {
    flag: '--state',
    env: 'SIGHTLINE_SANDBOX_STATE',
    description:
      'keep folders, tiers, comments, remediations, custom ids and what was changed under /_sandbox from one start to the next',
    schema: z.union([z.boolean(), z.stringbool()], 'must be true or false').default(false),
  },
  seed: {
    flag: '--seed <text>',
    env: 'SIGHTLINE_SANDBOX_SEED',
    description: 'another seed is another account',
    schema: z.string().min(1).max(200).default('sightline'),
  },
  date: {
    flag: '--date <YYYY-MM-DD>',
    env: 'SIGHTLINE_SANDBOX_DATE',
    description: 'the day the account is at',
    schema: z.iso.date().optional(),
    defaultText: 'today (UTC)',
  },
  daySeconds: {
    flag: '--day-seconds <number>',
    env: 'SIGHTLINE_SANDBOX_DAY_SECONDS',
    description: 'let a day of the account pass in so many seconds',
    schema: whole.positive().optional(),
    defaultText: 'time as it is',
  },
  fault: {
    flag: '--fault <kind:rate>',
    env: 'SIGHTLINE_SANDBOX_FAULT',
    description:
      'misbehave on purpose, as 429:0.1 (repeatable; 429, 429-bare, 202, 500, 502, 504, 524, reset, stall, truncate, short, html403, slow)',
    schema: list.default([]),
    repeatable: true,
  },
  faultRetryAfter: {
    flag: '--fault-retry-after <seconds>',
    env: 'SIGHTLINE_SANDBOX_FAULT_RETRY_AFTER',
    description: 'Retry-After of the 429 fault',
    schema: whole.int('must be a whole number').min(0).max(86_400).default(1),
  },
  token: {
    flag: '--token <40 characters>',
    env: 'SIGHTLINE_SANDBOX_TOKEN',
    description: "presets the admin's company token",
    schema: z.string().optional(),
    defaultText: 'one is made at the first start',
  },
} as const satisfies Record<string, Setting>;

type Settings<T extends Record<string, Setting>> = z.infer<z.ZodObject<{ [K in keyof T]: T[K]['schema'] }>>;
export type HubSettings = Settings<typeof HUB_SETTINGS>;
export type SandboxSettings = Settings<typeof SANDBOX_SETTINGS> & {
  companies: number;
  findingsPerCompany: number;
};

export interface SettingSources {
  flags: Readonly<Record<string, unknown>>;
  env: Readonly<Record<string, string | undefined>>;
  /** Path of a JSON file, if one was named. */
  file?: string | undefined;
}

/** Reads hub settings; throws OperatorError (exit code 2) that names the flag or variable and what it takes. */
export function readHubSettings(sources: SettingSources): HubSettings {
  return readSettings(HUB_SETTINGS, z.object(schemasOf(HUB_SETTINGS)), sources);
}

/** Reads sandbox settings, with the size of the profile where none is given; throws as readHubSettings does. */
export function readSandboxSettings(sources: SettingSources): SandboxSettings {
  const given = readSettings(SANDBOX_SETTINGS, z.object(schemasOf(SANDBOX_SETTINGS)), sources);
  const size = SANDBOX_PROFILES[given.profile];
  return {
    ...given,
    companies: given.companies ?? size.companies,
    findingsPerCompany: given.findingsPerCompany ?? size.findingsPerCompany,
  };
}

function schemasOf<T extends Record<string, Setting>>(table: T): { [K in keyof T]: T[K]['schema'] } {
  const entries = Object.entries(table).map(([name, setting]) => [name, setting.schema]);
  return Object.fromEntries(entries);
}

function readSettings<T extends Record<string, Setting>, S>(
  table: T,
  schema: z.ZodType<S>,
  sources: SettingSources,
): S {
  const fileName = sources.file ?? sources.env.SIGHTLINE_CONFIG;
  const file = fileName === undefined ? {} : readConfigFile(fileName, table);
  const given: Record<string, unknown> = {};
  for (const [name, setting] of Object.entries(table)) {
    const variable = sources.env[setting.env];
    const fromEnv = variable === undefined || variable === '' ? undefined : splitList(setting, variable);
    given[name] = sources.flags[name] ?? fromEnv ?? file[name];
  }
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const problem = parsed.error.issues[0];
  const name = String(problem?.path[0] ?? '');
  const setting = table[name];
  throw new OperatorError(
    `${setting?.flag ?? name} (${setting?.env ?? name}) was not accepted: ${problem?.message ?? 'wrong value'}.`,
    { exitCode: 2 },
  );
}

function splitList(setting: Setting, value: string): string | string[] {
  return setting.repeatable === true ? value.split(',').map(item => item.trim()) : value;
}

const ConfigFile = z.record(z.string(), z.unknown());

function readConfigFile(file: string, table: Record<string, Setting>): Record<string, unknown> {
  let settings: Record<string, unknown>;
  try {
    settings = ConfigFile.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (cause) {
    throw new OperatorError(`The configuration file ${file} cannot be read as a JSON object.`, {
      exitCode: 2,
      cause,
    });
  }
  const unknown = Object.keys(settings).find(name => !(name in table));
  if (unknown === undefined) return settings;
  throw new OperatorError(
    `The configuration file ${file} has an unknown key "${unknown}". Known are ${Object.keys(table).join(', ')}.`,
    { exitCode: 2 },
  );
}

/** `$XDG_DATA_HOME/sightline/<part>`, or below `~/.local/share` (XDG Base Directory Specification). */
export function defaultDataDir(part: string, env: Readonly<Record<string, string | undefined>>): string {
  const base = env.XDG_DATA_HOME;
  const root = base?.startsWith('/') === true ? base : join(homedir(), '.local', 'share');
  return join(root, 'sightline', part);
}
