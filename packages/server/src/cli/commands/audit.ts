/** `sightline audit`: reads, exports and verifies the append-only log, beside a running hub or without one. */
import { createWriteStream } from 'node:fs';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Command } from 'commander';
import { AUDIT_ACTIONS } from '../../access/audit/audit-event.ts';
import { AUDIT_EXPORTS, auditText } from '../../access/audit/audit-export.ts';
import { readHead } from '../../access/audit/audit-log.ts';
import {
  type AuditEntry,
  type AuditFilters,
  entryOf,
  readAuditRows,
  streamAuditRows,
} from '../../access/audit/audit-reader.ts';
import { verifyAuditLog } from '../../access/audit/audit-verifier.ts';
import { operatorOf } from '../../access/operator.ts';
import { findOrganization } from '../../access/repository.ts';
import { OperatorError } from '../../errors.ts';
import type { Installation } from '../../installation.ts';
import { withInstallation } from '../installation.ts';
import { addDataDir, hubSettings } from '../options.ts';
import { EXIT, note, print, printJson, printTable } from '../output.ts';

const MAX_LISTED = 1_000;

export function auditCommand(): Command {
  const command = new Command('audit').description('List, export and verify the audit log.');
  command.addCommand(listCommand());
  command.addCommand(exportCommand());
  command.addCommand(verifyCommand());
  command.addCommand(headCommand());
  return command;
}

function addFilters(command: Command): Command {
  return addDataDir(command)
    .option('--action <names...>', 'only these actions, such as token.created')
    .option('--actor <who>', 'only what this guid, name or kind of actor did')
    .option('--target <what>', 'only what was done to this guid, name or kind')
    .option('--from <time>', 'not before this date or time')
    .option('--to <time>', 'before this date or time')
    .option('--organization <id>', 'the log of another organization than the one made at set-up');
}

function listCommand(): Command {
  return addFilters(new Command('list'))
    .description('List events, the newest first.')
    .option('--limit <number>', `how many, at most ${MAX_LISTED}`, '50')
    .option('--json', 'print a JSON array')
    .action(async flags => {
      const filters = filtersOf(flags);
      const rows = limitOf(flags.limit);
      await withInstallation(hubSettings(flags).dataDir, async installation => {
        const organizationId = await organizationOf(installation, flags.organization);
        const found = await readAuditRows(installation.store.db, organizationId, filters, {
          from: null,
          backwards: false,
          rows,
        });
        const entries = found.map(entryOf);
        if (flags.json === true) printJson(entries);
        else printTable(entries.map(shownEntry), 'There are no such events.');
      });
    });
}

function shownEntry(entry: AuditEntry) {
  return {
    number: entry.sequence,
    at: entry.at,
    action: entry.action,
    outcome: entry.outcome,
    count: entry.count,
    by: entry.actor.name ?? entry.actor.kind,
    from: entry.address,
    target: entry.target === null ? null : (entry.target.name ?? entry.target.guid ?? entry.target.kind),
  };
}

function exportCommand(): Command {
  return addFilters(new Command('export'))
    .description('Write all events as CSV or NDJSON, the newest first.')
    .option('--format <format>', AUDIT_EXPORTS.join(' or '), 'ndjson')
    .option('--out <file>', 'a file to write, readable by you alone; standard output otherwise')
    .action(async flags => {
      const format = AUDIT_EXPORTS.find(known => known === flags.format);
      if (format === undefined) throw usage(`--format ${flags.format}: it is ${AUDIT_EXPORTS.join(' or ')}.`);
      const filters = filtersOf(flags);
      await withInstallation(hubSettings(flags).dataDir, async installation => {
        const organizationId = await organizationOf(installation, flags.organization);
        const rows = streamAuditRows(installation.store.db, organizationId, filters);
        await writeOut(Readable.from(auditText(format, rows)), flags.out);
      });
    });
}

/** A reader that has seen enough, such as `head`, ends the export; that is no failure. */
async function writeOut(text: Readable, file: unknown): Promise<void> {
  const toFile = typeof file === 'string';
  const destination: Writable = toFile ? createWriteStream(file, { mode: 0o600 }) : process.stdout;
  try {
    await pipeline(text, destination, { end: toFile });
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : null;
    if (!toFile && (code === 'EPIPE' || code === 'ERR_STREAM_PREMATURE_CLOSE')) return;
    if (!toFile) throw cause;
    throw new OperatorError(`${file} cannot be written (${String(code ?? cause)}).`, { cause });
  }
}

function verifyCommand(): Command {
  return addDataDir(new Command('verify'))
    .description('Check that no event was changed or removed. Exit code 1 when one was.')
    .option('--head <mac>', 'a head that was kept elsewhere, which must be in the log')
    .option('--json', 'print a JSON object')
    .action(async flags => {
      const kept = keptHead(flags.head);
      await withInstallation(hubSettings(flags).dataDir, async ({ store, vault }) => {
        const { rows, problem, head } = await verifyAuditLog(store.db, vault.deriveKey('audit'), kept);
        if (problem !== null) process.exitCode = EXIT.failed;
        if (flags.json === true) {
          printJson({ is_sound: problem === null, rows, problem, head: problem === null ? head : null });
          return;
        }
        if (problem !== null) {
          print(`${problem.message} Rows before it, all sound: ${rows}.`);
          return;
        }
        print(`The audit log is sound: ${rows} rows.`);
        if (rows > 0) print(`Keep its head elsewhere, and verify against it with --head: ${head.mac}`);
        if (kept === null) note('Without a kept head (--head) a cut end cannot be told from a shorter log.');
      });
    });
}

function keptHead(head: unknown): string | null {
  if (head === undefined) return null;
  const mac = String(head).trim().toLowerCase();
  if (/^[0-9a-f]{64}$/.test(mac)) return mac;
  throw usage('--head takes the 64 hexadecimal digits that `sightline audit head` prints.');
}

function headCommand(): Command {
  return addDataDir(new Command('head'))
    .description('Print the head of the log, to be kept outside of this machine.')
    .option('--json', 'print a JSON object with the number of its row')
    .action(async flags => {
      await withInstallation(hubSettings(flags).dataDir, async ({ store }) => {
        const head = await readHead(store.db);
        if (head.sequence === 0) throw new OperatorError('The audit log is empty: there is no head yet.');
        if (flags.json === true) printJson(head);
        else print(head.mac);
      });
    });
}

async function organizationOf({ store }: Installation, wanted: unknown): Promise<string> {
  if (wanted === undefined) return (await operatorOf(store)).organizationId;
  const found = await findOrganization(store.db, String(wanted));
  if (found === undefined) throw new OperatorError(`There is no organization ${wanted}.`);
  return found.id;
}

function filtersOf(flags: Record<string, unknown>): AuditFilters {
  const { action, actor, target, from, to } = flags;
  return {
    ...(Array.isArray(action) ? { actions: action.map(checkedAction) } : {}),
    ...(typeof actor === 'string' ? { actor } : {}),
    ...(typeof target === 'string' ? { target } : {}),
    ...(from === undefined ? {} : { from: timeOf('--from', from) }),
    ...(to === undefined ? {} : { to: timeOf('--to', to) }),
  };
}

function checkedAction(name: unknown): string {
  if (typeof name === 'string' && name in AUDIT_ACTIONS) return name;
  throw usage(`--action ${name}: known are ${Object.keys(AUDIT_ACTIONS).join(', ')}.`);
}

function timeOf(flag: string, value: unknown): number {
  const time = typeof value === 'string' && /^\d{4}-\d\d-\d\d/.test(value) ? Date.parse(value) : Number.NaN;
  if (Number.isFinite(time)) return time;
  throw usage(`${flag} ${value}: give a date or time as 2026-03-01 or 2026-03-01T12:00:00Z.`);
}

function limitOf(value: unknown): number {
  const limit = Number(value);
  if (Number.isInteger(limit) && limit >= 1 && limit <= MAX_LISTED) return limit;
  throw usage(`--limit ${value}: a whole number from 1 to ${MAX_LISTED}.`);
}

function usage(message: string): OperatorError {
  return new OperatorError(message, { exitCode: EXIT.usage });
}
