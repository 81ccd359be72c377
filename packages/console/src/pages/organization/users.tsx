/** Users of the organization: who there is, inviting people, and what can be done with an account. */
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { Plus, SearchX, UsersRound } from 'lucide-react';
import { useState } from 'react';
import { queryKeys } from '../../api/query-keys.ts';
import { type User, type UserFilters, usersQuery } from '../../api/users.ts';
import { useSettled } from '../../browser/settled.ts';
import { Badge } from '../../components/badge.tsx';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { type OneTime, OneTimeSecret } from '../../components/one-time-secret.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import { EmptyState } from '../../components/states.tsx';
import { type Column, PagedTable } from '../../components/table.tsx';
import { toast } from '../../components/toasts.tsx';
import type { Tone } from '../../components/tone.ts';
import { useCan, useCurrentUser } from '../../shell/current-user.ts';
import { ORGANIZATION_TRAIL } from './trail.ts';
import { UserActions } from './user-actions.tsx';
import { InviteUserDialog } from './user-dialogs.tsx';
import { UserFilterBar } from './user-filters.tsx';

const NO_FILTERS: UserFilters = { q: '', status: '', role: '', group: '' };

export function Page() {
  const { organization } = useCurrentUser();
  const mayManage = useCan('users.manage');
  const queryClient = useQueryClient();
  const [filters, setFilters] = useState(NO_FILTERS);
  const [isInviting, setInviting] = useState(false);
  const [secret, setSecret] = useState<OneTime | null>(null);
  const users = useInfiniteQuery(usersQuery(organization.id, useSettled(filters)));
  const isFiltered = Object.values(filters).some(value => value !== '');

  async function changed(said: string): Promise<void> {
    toast.done(said);
    await Promise.all([
      queryClient.invalidateQueries({ queryKey: queryKeys.users(organization.id) }),
      queryClient.invalidateQueries({ queryKey: queryKeys.groups(organization.id) }),
    ]);
  }

  const columns = mayManage
    ? [...COLUMNS, actionsColumn({ onChanged: changed, onSecret: setSecret })]
    : COLUMNS;
  return (
    <>
      <PageHeader
        title="Users"
        trail={ORGANIZATION_TRAIL}
        description="People of your organization. A role says what they may do, a group which companies they see."
        actions={
          mayManage && (
            <Button look="primary" icon={<Plus size={16} aria-hidden />} onClick={() => setInviting(true)}>
              Invite user
            </Button>
          )
        }
      />
      <UserFilterBar filters={filters} onChange={setFilters} />
      <Card isFlush>
        <PagedTable
          caption="Users"
          columns={columns}
          query={users}
          keyOf={user => user.guid}
          empty={
            isFiltered ? (
              <EmptyState
                icon={SearchX}
                title="Nobody fits"
                actions={<Button onClick={() => setFilters(NO_FILTERS)}>Clear filters</Button>}
              />
            ) : (
              <EmptyState icon={UsersRound} title="No users yet" />
            )
          }
        />
      </Card>
      <InviteUserDialog
        isOpen={isInviting}
        onClose={() => setInviting(false)}
        onSecret={setSecret}
        onChanged={changed}
      />
      <OneTimeSecret secret={secret} onClose={() => setSecret(null)} />
    </>
  );
}

const STATUSES: Readonly<Record<string, { label: string; tone: Tone }>> = Object.freeze({
  Created: { label: 'Invited', tone: 'info' },
  Activated: { label: 'Active', tone: 'ok' },
  Deactivated: { label: 'Deactivated', tone: 'neutral' },
});

const COLUMNS: readonly Column<User>[] = [
  {
    head: 'Name',
    cell: user => (
      <div>
        <p className="font-medium wrap-anywhere">{user.formal_name}</p>
        <p className="text-sm break-all text-ink-faint">{user.email}</p>
      </div>
    ),
  },
  { head: 'Role', cell: user => user.role_name },
  { head: 'Group', cell: user => user.group.name },
  { head: 'Status', cell: user => <Status status={user.status} /> },
  {
    head: 'Two-factor',
    cell: user =>
      user.mfa_enabled ? <Badge tone="ok">On</Badge> : <span className="text-ink-faint">Off</span>,
  },
  { head: 'Last sign-in', cell: user => <RelativeTime time={user.last_login_at} /> },
];

function Status({ status }: { status: string }) {
  const { label, tone } = STATUSES[status] ?? { label: status, tone: 'neutral' };
  return (
    <Badge tone={tone} hasDot>
      {label}
    </Badge>
  );
}

function actionsColumn(outcomes: {
  onChanged: (said: string) => Promise<void>;
  onSecret: (secret: OneTime) => void;
}): Column<User> {
  return {
    head: 'Actions',
    isActions: true,
    align: 'end',
    cell: user => <UserActions user={user} {...outcomes} />,
  };
}
