/** What a colour says, for badges and alerts alike. */
export type Tone = 'neutral' | 'info' | 'ok' | 'warn' | 'danger' | 'accent';

export const TONES: Readonly<Record<Tone, string>> = {
  neutral: 'bg-sunken text-ink-soft dark:bg-hover',
  info: 'bg-info-soft text-info-ink',
  ok: 'bg-ok-soft text-ok-ink',
  warn: 'bg-warn-soft text-warn-ink',
  danger: 'bg-danger-soft text-danger-ink',
  accent: 'bg-accent-soft text-accent-ink',
};
