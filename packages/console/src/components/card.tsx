/** A section of a page: title, what it is for, content, and at the foot what can be done. */
import { type ReactNode, useId } from 'react';
import { classNames } from './class-names.ts';

interface CardProps {
  title?: ReactNode;
  description?: ReactNode;
  /** At the end of the title's line: a button or a badge. */
  actions?: ReactNode;
  footer?: ReactNode;
  /** Content up to the edges, as for a table. */
  isFlush?: boolean;
  className?: string;
  children?: ReactNode;
}

export function Card({ title, description, actions, footer, isFlush, className, children }: CardProps) {
  const id = useId();
  const hasHead = title !== undefined || actions !== undefined;
  return (
    <section
      aria-labelledby={title === undefined ? undefined : id}
      className={classNames('overflow-hidden rounded-lg border border-line bg-surface shadow-low', className)}
    >
      {hasHead && (
        <header className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3 px-5 pt-4 pb-1 sm:px-6 sm:pt-5">
          <div className="max-w-prose min-w-0 flex-1 basis-64">
            <h2 id={id} className="text-base font-semibold">
              {title}
            </h2>
            {description !== undefined && <div className="mt-1 text-ink-soft">{description}</div>}
          </div>
          {actions !== undefined && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
        </header>
      )}
      {children !== undefined && (
        <div
          className={
            isFlush === true ? (hasHead ? 'mt-3 border-t border-line' : '') : 'px-5 pt-3 pb-5 sm:px-6'
          }
        >
          {children}
        </div>
      )}
      {footer !== undefined && (
        <footer className="flex flex-wrap items-center justify-end gap-2 border-t border-line bg-canvas/60 px-5 py-3 sm:px-6">
          {footer}
        </footer>
      )}
    </section>
  );
}

/** Facts in pairs: what, and its value. */
export function Facts({ items }: { items: readonly (readonly [label: string, value: ReactNode])[] }) {
  return (
    <dl className="grid gap-x-6 gap-y-3 sm:grid-cols-[minmax(8rem,auto)_1fr]">
      {items.map(([label, value]) => (
        <div key={label} className="contents">
          <dt className="text-ink-faint max-sm:-mb-2.5">{label}</dt>
          <dd className="min-w-0 break-words">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
