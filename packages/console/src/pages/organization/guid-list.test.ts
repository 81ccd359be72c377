/** Guids from pasted text. */
import { expect, test } from 'vitest';
import { guidsIn } from './guid-list.ts';

const A = 'a940bb61-33c4-42c9-9231-c8194c305db3';
const B = '0f5b2a1c-0d5e-4e6f-8a9b-1c2d3e4f5a6b';

test.each([
  ['lines', `${A}\n${B}\n`],
  ['commas', `${A},${B}`],
  ['a JSON list', `["${A}", "${B}"]`],
  ['cells of a table', `${A}\t${B}\r\n`],
  ['semicolons and quotes', `'${A}'; "${B}";`],
])('reads %s', (_, text) => {
  expect(guidsIn(text)).toEqual({ guids: [A, B], refused: [] });
});

test('each guid once, whatever its case', () => {
  expect(guidsIn(`${A} ${A.toUpperCase()}`).guids).toEqual([A]);
});

test('what is no guid is told, each once', () => {
  expect(guidsIn(`${A} Acme acme.example Acme ${A}0`)).toEqual({
    guids: [A],
    refused: ['Acme', 'acme.example', `${A}0`],
  });
});

test('nothing is in an empty text', () => {
  expect(guidsIn(' \n')).toEqual({ guids: [], refused: [] });
});
