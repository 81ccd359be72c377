/**
 * A label, a control, a hint and an error, wired for assistive technology. Inside a Form a field with a `name` shows the
 * errors of that name by itself. The control takes its id and aria attributes from `useFieldControl`.
 */
import { CircleAlert } from 'lucide-react';
import { createContext, type ReactNode, use, useId } from 'react';
import { useFieldError } from '../forms/form-state.ts';
import { classNames } from './class-names.ts';

interface FieldControl {
  id: string;
  name: string | undefined;
  'aria-describedby': string | undefined;
  'aria-invalid': true | undefined;
}

const FieldContext = createContext<FieldControl | null>(null);

/** Attributes for the control of the nearest Field; nothing outside of one. */
export function useFieldControl(): Partial<FieldControl> {
  return use(FieldContext) ?? {};
}

interface FieldProps {
  /** The control's name in the form, and the name of the server's errors about it. */
  name?: string;
  label: ReactNode;
  hint?: ReactNode;
  /** An error from outside the form. */
  error?: string | null;
  isOptional?: boolean;
  /** Something at the end of the label's line, as a link. */
  aside?: ReactNode;
  className?: string;
  children: ReactNode;
}

export function Field({ name, label, hint, error, isOptional, aside, className, children }: FieldProps) {
  const id = useId();
  const formError = useFieldError(name);
  const problem = error ?? formError;
  const describedBy = [problem === null ? null : `${id}-error`, hint === undefined ? null : `${id}-hint`];
  const control: FieldControl = {
    id,
    name,
    'aria-describedby': describedBy.filter(part => part !== null).join(' ') || undefined,
    'aria-invalid': problem === null ? undefined : true,
  };
  return (
    <div className={classNames('flex flex-col gap-1.5', className)}>
      <div className="flex items-baseline justify-between gap-3">
        <label htmlFor={id} className="font-medium text-ink">
          {label}
          {isOptional === true && <span className="ml-1.5 font-normal text-ink-faint">optional</span>}
        </label>
        {aside}
      </div>
      <FieldContext value={control}>{children}</FieldContext>
      {problem !== null && (
        <p id={`${id}-error`} className="flex items-start gap-1.5 text-sm text-danger-ink">
          <CircleAlert size={16} className="mt-[0.15rem] shrink-0" aria-hidden />
          {problem}
        </p>
      )}
      {hint !== undefined && (
        <div id={`${id}-hint`} className="text-sm text-ink-faint">
          {hint}
        </div>
      )}
    </div>
  );
}
