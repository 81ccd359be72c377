/** Answers as tests read them: JSON of many shapes, freely. */
export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

/** A member of an answer, however deep. */
export function at(value: Json | undefined, ...path: (string | number)[]): Json {
  let found: Json | undefined = value;
  for (const step of path) {
    if (typeof found !== 'object' || found === null) return null;
    found = Array.isArray(found) ? found[Number(step)] : found[String(step)];
  }
  return found ?? null;
}
