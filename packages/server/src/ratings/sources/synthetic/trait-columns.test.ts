import { expect, test } from 'vitest';
import { TraitColumns } from './trait-columns.ts';
import { fillTraits, newTraits } from './traits.ts';

test('columns have the findings of the day, and of each what its traits say', () => {
  const [company, slots] = [0x5eed, 3_000];
  for (const day of [19_000, 20_605]) {
    const columns = new TraitColumns(company, slots, day);
    const [read, filled] = [newTraits(), newTraits()];
    let index = 0;
    for (let slot = 0; slot < slots; slot++) {
      if (!fillTraits(company, slot, day, filled)) continue;
      columns.read(index++, read);
      const { identityKey, gone, isGone, leaves, emptyIdentity, changedOn, ...shown } = filled;
      expect(read).toMatchObject(shown);
    }
    expect(columns.count).toBe(index);
    expect(index).toBeGreaterThan(2_500);
  }
});
