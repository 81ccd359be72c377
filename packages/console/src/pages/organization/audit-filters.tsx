/** The filters above the audit log. Its dates are days of the person, as "2026-01-31"; the page makes moments of them. */
import type { AuditFilters } from '../../api/audit.ts';
import { Field } from '../../components/field.tsx';
import { Input } from '../../components/input.tsx';
import { Select } from '../../components/select.tsx';
import { ACTION_CHOICES } from './audit-actions.ts';

interface AuditFilterBarProps {
  filters: AuditFilters;
  onChange: (filters: AuditFilters) => void;
}

export function AuditFilterBar({ filters, onChange }: AuditFilterBarProps) {
  const change = (name: keyof AuditFilters) => (value: string) => onChange({ ...filters, [name]: value });
  return (
    <search className="mb-4 grid gap-3 sm:grid-cols-2 xl:grid-cols-5">
      <Field label="Action">
        <Select
          choices={ACTION_CHOICES}
          value={filters.action}
          onChange={event => change('action')(event.target.value)}
        />
      </Field>
      <Field label="Who">
        <Input
          value={filters.actor}
          placeholder="Name or guid"
          autoComplete="off"
          onChange={event => change('actor')(event.target.value)}
        />
      </Field>
      <Field label="About">
        <Input
          value={filters.target}
          placeholder="Name or guid"
          autoComplete="off"
          onChange={event => change('target')(event.target.value)}
        />
      </Field>
      <Field label="From">
        <Input type="date" value={filters.from} onChange={event => change('from')(event.target.value)} />
      </Field>
      <Field label="To">
        <Input type="date" value={filters.to} onChange={event => change('to')(event.target.value)} />
      </Field>
    </search>
  );
}
