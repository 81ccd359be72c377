/**
 * Rows as JSON, CSV or XML, for the routes of the ratings API that take `format`. Sources: tokens.md, "Wire contract"
 * (`format`), and bitsight-api.md, 1.1 (which formats exist).
 */
import { stringify } from 'csv-stringify/sync';
import { XMLBuilder } from 'fast-xml-parser';
import { CallerError } from '../errors.ts';

export const FORMATS = ['json', 'csv', 'xml'] as const;
export type Format = (typeof FORMATS)[number];

/** What a row and a list of them are called where a format has names for them. */
export interface RowNames {
  readonly root: string;
  readonly row: string;
}

/** The content type of CSV. */
export const CSV = 'text/csv; charset=utf-8';

export type Row = Readonly<Record<string, unknown>>;

export interface Rendered {
  contentType: string;
  body: string;
}

/** The `format` of a request, `json` when absent. Throws CallerError BAD_PARAMETER that names it. */
export function formatOf(value: unknown): Format {
  if (value === undefined) return 'json';
  // Of a parameter given twice the last one counts (bitsight-api.md, 8).
  const asked: unknown = Array.isArray(value) ? value.at(-1) : value;
  const format = FORMATS.find(known => known === asked);
  if (format !== undefined) return format;
  const detail = `format must be one of ${FORMATS.join(', ')}.`;
  throw new CallerError('BAD_PARAMETER', detail, { problems: [{ field: 'format', message: detail }] });
}

/**
 * Rows in one format. JSON is a bare array; CSV has a column for every name that any row has; XML has an element for each row
 * inside `names.root`. In CSV a nested value is JSON text, and a cell that a spreadsheet would run as a formula is escaped.
 */
export function renderRows(format: Format, rows: readonly Row[], names: RowNames): Rendered {
  if (format === 'csv') return { contentType: CSV, body: csvOf(rows) };
  if (format === 'xml') return { contentType: 'application/xml; charset=utf-8', body: xmlOf(rows, names) };
  return { contentType: 'application/json; charset=utf-8', body: JSON.stringify(rows) };
}

function csvOf(rows: readonly Row[]): string {
  const columns = [...new Set(rows.flatMap(row => Object.keys(row)))];
  return stringify(
    rows.map(row => columns.map(column => cellOf(row[column]))),
    { header: columns.length > 0, columns, escape_formulas: true, record_delimiter: 'windows' },
  );
}

function cellOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

const builder = new XMLBuilder({
  ignoreAttributes: true,
  suppressEmptyNode: false,
  processEntities: true,
  format: false,
});

function xmlOf(rows: readonly Row[], names: RowNames): string {
  const content = { [elementName(names.root)]: { [elementName(names.row)]: rows.map(xmlValue) } };
  return `<?xml version="1.0" encoding="UTF-8"?>\n${builder.build(content)}`;
}

/** Objects become elements, lists become `<item>` elements, everything else the text of its element. */
function xmlValue(value: unknown): unknown {
  if (value === null || value === undefined) return '';
  if (Array.isArray(value)) return { item: value.map(xmlValue) };
  if (typeof value !== 'object') return xmlText(String(value));
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [elementName(name), xmlValue(inner)]),
  );
}

/** XML 1.0 has no way to write most control characters or a lone surrogate, not even escaped. */
function xmlText(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is removed
  return text.toWellFormed().replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '');
}

/** A name XML accepts: what it does not is `_`, also at the start, where it takes no digit. */
function elementName(name: string): string {
  const cleaned = name.replace(/[^A-Za-z0-9_.-]/g, '_');
  return /^[A-Za-z_]/.test(cleaned) ? cleaned : `_${cleaned}`;
}
