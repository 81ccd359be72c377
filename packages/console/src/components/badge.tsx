/** A word about the state of something. The word says it; the colour only helps to find it. */
import type { ReactNode } from 'react';
import { classNames } from './class-names.ts';
import { TONES, type Tone } from './tone.ts';

export function Badge({
  tone = 'neutral',
  hasDot,
  children,
}: {
  tone?: Tone;
  hasDot?: boolean;
  children: ReactNode;
}) {
  return (
    <span
      className={classNames(
        'inline-flex items-center gap-1.5 rounded-full px-2 py-0.5 text-xs font-medium whitespace-nowrap',
        TONES[tone],
      )}
    >
      {hasDot === true && <span className="size-1.5 rounded-full bg-current" aria-hidden />}
      {children}
    </span>
  );
}
