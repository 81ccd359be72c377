/** How the command line speaks: data on standard output, everything else on standard error, failures as what to do. */
import { CommanderError } from 'commander';
import { CallerError, OperatorError } from '../errors.ts';

/** Exit codes: 0 done, 1 failed, 2 wrong usage, 3 done in part. */
export const EXIT = Object.freeze({ failed: 1, usage: 2, partial: 3 });

/**
 * A reader that has gone, as of `sightline … | head`, is no failure: what is printed from then on goes nowhere, and the command
 * comes to its own end with its own exit code.
 */
export function tolerateGoneReaders(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
}

export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

export function printJson(value: unknown): void {
  print(JSON.stringify(value));
}

export function note(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** A table for people: columns as wide as their widest cell. */
export function printTable(
  rows: readonly Readonly<Record<string, string | number | null>>[],
  whenEmpty: string,
): void {
  const [first] = rows;
  if (first === undefined) {
    note(whenEmpty);
    return;
  }
  const columns = Object.keys(first);
  const cells = rows.map(row => columns.map(column => oneLine(row[column])));
  const widths = columns.map((column, n) =>
    Math.max(column.length, ...cells.map(row => row[n]?.length ?? 0)),
  );
  const line = (texts: readonly string[]) =>
    texts
      .map((text, n) => text.padEnd(widths[n] ?? 0))
      .join('  ')
      .trimEnd();
  print(line(columns.map(column => column.toUpperCase())));
  for (const row of cells) print(line(row));
}

/** Text from others must not move the cursor or break the table. */
function oneLine(value: string | number | null | undefined): string {
  return value === null || value === undefined ? '–' : String(value).replace(/\p{Cc}/gu, ' ');
}

/** Prints why a command failed and sets the exit code. An error that is ours comes with its stack, to be reported. */
export function reportFailure(error: unknown): void {
  if (error instanceof CommanderError) {
    // Commander has printed its message already; help and version are no failures.
    process.exitCode = error.exitCode === 0 ? 0 : EXIT.usage;
    return;
  }
  if (error instanceof OperatorError) {
    note(`sightline: ${error.message}`);
    process.exitCode = error.exitCode;
    return;
  }
  if (error instanceof CallerError) {
    note(`sightline: ${error.detail}`);
    process.exitCode = EXIT.failed;
    return;
  }
  note(
    `sightline: unexpected error, please report it\n${error instanceof Error ? error.stack : String(error)}`,
  );
  process.exitCode = EXIT.failed;
}
