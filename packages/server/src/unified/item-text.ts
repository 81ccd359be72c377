/**
 * Items as JSON text. Stored JSON is spliced into the answer as it is instead of being parsed and printed again, which is
 * most of the cost of a page.
 */

/** Which parts of an item are wanted. */
export interface View {
  /** Null is every field. */
  readonly fields: ReadonlySet<string> | null;
  /** Parts that come only on demand, such as `raw`. */
  readonly include: ReadonlySet<string>;
}

export const EVERYTHING: View = Object.freeze({ fields: null, include: new Set<string>() });

/** Whether the view shows the field. */
export function shows(view: View, field: string): boolean {
  return view.fields === null || view.fields.has(field);
}

/** The JSON of `item`, trimmed to the view. */
export function trimmed(item: object, view: View): string {
  const { fields } = view;
  if (fields === null) return JSON.stringify(item);
  return JSON.stringify(Object.fromEntries(Object.entries(item).filter(([name]) => fields.has(name))));
}

/** `object` (JSON text) with one more member, whose value is JSON text too. */
export function withMember(object: string, name: string, value: string): string {
  const body = object.slice(0, -1);
  return `${body}${body === '{' ? '' : ','}${JSON.stringify(name)}:${value}}`;
}

/** RFC 3339 in UTC, to the millisecond. */
export function timeText(epochMs: number): string;
export function timeText(epochMs: number | null): string | null;
export function timeText(epochMs: number | null): string | null {
  return epochMs === null ? null : new Date(epochMs).toISOString();
}
