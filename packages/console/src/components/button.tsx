/** Buttons, and links that look like them. One primary button per view; danger is for what cannot be undone. */
import { Link, type LinkProps } from '@tanstack/react-router';
import type { ComponentProps, ReactNode } from 'react';
import { classNames } from './class-names.ts';
import { Spinner } from './spinner.tsx';
import { Tooltip } from './tooltip.tsx';

export type ButtonLook = 'primary' | 'secondary' | 'quiet' | 'danger' | 'quiet-danger' | 'on-code';
type ButtonSize = 'md' | 'sm';

const LOOKS: Readonly<Record<ButtonLook, string>> = {
  primary: 'bg-accent text-on-accent border-transparent shadow-low hover:bg-accent-hover',
  secondary: 'bg-surface text-ink border-edge/60 shadow-low hover:bg-hover',
  quiet: 'bg-transparent text-ink-soft border-transparent hover:bg-hover hover:text-ink',
  danger: 'bg-danger text-on-danger border-transparent shadow-low hover:bg-danger-hover',
  'quiet-danger': 'bg-transparent text-danger-ink border-transparent hover:bg-danger-soft',
  'on-code':
    'bg-transparent text-code-faint outline-on-code border-transparent hover:bg-white/10 hover:text-on-code',
};

const SIZES: Readonly<Record<ButtonSize, string>> = {
  md: 'h-10 px-4 gap-2',
  sm: 'h-8 px-3 gap-1.5 text-[0.8667rem]',
};

const BASE =
  'inline-flex shrink-0 items-center justify-center rounded-md border font-medium whitespace-nowrap select-none ' +
  'transition-colors duration-100 disabled:opacity-55 aria-disabled:opacity-55 disabled:cursor-not-allowed';

/** The look of a button, for a plain link that the browser follows itself, as a download. */
export function buttonClass(look: ButtonLook, size: ButtonSize = 'md'): string {
  return classNames(BASE, LOOKS[look], SIZES[size]);
}

export interface ButtonProps extends ComponentProps<'button'> {
  look?: ButtonLook;
  size?: ButtonSize;
  /** Shows that work is going on; the button keeps its width and takes no second press. */
  isBusy?: boolean;
  icon?: ReactNode;
}

export function Button({
  look = 'secondary',
  size = 'md',
  isBusy = false,
  icon,
  className,
  children,
  disabled,
  type = 'button',
  onClick,
  ...rest
}: ButtonProps) {
  return (
    <button
      {...rest}
      type={type}
      disabled={disabled}
      // A busy button stays focusable, or focus would jump away while it works.
      aria-disabled={isBusy || undefined}
      onClick={isBusy ? preventPress : onClick}
      className={classNames(BASE, LOOKS[look], SIZES[size], className)}
    >
      {isBusy ? <Spinner /> : icon}
      {children}
    </button>
  );
}

function preventPress(event: { preventDefault: () => void }): void {
  event.preventDefault();
}

interface ButtonLinkProps {
  to: LinkProps['to'];
  look?: ButtonLook;
  size?: ButtonSize;
  icon?: ReactNode;
  className?: string;
  children: ReactNode;
}

export function ButtonLink({
  to,
  look = 'secondary',
  size = 'md',
  icon,
  className,
  children,
}: ButtonLinkProps) {
  return (
    <Link to={to} className={classNames(BASE, LOOKS[look], SIZES[size], className)}>
      {icon}
      {children}
    </Link>
  );
}

interface IconButtonProps extends Omit<ComponentProps<'button'>, 'children'> {
  /** What it does: its name for screen readers and its tooltip. */
  label: string;
  icon: ReactNode;
  size?: ButtonSize;
  look?: Extract<ButtonLook, 'quiet' | 'secondary' | 'quiet-danger' | 'on-code'>;
}

export function IconButton({
  label,
  icon,
  size = 'md',
  look = 'quiet',
  className,
  type = 'button',
  ...rest
}: IconButtonProps) {
  const square = size === 'md' ? 'size-10' : 'size-8';
  return (
    <Tooltip text={label}>
      <button
        {...rest}
        type={type}
        aria-label={label}
        className={classNames(BASE, LOOKS[look], square, className)}
      >
        {icon}
      </button>
    </Tooltip>
  );
}
