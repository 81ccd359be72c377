/** Findings counted by the values of some filters, the values as their records show them. */
import { type RawBuilder, type SqlBool, sql } from 'kysely';
import { listOf } from '../../../store/sql.ts';
import type { Queryable } from '../../../store/store.ts';
import { FINDING_SCHEMA } from '../../../wire/finding-filters.ts';
import { isJsonObject, type JsonScalar } from '../../../wire/json.ts';
import type { Tally, TallyName } from '../../portfolio-reader.ts';
import { FINDING_KEPT } from './finding-kept.ts';

/** A group: its values as they are kept, how many findings it has, and the id of one of them. */
interface Group {
  readonly kept: readonly JsonScalar[];
  readonly count: number;
  readonly example: string;
}

/**
 * The findings that `where` finds, counted. Spellings of one text that differ in case alone are counted as one.
 */
export async function readTallies(
  db: Queryable,
  companyId: string,
  where: RawBuilder<SqlBool>,
  by: readonly TallyName[],
): Promise<readonly Tally[]> {
  const groups = await readGroups(db, where, by);
  const shown = await readShown(db, companyId, groups, by);
  return groups.map(({ kept, count }) => ({
    values: kept.map((value, n) => shown.get(keyOf(n, value)) ?? null),
    count,
  }));
}

async function readGroups(
  db: Queryable,
  where: RawBuilder<SqlBool>,
  by: readonly TallyName[],
): Promise<readonly Group[]> {
  const columns = by.map(columnOf);
  const selected = columns.map((column, n) => sql`${column} as ${sql.ref(`v${n}`)}`);
  const grouping = columns.length === 0 ? sql`` : sql`group by ${sql.join(columns)}`;
  const { rows } = await sql<Record<string, JsonScalar>>`
    select ${sql.join([...selected, sql`count(*) as count`, sql`min(id) as example`])}
    from findings where ${where} ${grouping}`.execute(db);
  return rows
    .filter(row => row.count !== 0)
    .map(row => ({
      kept: by.map((_name, n) => row[`v${n}`] ?? null),
      count: Number(row.count),
      example: String(row.example),
    }));
}

/** What the records show for each kept value, read of one finding that has it: texts are kept in lower case. */
async function readShown(
  db: Queryable,
  companyId: string,
  groups: readonly Group[],
  by: readonly TallyName[],
): Promise<ReadonlyMap<string, JsonScalar>> {
  const shown = new Map<string, JsonScalar>();
  const examples = new Map<string, [string, TallyName][]>();
  for (const { kept, example } of groups) {
    for (const [n, name] of by.entries()) {
      const key = keyOf(n, kept[n] ?? null);
      if (shown.has(key)) continue;
      shown.set(key, kept[n] ?? null);
      if (isDay(kept[n])) continue;
      const wanted = examples.get(example) ?? [];
      wanted.push([key, name]);
      examples.set(example, wanted);
    }
  }
  const { rows } = await sql<{ id: string; record: string }>`
    select id, record from findings
    where company_id = ${companyId} and id in ${listOf([...examples.keys()])}`.execute(db);
  for (const { id, record } of rows) {
    const content: unknown = JSON.parse(record);
    if (!isJsonObject(content)) continue;
    for (const [key, name] of examples.get(id) ?? [])
      shown.set(key, FINDING_SCHEMA.filters.get(name)?.read(content)[0] ?? null);
  }
  return shown;
}

/** A day has no case, and there are many of them. */
function isDay(kept: JsonScalar | undefined): boolean {
  return typeof kept === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(kept);
}

function keyOf(column: number, kept: JsonScalar): string {
  return `${column} ${JSON.stringify(kept)}`;
}

function columnOf(name: TallyName): RawBuilder<unknown> {
  const kept = FINDING_KEPT[name];
  if (kept === undefined || typeof kept === 'function' || kept.as === 'list')
    throw new Error(`${name} has no column of its own`);
  return kept.column;
}
