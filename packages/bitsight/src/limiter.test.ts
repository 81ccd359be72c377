import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InstantClock, rejectionOf } from '../test/upstream.ts';
import { Limiter } from './limiter.ts';

/** Lets everything run that can run without time passing. */
const settled = async () => {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
};

describe('the limiter', () => {
  it('starts in the order of asking, and no more than it may have in flight', async () => {
    const limiter = new Limiter({ maxConcurrent: 2 }, new InstantClock());
    const started: number[] = [];
    const turns = [0, 1, 2, 3].map(id =>
      limiter.acquire().then(giveBack => {
        started.push(id);
        return giveBack;
      }),
    );
    await settled();
    expect(started).toEqual([0, 1]);
    (await turns[1])?.();
    await settled();
    expect(started).toEqual([0, 1, 2]);
  });

  it('takes a turn back once, however often it is given', async () => {
    const limiter = new Limiter({ maxConcurrent: 1 }, new InstantClock());
    const giveBack = await limiter.acquire();
    giveBack();
    giveBack();
    await limiter.acquire();
    let started = false;
    void limiter.acquire().then(() => {
      started = true;
    });
    await settled();
    expect(started).toBe(false);
  });

  it('lets a waiter leave when its signal aborts, with the signal’s reason', async () => {
    const limiter = new Limiter({ maxConcurrent: 1 }, new InstantClock());
    const giveBack = await limiter.acquire();
    const abort = new AbortController();
    const leaving = limiter.acquire(abort.signal);
    const staying = limiter.acquire();
    abort.abort('enough');
    expect(await rejectionOf(leaving)).toBe('enough');
    expect(await rejectionOf(limiter.acquire(AbortSignal.abort('before')))).toBe('before');
    giveBack();
    expect(await staying).toBeTypeOf('function');
  });

  it('spaces starts evenly', async () => {
    const clock = new InstantClock();
    const startMs = clock.now();
    const limiter = new Limiter({ maxConcurrent: 100, requestsPerSecond: 4 }, clock);
    const starts = await Promise.all(
      [0, 1, 2, 3, 4].map(() => limiter.acquire().then(() => clock.now() - startMs)),
    );
    expect(clock.sleptMs).toEqual([250, 250, 250, 250]);
    expect(starts.at(-1)).toBe(1000);
  });

  it('does not stand still with a clock that does, or one that is set back', async () => {
    const still = { now: () => 0, sleep: async () => undefined };
    const limiter = new Limiter({ maxConcurrent: 9, requestsPerSecond: 1 }, still);
    await Promise.all([limiter.acquire(), limiter.acquire(), limiter.acquire()]);

    const clock = new InstantClock();
    const other = new Limiter({ maxConcurrent: 9, requestsPerSecond: 1 }, clock);
    await other.acquire();
    clock.nowMs -= 3_600_000;
    await other.acquire();
    expect(clock.sleptMs).toEqual([1000]);
  });

  it('stops its own wait when the last waiter leaves', async () => {
    let pause: AbortSignal | undefined;
    const clock = {
      now: () => 0,
      sleep: (_: number, signal?: AbortSignal) => {
        pause = signal;
        return new Promise<void>(() => undefined);
      },
    };
    const limiter = new Limiter({ maxConcurrent: 9, requestsPerSecond: 1 }, clock);
    await limiter.acquire();
    const abort = new AbortController();
    const waiting = limiter.acquire(abort.signal);
    abort.abort('enough');
    expect(await rejectionOf(waiting)).toBe('enough');
    expect(pause?.aborted).toBe(true);
  });

  it('under any mix of asking, giving back and leaving: never too many, in order, nobody forgotten', async () => {
    const steps = fc.array(
      fc.oneof(
        fc.constant({ type: 'ask' as const }),
        fc.record({ type: fc.constant('give' as const), pick: fc.nat() }),
        fc.record({ type: fc.constant('leave' as const), pick: fc.nat() }),
      ),
      { maxLength: 60 },
    );
    const spacing = fc.option(fc.integer({ min: 1, max: 50 }), { nil: undefined });
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 5 }),
        spacing,
        steps,
        async (maxConcurrent, perSecond, plan) => {
          const clock = new InstantClock();
          const limiter = new Limiter({ maxConcurrent, requestsPerSecond: perSecond }, clock);
          const waiting = new Map<number, AbortController>();
          const held: (() => void)[] = [];
          const order: number[] = [];
          const startsMs: number[] = [];
          let asked = 0;
          let left = 0;
          for (const step of plan) {
            if (step.type === 'ask') {
              const id = asked;
              asked += 1;
              const abort = new AbortController();
              waiting.set(id, abort);
              limiter.acquire(abort.signal).then(
                giveBack => {
                  waiting.delete(id);
                  held.push(giveBack);
                  order.push(id);
                  startsMs.push(clock.now());
                },
                () => {
                  waiting.delete(id);
                  left += 1;
                },
              );
            } else if (step.type === 'give') {
              held.splice(step.pick % Math.max(1, held.length), 1)[0]?.();
            } else {
              [...waiting.values()][step.pick % Math.max(1, waiting.size)]?.abort('left');
            }
            await settled();
            expect(held.length).toBeLessThanOrEqual(maxConcurrent);
          }
          for (let giveBack = held.shift(); giveBack !== undefined; giveBack = held.shift()) {
            giveBack();
            await settled();
          }
          expect(order.length + left).toBe(asked);
          expect(order).toEqual([...order].sort((a, b) => a - b));
          if (perSecond === undefined) return;
          for (const [index, startMs] of startsMs.entries()) {
            const before = startsMs[index - perSecond];
            // Sums of fractions of a millisecond: equal but for their last bits.
            if (before !== undefined) expect(startMs - before).toBeGreaterThanOrEqual(999.99);
          }
        },
      ),
      { numRuns: 200 },
    );
  });
});
