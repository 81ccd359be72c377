import fc from 'fast-check';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { describe, expect, it } from 'vitest';
import { formatOf, renderRows } from './formats.ts';

const NAMES = { root: 'rows', row: 'row' };

describe('rows in a format', () => {
  it('are a bare array in JSON', () => {
    expect(renderRows('json', [{ a: 1 }], NAMES).body).toBe('[{"a":1}]');
  });

  it('have a CSV column for every name, nested values as JSON, and no cell that runs as a formula', () => {
    const { body, contentType } = renderRows(
      'csv',
      [
        { name: '=1+1', note: 'a,"b"\nc' },
        { name: '@sum', roles: [{ slug: 'x' }] },
        { name: '-2', note: null },
        { name: '+3' },
        { name: '\tx' },
      ],
      NAMES,
    );
    expect(contentType).toContain('text/csv');
    const lines = body.split('\r\n');
    expect(lines[0]).toBe('name,note,roles');
    expect(lines[1]).toBe(`'=1+1,"a,""b""\nc",`);
    expect(lines[2]).toBe(`'@sum,,"[{""slug"":""x""}]"`);
    expect(lines[3]).toBe(`'-2,,`);
    expect(lines[4]).toBe(`'+3,,`);
    expect(lines[5]).toMatch(/^"?'\tx"?,,$/);
    expect(renderRows('csv', [], NAMES).body).toBe('');
  });

  it('are well-formed XML whatever they hold', () => {
    fc.assert(
      fc.property(
        fc.array(fc.dictionary(fc.string(), fc.string({ unit: 'binary' })), { maxLength: 4 }),
        rows => {
          expect(XMLValidator.validate(renderRows('xml', rows, NAMES).body)).toBe(true);
        },
      ),
    );
  });

  it('keep their text in XML, less what XML forbids', () => {
    const text = 'a < b & "c" > \'d\' ]]> \u0000\u0007é';
    const { body } = renderRows('xml', [{ '1 bad name': text, list: [1, { x: null }] }], NAMES);
    const parsed: unknown = new XMLParser({ trimValues: false }).parse(body);
    expect(parsed).toMatchObject({
      rows: { row: { _1_bad_name: 'a < b & "c" > \'d\' ]]> é', list: { item: [1, { x: '' }] } } },
    });
  });

  it('refuse a format that is not known, by name', () => {
    expect(formatOf(undefined)).toBe('json');
    expect(formatOf('csv')).toBe('csv');
    expect(formatOf(['csv', 'xml'])).toBe('xml');
    for (const wrong of ['yaml', '', 'JSON', ['json', 'pdf']])
      expect(() => formatOf(wrong)).toThrow(/^format must be/);
  });
});
