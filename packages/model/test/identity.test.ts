// Ids, identity and content hash: what they depend on and, above all, what they do not.
import { describe, expect, it } from 'vitest';
import {
  collidedFindingId,
  companyId,
  findingContentHash,
  findingId,
  findingIdentity,
  resourceId,
  vulnerabilityFindingId,
} from '../src/index.ts';
import { sample } from './support.ts';

describe('ids', () => {
  it('are the same on every run and machine', () => {
    // Literals: a change here would orphan every stored record.
    expect(companyId('c', 'g')).toBe('9d13201a-77a4-5822-a522-ff1ee779951a');
    expect(findingId('c', 'g', 'i')).toBe('8020d3a1-4f29-5482-9581-2f3a9a803b07');
    expect(collidedFindingId('c', 'g', 'i', 'h')).toBe('44546595-cc49-5a38-91d3-453eaed6f541');
    expect(resourceId('x')).toBe('cf296180-aea9-5699-a6a3-da29a3165b5c');
    expect(vulnerabilityFindingId('x')).toBe('49e50132-2c6c-5e85-ad0f-6853711d9837');
  });

  it('keep their parts apart, lone surrogates too', () => {
    expect(companyId('ab', 'c')).not.toBe(companyId('a', 'bc'));
    expect(companyId('a","b', 'c')).not.toBe(companyId('a', 'b","c'));
    expect(companyId('\ud800', 'c')).not.toBe(companyId('\ud801', 'c'));
  });
});

describe('findingIdentity', () => {
  it('is the observation id and the first day', () => {
    expect(findingIdentity(sample())).toBe('observation:rPFFNU9KxWPvS55FgjhbEQ==|2025-01-02');
    expect(findingIdentity(sample({ first_seen: '2025-01-02T00:00:00Z' }))).toBe(findingIdentity(sample()));
    expect(findingIdentity(sample({ first_seen: '2025-01-03' }))).not.toBe(findingIdentity(sample()));
  });

  it('never depends on temporary_id', () => {
    expect(findingIdentity(sample({ temporary_id: 'a' }))).toBe(
      findingIdentity(sample({ temporary_id: 'b' })),
    );
  });

  it('takes vector, evidence and assets in any order where the observation id is empty', () => {
    const old = (assets: string[], evidence_key = 'e') =>
      findingIdentity(
        sample({ rolledup_observation_id: '', evidence_key, assets: assets.map(asset => ({ asset })) }),
      );
    expect(old(['a', 'b'])).toBe(old(['b', 'a']));
    expect(old(['a', 'b'])).toMatch(/^content:[\w-]{43}\|2025-01-02$/);
    expect(old(['a'])).not.toBe(old(['a', 'b']));
    expect(old(['a'], 'f')).not.toBe(old(['a']));
  });

  it('is empty where nothing tells the record from another', () => {
    expect(findingIdentity(sample({ rolledup_observation_id: null }))).toBe('');
    expect(findingIdentity(null)).toBe('');
  });
});

describe('findingContentHash', () => {
  it('ignores temporary_id and the order of fields', () => {
    const hash = findingContentHash({ a: 1, b: { c: [1, 2], d: 'x' }, temporary_id: 'one' });
    expect(findingContentHash({ temporary_id: 'two', b: { d: 'x', c: [1, 2] }, a: 1 })).toBe(hash);
    expect(findingContentHash({ b: { d: 'x', c: [1, 2] }, a: 1 })).toBe(hash);
    expect(hash).toMatch(/^[\w-]{43}$/);
  });

  it('sees every other change', () => {
    const records: unknown[] = [
      {},
      [],
      null,
      '',
      0,
      false,
      { a: 1 },
      { a: '1' },
      { a: null },
      { a: 'null' },
      { a: true },
      { a: {} },
      { a: [] },
      { a: [[]] },
      { a: [], b: {} },
      { a: {}, b: [] },
      { a: [1, 2] },
      { a: [2, 1] },
      { a: ['1,2'] },
      { a: 'b"1:c' },
      { a: '', b: '' },
      { 'a""': 1 },
      { a: { temporary_id: 'x' } },
      { a: '\ud800' },
      { a: '\ud801' },
      { a: '\ufffd' },
      JSON.parse('{"__proto__": 1}'),
      JSON.parse('{"a": {"__proto__": {"b": 1}}}'),
    ];
    expect(new Set(records.map(findingContentHash)).size).toBe(records.length);
  });

  it('survives nesting that would exhaust the call stack', () => {
    const deep = JSON.parse(`${'{"a":['.repeat(100_000)}1${']}'.repeat(100_000)}`);
    expect(findingContentHash(deep)).toMatch(/^[\w-]{43}$/);
  });
});
