/** A choice from a list: the browser's own control, which every keyboard, phone and screen reader knows. */
import { ChevronDown } from 'lucide-react';
import type { ComponentProps } from 'react';
import { classNames } from './class-names.ts';
import { useFieldControl } from './field.tsx';
import { CONTROL } from './input.tsx';

export interface Choice {
  value: string;
  label: string;
  isDisabled?: boolean;
}

interface SelectProps extends Omit<ComponentProps<'select'>, 'children'> {
  choices: readonly Choice[];
}

export function Select({ choices, className, ...rest }: SelectProps) {
  return (
    <div className={classNames('relative', className)}>
      <select
        {...useFieldControl()}
        {...rest}
        className={classNames(CONTROL, 'h-10 appearance-none truncate pr-9')}
      >
        {choices.map(choice => (
          <option
            key={choice.value}
            value={choice.value}
            disabled={choice.isDisabled}
            className="bg-surface text-ink"
          >
            {choice.label}
          </option>
        ))}
      </select>
      <ChevronDown
        size={16}
        aria-hidden
        className="pointer-events-none absolute top-1/2 right-3 -translate-y-1/2 text-ink-faint"
      />
    </div>
  );
}
