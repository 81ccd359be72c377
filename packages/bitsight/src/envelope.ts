/**
 * The outermost shape of each kind of answer, checked by hand; what is inside a record belongs to the model package.
 * Shapes: https://help.bitsighttech.com/hc/en-us/articles/360050111794 and the pages of each endpoint.
 */
import { parseJson } from './body.ts';
import { failed, type Reading, read } from './failure.ts';

/** One record as Bitsight sent it, unchecked inside. */
export type ApiRecord = Record<string, unknown>;

/** Turns a body into a value, or says what is wrong with it. */
export type BodyReader<T> = (text: string) => Reading<T>;

export function isRecord(value: unknown): value is ApiRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isRecordArray(value: unknown): value is ApiRecord[] {
  return Array.isArray(value) && value.every(isRecord);
}

/** A reader of JSON bodies: text that is no JSON is unreadable (and retried), the rest is up to `shape`. */
export function json<T>(shape: (value: unknown) => Reading<T>): BodyReader<T> {
  return text => {
    const value = parseJson(text);
    return value === undefined ? failed({ kind: 'unreadable', status: null }) : shape(value);
  };
}

export function malformed(problem: string): Reading<never> {
  return failed({ kind: 'malformed', status: null, problem });
}

/** `{...}` */
export function anObject(value: unknown): Reading<ApiRecord> {
  return isRecord(value) ? read(value) : malformed('it is not an object');
}

/** `[{...}, ...]` */
export function anArray(value: unknown): Reading<ApiRecord[]> {
  return isRecordArray(value) ? read(value) : malformed('it is not an array of objects');
}
