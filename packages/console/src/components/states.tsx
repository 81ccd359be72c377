/** What stands where content would: nothing yet, an error, or the shape of what is loading. */
import { CloudOff, type LucideIcon, RotateCw, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { ApiError, messageOf } from '../api/api-error.ts';
import { Button } from './button.tsx';
import { classNames } from './class-names.ts';

interface EmptyStateProps {
  icon: LucideIcon;
  title: ReactNode;
  /** What would be here and how to get it. */
  children?: ReactNode;
  actions?: ReactNode;
}

export function EmptyState({ icon: Icon, title, children, actions }: EmptyStateProps) {
  return (
    <div className="flex flex-col items-center px-6 py-10 text-center sm:py-14">
      <span className="grid size-12 place-items-center rounded-full bg-accent-soft text-accent-ink">
        <Icon size={22} aria-hidden />
      </span>
      <p className="mt-4 text-base font-semibold">{title}</p>
      {children !== undefined && <div className="mt-1 max-w-prose text-ink-soft">{children}</div>}
      {actions !== undefined && <div className="mt-5 flex flex-wrap justify-center gap-2">{actions}</div>}
    </div>
  );
}

export function ErrorState({ error, retry }: { error: unknown; retry?: () => void }) {
  const isOffline = error instanceof ApiError && error.kind === 'offline';
  const Icon = isOffline ? CloudOff : TriangleAlert;
  return (
    <div role="alert" className="flex flex-col items-center px-6 py-10 text-center sm:py-14">
      <span className="grid size-12 place-items-center rounded-full bg-danger-soft text-danger-ink">
        <Icon size={22} aria-hidden />
      </span>
      <p className="mt-4 text-base font-semibold">
        {isOffline ? 'No connection' : 'This could not be shown'}
      </p>
      <p className="mt-1 max-w-prose text-ink-soft">{messageOf(error)}</p>
      {retry !== undefined && (
        <Button className="mt-5" icon={<RotateCw size={16} aria-hidden />} onClick={() => retry()}>
          Try again
        </Button>
      )}
    </div>
  );
}

/** A grey bar the size of what is coming. */
export function Skeleton({ className }: { className?: string }) {
  return <span aria-hidden className={classNames('block animate-pulse rounded-sm bg-sunken', className)} />;
}

/** A few lines of text that are coming, and a word for those who do not see them. */
export function SkeletonLines({ lines = 3, label = 'Loading' }: { lines?: number; label?: string }) {
  const widths = ['w-3/4', 'w-1/2', 'w-5/6', 'w-2/3'];
  return (
    <div role="status" className="flex flex-col gap-3 py-1">
      <span className="sr-only">{label}</span>
      {Array.from({ length: lines }, (_, line) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the lines are alike and never move
        <Skeleton key={line} className={classNames('h-4', widths[line % widths.length])} />
      ))}
    </div>
  );
}
