/**
 * What changes data behind the write endpoints: the seam between their table (endpoints/write-table.ts) and whatever keeps what
 * is written. A writer is known by its endpoint's name.
 */
import type { Origin } from '../access/audit/audit-event.ts';
import type { JsonObject } from '../wire/json.ts';
import type { Options, View } from './source.ts';

/** A request as the table of writes understands it. */
export interface WriteAsk {
  /** Path parameters by name. */
  readonly path: Readonly<Record<string, string>>;
  readonly options: Options;
  /**
   * The bodies of one request, with the fields that the table names and no others, read by their types. One, unless the
   * endpoint's envelope is a list.
   */
  readonly bodies: readonly JsonObject[];
  readonly origin: Origin;
}

/** Does what an endpoint says, and gives the body of the answer; undefined where there is none. */
export type Write = (view: View, ask: WriteAsk) => Promise<JsonObject | undefined>;
export type Writes = Readonly<Record<string, Write>>;

/** A text of a body: undefined where nothing is said, null where null was. */
export function textIn(body: JsonObject, name: string): string | null | undefined {
  const value = body[name];
  return typeof value === 'string' || value === null ? value : undefined;
}

export function numberIn(body: JsonObject, name: string): number | undefined {
  const value = body[name];
  return typeof value === 'number' ? value : undefined;
}

export function flagIn(body: JsonObject, name: string): boolean | undefined {
  const value = body[name];
  return typeof value === 'boolean' ? value : undefined;
}

/** A list of texts of a body; undefined where nothing is said. */
export function textsIn(body: JsonObject, name: string): readonly string[] | undefined {
  const value = body[name];
  return Array.isArray(value) ? value.map(String) : undefined;
}
