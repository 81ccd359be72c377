/** How figures are made and shown: medians of alternating runs, a ratio beside each absolute number, one JSON file a run. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';

export interface Figure {
  name: string;
  value: number;
  unit: string;
  /** What the value is compared with in the same run. */
  baseline?: { name: string; value: number };
  ratio?: number;
  goal?: string;
  met?: boolean;
  /** Every single measurement behind the median. */
  samples?: number[];
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** The value below which `share` (0 to 1) of the values lie. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export function printFigures(title: string, figures: readonly Figure[]): void {
  process.stdout.write(`\n${title}\n`);
  const rows = figures.map(figure => [
    figure.name,
    `${rounded(figure.value)} ${figure.unit}`,
    figure.baseline === undefined ? '' : `${figure.baseline.name}: ${rounded(figure.baseline.value)}`,
    figure.ratio === undefined ? '' : figure.ratio.toFixed(2),
    figure.goal ?? '',
    figure.met === undefined ? '' : figure.met ? 'met' : 'MISSED',
  ]);
  const table = [['figure', 'value', 'against', 'ratio', 'goal', ''], ...rows];
  const widths = (table[0] ?? []).map((_, column) =>
    Math.max(...table.map(row => (row[column] ?? '').length)),
  );
  for (const row of table) {
    process.stdout.write(
      `  ${row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd()}\n`,
    );
  }
}

function rounded(value: number): string {
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en');
  return value.toFixed(value >= 10 ? 1 : 2);
}

export function writeFigures(folder: string, name: string, figures: readonly Figure[]): string {
  mkdirSync(folder, { recursive: true });
  const file = `${folder}/${name}.json`;
  const machine = { node: process.version, cpus: cpus().length, model: cpus()[0]?.model ?? 'unknown' };
  writeFileSync(
    file,
    `${JSON.stringify({ name, at: new Date().toISOString(), machine, figures }, null, 2)}\n`,
  );
  return file;
}
