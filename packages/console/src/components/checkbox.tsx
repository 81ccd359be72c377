/** Checkbox and switch, each with its label and a line of explanation. A switch acts at once, a checkbox with its form. */
import { Check, Minus } from 'lucide-react';
import { Checkbox as RadixCheckbox, Switch as RadixSwitch } from 'radix-ui';
import { type ComponentProps, type ReactNode, useId } from 'react';
import { classNames } from './class-names.ts';

interface ChoiceText {
  label: ReactNode;
  hint?: ReactNode;
  className?: string;
}

type CheckboxProps = ChoiceText & Omit<ComponentProps<typeof RadixCheckbox.Root>, 'children' | 'asChild'>;

export function Checkbox({ label, hint, className, ...rest }: CheckboxProps) {
  const id = useId();
  return (
    <div className={classNames('flex items-start gap-2.5', className)}>
      <RadixCheckbox.Root
        {...rest}
        id={id}
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
        className="group mt-[0.1rem] grid size-5 shrink-0 place-items-center rounded-sm border border-edge bg-surface text-on-accent transition-colors hover:border-ink-faint disabled:opacity-55 data-[state=checked]:border-accent data-[state=checked]:bg-accent data-[state=indeterminate]:border-accent data-[state=indeterminate]:bg-accent"
      >
        <RadixCheckbox.Indicator>
          <Check size={14} strokeWidth={3} aria-hidden className="group-data-[state=indeterminate]:hidden" />
          <Minus
            size={14}
            strokeWidth={3}
            aria-hidden
            className="hidden group-data-[state=indeterminate]:block"
          />
        </RadixCheckbox.Indicator>
      </RadixCheckbox.Root>
      <ChoiceLabel id={id} label={label} hint={hint} />
    </div>
  );
}

type SwitchProps = ChoiceText & Omit<ComponentProps<typeof RadixSwitch.Root>, 'children' | 'asChild'>;

export function Switch({ label, hint, className, ...rest }: SwitchProps) {
  const id = useId();
  return (
    <div className={classNames('flex items-start gap-3', className)}>
      <RadixSwitch.Root
        {...rest}
        id={id}
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
        className="h-6 w-10 shrink-0 rounded-full border border-edge bg-sunken p-[0.15rem] transition-colors disabled:opacity-55 data-[state=checked]:border-accent data-[state=checked]:bg-accent"
      >
        <RadixSwitch.Thumb className="block size-4 rounded-full bg-ink-faint transition-transform data-[state=checked]:translate-x-4 data-[state=checked]:bg-on-accent" />
      </RadixSwitch.Root>
      <ChoiceLabel id={id} label={label} hint={hint} />
    </div>
  );
}

function ChoiceLabel({ id, label, hint }: { id: string; label: ReactNode; hint?: ReactNode }) {
  return (
    <div className="min-w-0">
      <label htmlFor={id} className="cursor-pointer text-ink">
        {label}
      </label>
      {hint !== undefined && (
        <p id={`${id}-hint`} className="text-sm text-ink-faint">
          {hint}
        </p>
      )}
    </div>
  );
}
