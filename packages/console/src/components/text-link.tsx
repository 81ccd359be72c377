/** A link in running text, to a page of the console. */
import { Link, type LinkProps } from '@tanstack/react-router';
import type { ReactNode } from 'react';

export const TEXT_LINK =
  'font-medium text-accent-ink underline decoration-1 underline-offset-3 hover:decoration-2';

export function TextLink({ to, children }: { to: LinkProps['to']; children: ReactNode }) {
  return (
    <Link to={to} className={TEXT_LINK}>
      {children}
    </Link>
  );
}
