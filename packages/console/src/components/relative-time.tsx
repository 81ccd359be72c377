/** A time as people say it ("3 minutes ago"), with the exact one behind it. All of them move on together, twice a minute. */
import { createStore, useStore } from '../browser/store.ts';
import { absoluteTime, relativeTime } from '../text/format.ts';

const TICK_MS = 30_000;

/** Only its moving matters: each move renders every time on the page again. */
const clock = createStore(0);
setInterval(() => clock.write(clock.read() + 1), TICK_MS);

/** `time` is RFC 3339; `never` stands for null. */
export function RelativeTime({ time, never = 'Never' }: { time: string | null; never?: string }) {
  useStore(clock);
  if (time === null) return <span className="text-ink-faint">{never}</span>;
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) return <span>{time}</span>;
  return (
    <time dateTime={time} title={absoluteTime(date)} className="whitespace-nowrap">
      {relativeTime(date, new Date())}
    </time>
  );
}
