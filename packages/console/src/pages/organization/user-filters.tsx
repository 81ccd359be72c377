/** The filters above the list of users. */
import { useQuery } from '@tanstack/react-query';
import { allGroupsQuery } from '../../api/groups.ts';
import { ALL_ROLES } from '../../api/roles.ts';
import type { UserFilters } from '../../api/users.ts';
import { SearchInput } from '../../components/search-input.tsx';
import { Select } from '../../components/select.tsx';
import { useCurrentUser } from '../../shell/current-user.ts';

const STATUS_CHOICES = [
  { value: '', label: 'Every status' },
  { value: 'Created', label: 'Invited' },
  { value: 'Activated', label: 'Active' },
  { value: 'Deactivated', label: 'Deactivated' },
];

const ROLE_CHOICES = [{ value: '', label: 'Every role' }, ...ALL_ROLES];

interface UserFilterBarProps {
  filters: UserFilters;
  onChange: (filters: UserFilters) => void;
}

export function UserFilterBar({ filters, onChange }: UserFilterBarProps) {
  const { organization } = useCurrentUser();
  const groups = useQuery(allGroupsQuery(organization.id));
  const groupChoices = [
    { value: '', label: 'Every group' },
    ...(groups.data ?? []).map(({ name }) => ({ value: name, label: name })),
  ];
  const change = (name: keyof UserFilters) => (value: string) => onChange({ ...filters, [name]: value });
  return (
    <search className="mb-4 grid gap-3 sm:grid-cols-2 lg:grid-cols-[minmax(0,2fr)_repeat(3,minmax(0,1fr))]">
      <SearchInput label="Search name or e-mail" value={filters.q} onChange={change('q')} />
      <Select
        aria-label="Status"
        choices={STATUS_CHOICES}
        value={filters.status}
        onChange={event => change('status')(event.target.value)}
      />
      <Select
        aria-label="Role"
        choices={ROLE_CHOICES}
        value={filters.role}
        onChange={event => change('role')(event.target.value)}
      />
      <Select
        aria-label="Group"
        choices={groupChoices}
        value={filters.group}
        onChange={event => change('group')(event.target.value)}
      />
    </search>
  );
}
