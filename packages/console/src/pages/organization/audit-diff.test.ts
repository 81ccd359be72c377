/** What an event changed. */
import { expect, test } from 'vitest';
import { differencesOf } from './audit-diff.ts';

test('fields that came, went, changed and stayed, what differs first', () => {
  const before = { name: 'EMEA', default: false, note: 'x' };
  const after = { name: 'EMEA', default: true, size: 0 };
  expect(differencesOf(before, after)).toEqual([
    { field: 'default', before: 'false', after: 'true', kind: 'changed' },
    { field: 'note', before: 'x', after: null, kind: 'removed' },
    { field: 'size', before: null, after: '0', kind: 'added' },
    { field: 'name', before: 'EMEA', after: 'EMEA', kind: 'same' },
  ]);
});

test('fields inside of fields have their full name, lists are one value', () => {
  const differences = differencesOf(
    { group: { name: 'A', guids: ['1'] } },
    { group: { name: 'B', guids: ['1', '2'] } },
  );
  expect(differences).toEqual([
    { field: 'group.name', before: 'A', after: 'B', kind: 'changed' },
    { field: 'group.guids', before: '1', after: '1, 2', kind: 'changed' },
  ]);
});

test('null, empty text, empty lists and empty objects are told apart from nothing', () => {
  const fields = differencesOf(null, { a: null, b: '', c: [], d: {}, e: [{ f: 1 }] });
  expect(fields.map(field => [field.field, field.before, field.after])).toEqual([
    ['a', null, 'null'],
    ['b', null, '""'],
    ['c', null, 'none'],
    ['d', null, '{}'],
    ['e', null, '{"f":1}'],
  ]);
});

test('an event without values changed nothing', () => {
  expect(differencesOf(null, null)).toEqual([]);
});
