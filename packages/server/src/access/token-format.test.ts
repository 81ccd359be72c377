import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkTokenFormat, findToken, looksLikeToken, maskToken, newTokenValue } from './token-format.ts';

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const kinds = fc.constantFrom('user' as const, 'company' as const);

describe('the form of a token', () => {
  it('is 40 characters with the prefix of its kind, and passes its own check', () => {
    fc.assert(
      fc.property(kinds, kind => {
        const value = newTokenValue(kind);
        expect(value).toMatch(kind === 'user' ? /^slu_[0-9A-Za-z]{36}$/ : /^slc_[0-9A-Za-z]{36}$/);
        expect(checkTokenFormat(value)).toBe(true);
        expect(looksLikeToken(value)).toBe(true);
      }),
    );
  });

  it('never comes twice', () => {
    const values = new Set(Array.from({ length: 2_000 }, () => newTokenValue('company')));
    expect(values.size).toBe(2_000);
  });

  it('uses every character about equally often', () => {
    const counts = new Map<string, number>();
    for (let index = 0; index < 2_000; index += 1) {
      for (const character of newTokenValue('user').slice(4, 34)) {
        counts.set(character, (counts.get(character) ?? 0) + 1);
      }
    }
    const expected = (2_000 * 30) / BASE62.length;
    expect(counts.size).toBe(BASE62.length);
    for (const count of counts.values()) expect(Math.abs(count - expected)).toBeLessThan(expected * 0.25);
  });

  it('fails its check after any edit of one character behind the prefix', () => {
    fc.assert(
      fc.property(
        kinds,
        fc.integer({ min: 4, max: 39 }),
        fc.constantFrom(...BASE62),
        (kind, at, character) => {
          const value = newTokenValue(kind);
          fc.pre(value[at] !== character);
          expect(checkTokenFormat(value.slice(0, at) + character + value.slice(at + 1))).toBe(false);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it('fails its check under the prefix of the other kind, and is no token of ours under any other prefix', () => {
    fc.assert(
      fc.property(
        kinds,
        fc.integer({ min: 0, max: 3 }),
        fc.constantFrom(...BASE62, '_'),
        (kind, at, character) => {
          const value = newTokenValue(kind);
          fc.pre(value[at] !== character);
          const edited = value.slice(0, at) + character + value.slice(at + 1);
          expect(looksLikeToken(edited)).toBe(false);
          if (/^sl[uc]_/.test(edited)) expect(checkTokenFormat(edited)).toBe(false);
        },
      ),
    );
  });

  it('fails its check when two neighbours are swapped or a character is lost', () => {
    fc.assert(
      fc.property(kinds, fc.integer({ min: 4, max: 38 }), (kind, at) => {
        const value = newTokenValue(kind);
        const swapped = value.slice(0, at) + value[at + 1] + value[at] + value.slice(at + 2);
        if (swapped !== value) expect(checkTokenFormat(swapped)).toBe(false);
        expect(checkTokenFormat(value.slice(0, at) + value.slice(at + 1))).toBe(false);
      }),
    );
  });

  it('accepts any other 40 printable ASCII characters without a colon, and nothing else', () => {
    const printable = fc.integer({ min: 0x20, max: 0x7e }).map(code => String.fromCharCode(code));
    fc.assert(
      fc.property(fc.array(printable, { minLength: 38, maxLength: 42 }), characters => {
        const value = characters.join('');
        fc.pre(!/^sl[uc]_/.test(value));
        expect(checkTokenFormat(value)).toBe(value.length === 40 && !value.includes(':'));
      }),
    );
    expect(checkTokenFormat(`${'a'.repeat(39)}é`)).toBe(false);
    expect(checkTokenFormat(`${'a'.repeat(39)}\n`)).toBe(false);
    expect(checkTokenFormat('')).toBe(false);
  });

  it('is found wherever it stands in a longer text', () => {
    const value = newTokenValue('company');
    fc.assert(
      fc.property(fc.string(), fc.string(), (before, after) => {
        expect(findToken(`${before}${value}${after}`)).toBe(value);
      }),
    );
    expect(findToken(`slc_slc_${value}`)).toBe(value);
    expect(findToken('slc_ is a prefix, and this is a sentence about tokens')).toBeNull();
  });

  it('is shown as five stars and its last four characters', () => {
    expect(maskToken('a1b2')).toBe('*****a1b2');
  });
});
