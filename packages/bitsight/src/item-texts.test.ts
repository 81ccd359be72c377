import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { itemTexts } from './item-texts.ts';

describe('the texts of a page’s items', () => {
  it('are the bytes upstream wrote, whatever its spacing', () => {
    const text =
      '{ "count" : 2, "results" : [ {"severity": 1.0} ,\n {"id":12345678901234567890,"a":"]},\\"["} ] , "next":null}';
    expect(itemTexts(text, 'results')).toEqual([
      '{"severity": 1.0}',
      '{"id":12345678901234567890,"a":"]},\\"["}',
    ]);
  });

  it.each([
    ['{"results":[]}', []],
    ['{"results": [ \n ]}', []],
    ['{"count":1}', null],
    ['{"results":{"results":[1]}}', null],
    ['{"a":{"results":[1]},"b":"results"}', null],
    ['{"results":[1],"results":[2,3]}', ['2', '3']],
    ['{"a":"results","b":[1]}', null],
    ['[]', null],
  ])('%s gives %j', (text, items) => {
    expect(itemTexts(text, 'results')).toEqual(items);
  });

  it('parse to the same items as the whole page, for any JSON before, inside and after', () => {
    const spaces = fc.constantFrom(undefined, 1, '\t');
    fc.assert(
      fc.property(
        fc.jsonValue(),
        fc.array(fc.jsonValue()),
        fc.jsonValue(),
        spaces,
        (before, items, after, space) => {
          const text = JSON.stringify({ before, results: items, after }, null, space);
          expect(itemTexts(text, 'results')?.map(item => JSON.parse(item))).toEqual(JSON.parse(text).results);
        },
      ),
    );
  });
});
