/** A field that narrows the list below it while one types. */
import { Search } from 'lucide-react';
import { classNames } from './class-names.ts';
import { Input } from './input.tsx';

interface SearchInputProps {
  /** Its name for screen readers, and what stands in it while it is empty. */
  label: string;
  value: string;
  onChange: (text: string) => void;
  className?: string;
}

export function SearchInput({ label, value, onChange, className }: SearchInputProps) {
  return (
    <div className={classNames('relative', className)}>
      <Search
        size={16}
        aria-hidden
        className="pointer-events-none absolute top-1/2 left-3 -translate-y-1/2 text-ink-faint"
      />
      <Input
        type="search"
        aria-label={label}
        placeholder={label}
        value={value}
        onChange={event => onChange(event.target.value)}
        autoComplete="off"
        spellCheck={false}
        maxLength={200}
        className="pl-9"
      />
    </div>
  );
}
