/** A message in the page. `isLive` reads it out when it appears; a message that is there from the start is not. */
import { CircleAlert, CircleCheck, Info, type LucideIcon, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { classNames } from './class-names.ts';
import { TONES, type Tone } from './tone.ts';

type AlertTone = Exclude<Tone, 'neutral' | 'accent'>;

const ICONS: Readonly<Record<AlertTone, LucideIcon>> = {
  info: Info,
  ok: CircleCheck,
  warn: TriangleAlert,
  danger: CircleAlert,
};

interface AlertProps {
  tone?: AlertTone;
  title?: ReactNode;
  isLive?: boolean;
  actions?: ReactNode;
  className?: string;
  children?: ReactNode;
}

export function Alert({ tone = 'info', title, isLive, actions, className, children }: AlertProps) {
  const Icon = ICONS[tone];
  const liveRole = tone === 'danger' ? 'alert' : 'status';
  return (
    <div
      role={isLive === true ? liveRole : undefined}
      className={classNames('flex items-start gap-3 rounded-md px-4 py-3', TONES[tone], className)}
    >
      <Icon size={18} className="mt-[0.15rem] shrink-0" aria-hidden />
      <div className="min-w-0 flex-1">
        {title !== undefined && <p className="font-semibold">{title}</p>}
        {children !== undefined && <div className="break-words">{children}</div>}
        {actions !== undefined && <div className="mt-2.5 flex flex-wrap gap-2">{actions}</div>}
      </div>
    </div>
  );
}
