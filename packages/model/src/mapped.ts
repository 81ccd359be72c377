// The outcome of a mapping. A record that cannot be mapped is reported, never thrown.

/** A mapped value, or the problems (each naming its field, none quoting upstream text) that prevent one. */
export type Mapped<T> = { ok: true; value: T } | { ok: false; problems: string[] };
