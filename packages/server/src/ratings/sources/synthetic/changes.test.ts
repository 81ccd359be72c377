/** A world that is changed by hand: the changes hold, and nothing else is different for them. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SANDBOX_PROFILES } from '../../../config.ts';
import { KeptChanges } from './changes.ts';
import { dayNumber } from './days.ts';
import { createSyntheticSource, type SyntheticOptions } from './synthetic-source.ts';
import { FIRST_DAY, LAST_DAY, World } from './world.ts';

const OPTIONS: SyntheticOptions = {
  seed: 'changes',
  companies: 12,
  findingsPerCompany: 20,
  date: '2026-06-15',
  daySeconds: null,
  clock: { now: () => Date.UTC(2026, 5, 15), sleep: async () => {} },
};

const added = (number: number) => ({
  guid: `added-${number}`,
  key: number,
  name: `Added ${number}`,
  domain: `added-${number}.example`,
  industry: null,
  customId: null,
  findingSlots: number,
  joined: dayNumber('2026-06-15'),
});

describe('any changes', () => {
  const change = fc.oneof(
    fc.record({ kind: fc.constant('add'), number: fc.nat(5) }),
    fc.record({ kind: fc.constant('drop'), number: fc.nat(17) }),
    fc.record({ kind: fc.constant('take back'), number: fc.nat(17) }),
    fc.record({
      kind: fc.constant('move'),
      number: fc.integer({ min: dayNumber(FIRST_DAY), max: dayNumber(LAST_DAY) }),
    }),
  );

  test('leave the companies that they are not about as they were, on every day, and can be undone and kept', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 12 }), changes => {
        const world = new World(OPTIONS);
        const untouched = new World(OPTIONS);
        const there = new Set<string>();
        const gone = new Set<string>();
        const named = (number: number) =>
          [...new World(OPTIONS).portfolio(world.day()).keys()][number] ?? `added-${number - 12}`;
        for (const { kind, number } of changes) {
          const before = world.version;
          if (kind === 'move') world.moveTo(number);
          else if (kind === 'add') {
            world.changes.add(added(number));
            there.add(`added-${number}`);
            gone.delete(`added-${number}`);
          } else if (kind === 'drop') {
            gone.add(named(number));
            world.changes.drop(named(number));
          } else {
            gone.delete(named(number));
            world.changes.takeBack(named(number));
          }
          if (kind === 'move') expect(world.day()).toBe(number);
          else expect(world.version).not.toBe(before);
        }
        const day = world.day();
        const expected = [...untouched.portfolio(day).values()].filter(({ guid }) => !gone.has(guid));
        const portfolio = [...world.portfolio(day).values()];
        expect(portfolio.filter(company => company.added === undefined)).toEqual(expected);
        const extra = portfolio.flatMap(company => company.added?.guid ?? []);
        expect(new Set(extra)).toEqual(new Set([...there].filter(guid => !gone.has(guid))));
        // A slot is one company's: what is kept by slot is found again by it.
        for (const company of portfolio) expect(world.tenancy(company.slot, day)).toEqual(company);

        const again = new World(OPTIONS);
        again.changes.restore(KeptChanges.parse(JSON.parse(JSON.stringify(world.changes.kept()))));
        expect([...again.portfolio(day).values()]).toEqual(portfolio);
        world.changes.undo();
        expect(world.day()).toBe(untouched.day());
        expect([...world.portfolio(day).values()]).toEqual([...untouched.portfolio(day).values()]);
      }),
      { numRuns: 200 },
    );
  });
});

describe('the sizes that a sandbox is offered in', () => {
  const sourceOf = (name: keyof typeof SANDBOX_PROFILES) =>
    createSyntheticSource({ ...OPTIONS, ...SANDBOX_PROFILES[name] });

  test('an enterprise has a million findings, and a company with more than 50,000 of them', () => {
    const { world, summary } = sourceOf('enterprise');
    const { finding_count, finding_count_is_exact } = summary();
    expect(finding_count_is_exact).toBe(true);
    expect(Math.abs(finding_count / 1_000_000 - 1)).toBeLessThan(0.01);
    const slots = [...world.portfolio(world.day()).values()].map(({ findingSlots }) => findingSlots);
    expect(Math.max(...slots)).toBeGreaterThan(55_000);
  });

  test('a huge account is not counted, and says so', () => {
    const { finding_count, finding_count_is_exact } = sourceOf('huge').summary();
    expect(finding_count_is_exact).toBe(false);
    expect(Math.abs(finding_count / 10_000_000 - 1)).toBeLessThan(0.01);
  });
});
