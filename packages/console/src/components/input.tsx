/** Controls that take text. Inside a Field they need nothing but what is special about them. */
import { Eye, EyeOff } from 'lucide-react';
import { type ComponentProps, useState } from 'react';
import { IconButton } from './button.tsx';
import { classNames } from './class-names.ts';
import { useFieldControl } from './field.tsx';

export const CONTROL =
  'w-full rounded-md border border-edge bg-surface px-3 text-ink shadow-low placeholder:text-ink-faint ' +
  'transition-colors hover:border-ink-faint focus-visible:border-focus focus-visible:outline-offset-0 ' +
  'disabled:bg-sunken disabled:text-ink-soft aria-invalid:border-danger';

/** Not for a select, which counts as read-only to the browser. */
const READ_ONLY = 'read-only:bg-sunken';

export function Input({ className, type = 'text', ...rest }: ComponentProps<'input'>) {
  return (
    <input
      {...useFieldControl()}
      type={type}
      {...rest}
      className={classNames(CONTROL, READ_ONLY, 'h-10', className)}
    />
  );
}

export function Textarea({ className, rows = 4, ...rest }: ComponentProps<'textarea'>) {
  return (
    <textarea
      {...useFieldControl()}
      rows={rows}
      {...rest}
      className={classNames(CONTROL, READ_ONLY, 'py-2', className)}
    />
  );
}

/** A password, or another secret by its `noun`, with a button to look at it. `autoComplete` tells password managers which one it is. */
export function PasswordInput({
  noun = 'password',
  className,
  ...rest
}: Omit<ComponentProps<'input'>, 'type'> & {
  noun?: string;
  autoComplete: 'current-password' | 'new-password' | 'off';
}) {
  const [isShown, setShown] = useState(false);
  return (
    <div className="relative">
      <input
        {...useFieldControl()}
        maxLength={256}
        spellCheck={false}
        autoCapitalize="none"
        {...rest}
        type={isShown ? 'text' : 'password'}
        className={classNames(CONTROL, 'h-10 pr-11', className)}
      />
      <IconButton
        label={`${isShown ? 'Hide' : 'Show'} ${noun}`}
        icon={isShown ? <EyeOff size={17} aria-hidden /> : <Eye size={17} aria-hidden />}
        size="sm"
        className="absolute top-1 right-1"
        onClick={() => setShown(!isShown)}
      />
    </div>
  );
}

/** A code of an authenticator app, or a recovery code where that is taken too. */
export function CodeInput({
  takesRecoveryCode = false,
  className,
  ...rest
}: Omit<ComponentProps<'input'>, 'type'> & { takesRecoveryCode?: boolean }) {
  return (
    <Input
      autoComplete="one-time-code"
      inputMode={takesRecoveryCode ? 'text' : 'numeric'}
      autoCapitalize="none"
      spellCheck={false}
      maxLength={takesRecoveryCode ? 64 : 10}
      {...rest}
      className={classNames('font-mono tracking-[0.2em]', className)}
    />
  );
}
