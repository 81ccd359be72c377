import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CallerError } from '../../src/errors.ts';
import {
  type Cursor,
  type CursorBinding,
  decodeCursor,
  encodeCursor,
} from '../../src/unified/paging/cursor.ts';

const KEY = Buffer.alloc(32, 7);
const BINDING: CursorBinding = { surface: 'tprm/findings', organizationId: 'o1', connectionId: null };

const anyCursor = fc.record<Cursor>({
  direction: fc.constantFrom('after', 'before'),
  inclusive: fc.boolean(),
  keys: fc.array(fc.oneof(fc.string({ unit: 'binary' }), fc.integer()), { minLength: 1, maxLength: 3 }),
  filters: fc.dictionary(
    fc.string().filter(name => name !== '__proto__'),
    fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.array(fc.string())),
  ),
});

function refusalOf(text: string, key = KEY, binding = BINDING): number | null {
  try {
    decodeCursor(key, binding, text);
    return null;
  } catch (error) {
    return error instanceof CallerError ? error.status : 500;
  }
}

test('a cursor reads back as it was written', () => {
  fc.assert(
    fc.property(anyCursor, cursor => {
      expect(decodeCursor(KEY, BINDING, encodeCursor(KEY, BINDING, cursor))).toEqual(cursor);
    }),
  );
});

test('a cursor with any one character changed, dropped or added is 422', () => {
  fc.assert(
    fc.property(
      anyCursor,
      fc.nat(),
      fc.constantFrom('A', 'b', '0', '.', '_', '=', ' ', 'é'),
      fc.nat(2),
      (cursor, at, other, how) => {
        const text = encodeCursor(KEY, BINDING, cursor);
        const index = at % text.length;
        const edited = [
          text.slice(0, index) + other + text.slice(index + 1),
          text.slice(0, index) + text.slice(index + 1),
          text.slice(0, index) + other + text.slice(index),
        ][how];
        if (edited !== undefined && edited !== text) expect(refusalOf(edited)).toBe(422);
      },
    ),
  );
});

test('any text that is no cursor is 422', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), text => {
      expect(refusalOf(text)).toBe(422);
    }),
  );
  const cursor: Cursor = { direction: 'after', inclusive: false, keys: ['a'], filters: {} };
  expect(refusalOf(`${encodeCursor(KEY, BINDING, cursor).slice(0, -1)}é`)).toBe(422);
  for (const text of ['', '.', 'a.b', `${'a'.repeat(20_000)}.b`]) expect(refusalOf(text)).toBe(422);
});

test('a cursor of another list, organization, connection or key is 422', () => {
  const cursor: Cursor = { direction: 'after', inclusive: false, keys: ['a'], filters: {} };
  const text = encodeCursor(KEY, BINDING, cursor);
  expect(refusalOf(text)).toBeNull();
  expect(refusalOf(text, KEY, { ...BINDING, surface: 'tprm/companies' })).toBe(422);
  expect(refusalOf(text, KEY, { ...BINDING, organizationId: 'o2' })).toBe(422);
  expect(refusalOf(text, KEY, { ...BINDING, connectionId: 'c1' })).toBe(422);
  expect(refusalOf(text, Buffer.alloc(32, 8))).toBe(422);
});
