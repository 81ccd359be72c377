/** The top of a page: where it is, what it is called, what it is for, and what can be done. It also sets the window's title. */
import { Link, type LinkProps } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useArrival } from '../browser/arrival.ts';

interface Crumb {
  label: string;
  to?: LinkProps['to'];
}

interface PageHeaderProps {
  title: string;
  description?: ReactNode;
  /** The way here, from the outermost; the page itself is added. */
  trail?: readonly (string | Crumb)[];
  actions?: ReactNode;
}

export function PageHeader({ title, description, trail, actions }: PageHeaderProps) {
  const heading = useArrival(title);
  return (
    <header className="mb-6">
      {trail !== undefined && <Breadcrumb trail={[...trail, title]} />}
      <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <div className="max-w-prose min-w-0 flex-1 basis-72">
          <h1 ref={heading} tabIndex={-1} className="text-2xl font-semibold tracking-tight">
            {title}
          </h1>
          {description !== undefined && <div className="mt-1.5 text-ink-soft">{description}</div>}
        </div>
        {actions !== undefined && <div className="flex flex-wrap gap-2">{actions}</div>}
      </div>
    </header>
  );
}

/** "Settings ➔ Account ➔ User Preferences"; the last is the page itself. */
export function Breadcrumb({ trail }: { trail: readonly (string | Crumb)[] }) {
  const crumbs = trail.map(crumb => (typeof crumb === 'string' ? { label: crumb, to: undefined } : crumb));
  return (
    <nav aria-label="Breadcrumb" className="mb-1.5 text-sm text-ink-faint">
      <ol className="flex flex-wrap items-center gap-x-2">
        {crumbs.map((crumb, index) => (
          <li key={crumb.label} className="flex items-center gap-2">
            {index > 0 && <span aria-hidden>➔</span>}
            {crumb.to === undefined ? (
              <span aria-current={index === crumbs.length - 1 ? 'page' : undefined}>{crumb.label}</span>
            ) : (
              <Link to={crumb.to} className="underline-offset-4 hover:text-ink hover:underline">
                {crumb.label}
              </Link>
            )}
          </li>
        ))}
      </ol>
    </nav>
  );
}
