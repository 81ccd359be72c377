/** What an event of the audit log changed, field by field, from its values before and after. */

export interface Difference {
  /** The name of the field, with the names above it: "group.name". */
  field: string;
  /** Null where there was no such field. */
  before: string | null;
  after: string | null;
  kind: 'added' | 'removed' | 'changed' | 'same';
}

type Values = Readonly<Record<string, unknown>>;

/** The fields of both sides in the order they are met, what differs first. */
export function differencesOf(before: Values | null, after: Values | null): Difference[] {
  const old = new Map(flattened(before ?? {}));
  const fresh = new Map(flattened(after ?? {}));
  const fields = [...new Set([...old.keys(), ...fresh.keys()])];
  const differences = fields.map(field =>
    difference(field, old.get(field) ?? null, fresh.get(field) ?? null),
  );
  return [
    ...differences.filter(each => each.kind !== 'same'),
    ...differences.filter(each => each.kind === 'same'),
  ];
}

function difference(field: string, before: string | null, after: string | null): Difference {
  return { field, before, after, kind: kindOf(before, after) };
}

function kindOf(before: string | null, after: string | null): Difference['kind'] {
  if (before === after) return 'same';
  if (before === null) return 'added';
  return after === null ? 'removed' : 'changed';
}

/** Every value under its full name. Lists are one value: their order and what is in them is read best as a whole. */
function flattened(values: Values, prefix = ''): [string, string][] {
  return Object.entries(values).flatMap(([name, value]): [string, string][] => {
    const field = `${prefix}${name}`;
    if (isValues(value) && Object.keys(value).length > 0) return flattened(value, `${field}.`);
    return [[field, written(value)]];
  });
}

function isValues(value: unknown): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function written(value: unknown): string {
  if (typeof value === 'string') return value === '' ? '""' : value;
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(written).join(', ');
  return isValues(value) ? JSON.stringify(value) : String(value);
}
