/**
 * Opaque cursors of the unified API: a place in a list, the filters the list was made with, and which way to read on.
 * A cursor is signed together with the surface, the organization and the connection it was made for, so that a cursor
 * that was edited, or that belongs to another list, is refused (unified API, "Data, /v2").
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { CallerError } from '../../errors.ts';

/** The list a cursor belongs to. Nothing of it is in the cursor; all of it is under the signature. */
export interface CursorBinding {
  /** Name of the list, such as `tprm/findings`. */
  readonly surface: string;
  readonly organizationId: string;
  /** The `X-CONNECTION-ID` the list was narrowed by, or null. */
  readonly connectionId: string | null;
}

/** What a cursor says. */
export interface Cursor {
  /** Which side of `keys` the page is on. */
  readonly direction: 'after' | 'before';
  /** Whether the row at `keys` itself belongs to the page. */
  readonly inclusive: boolean;
  /** Values of the order's columns at the page's edge. */
  readonly keys: readonly (string | number)[];
  /** Filter and sort values, as validated when the list was begun. */
  readonly filters: Readonly<Record<string, unknown>>;
}

const VERSION = 1;
/** 128 bits of the HMAC: no one can try enough signatures to meet one. */
const SIGNATURE_BYTES = 16;
/** A cursor holds at most 100 ids and a few words. */
const MAX_CURSOR_LENGTH = 12_000;

const Payload = z.object({
  v: z.literal(VERSION),
  d: z.enum(['after', 'before']),
  i: z.boolean(),
  k: z.array(z.union([z.string(), z.number()])).min(1),
  f: z.record(z.string(), z.unknown()),
});

/** The cursor as text: base64url JSON, a dot, the signature. */
export function encodeCursor(key: Buffer, binding: CursorBinding, cursor: Cursor): string {
  const payload: z.infer<typeof Payload> = {
    v: VERSION,
    d: cursor.direction,
    i: cursor.inclusive,
    k: [...cursor.keys],
    f: { ...cursor.filters },
  };
  const body = Buffer.from(JSON.stringify(payload)).toString('base64url');
  return `${body}.${signature(key, binding, body).toString('base64url')}`;
}

/** Reads a cursor back. Throws CallerError INVALID for one that is garbled, forged, or made for another list. */
export function decodeCursor(key: Buffer, binding: CursorBinding, text: string): Cursor {
  const dot = text.indexOf('.');
  const body = text.slice(0, dot);
  if (dot < 1 || text.length > MAX_CURSOR_LENGTH) throw cursorRefused();
  // Compared as text: base64url has several spellings of the same bytes, and only ours is accepted.
  const expected = Buffer.from(signature(key, binding, body).toString('base64url'));
  const given = Buffer.from(text.slice(dot + 1));
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) throw cursorRefused();
  const payload = Payload.safeParse(JSON.parse(Buffer.from(body, 'base64url').toString()));
  if (!payload.success) throw cursorRefused();
  const { d, i, k, f } = payload.data;
  return { direction: d, inclusive: i, keys: k, filters: f };
}

function signature(key: Buffer, binding: CursorBinding, body: string): Buffer {
  const context = JSON.stringify([binding.surface, binding.organizationId, binding.connectionId]);
  return createHmac('sha256', key)
    .update(context)
    .update('\0')
    .update(body)
    .digest()
    .subarray(0, SIGNATURE_BYTES);
}

function cursorRefused(): CallerError {
  const message = 'This cursor is not one of this list. Begin the list again without a cursor.';
  return new CallerError('INVALID', message, { problems: [{ field: 'cursor', message }] });
}
