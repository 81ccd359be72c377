import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { rejectionOf } from '../test/upstream.ts';
import { LONGEST_TIMER_MS, systemClock } from './clock.ts';

describe('the platform’s clock', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('waits for longer than a timer can', async () => {
    let isOver = false;
    const sleeping = systemClock.sleep(LONGEST_TIMER_MS * 2 + 5000).then(() => {
      isOver = true;
    });
    await vi.advanceTimersByTimeAsync(LONGEST_TIMER_MS * 2 + 4999);
    expect(isOver).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    await sleeping;
    expect(isOver).toBe(true);
  });

  it('stops waiting when told, and leaves no timer behind', async () => {
    const abort = new AbortController();
    const sleeping = rejectionOf(systemClock.sleep(1000, abort.signal));
    abort.abort('enough');
    expect(await sleeping).toBe('enough');
    expect(await rejectionOf(systemClock.sleep(1000, abort.signal))).toBe('enough');
    expect(await rejectionOf(systemClock.sleep(0, abort.signal))).toBe('enough');
    expect(vi.getTimerCount()).toBe(0);
  });
});
