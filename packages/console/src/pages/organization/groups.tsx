/** Access control groups: which there are, and making, renaming and deleting them. What companies are in one has a page of its own. */
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Building2, Layers, Pencil, Plus, Star, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { type Group, groupsQuery, updateGroup } from '../../api/groups.ts';
import { queryKeys } from '../../api/query-keys.ts';
import { Badge } from '../../components/badge.tsx';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { MenuItem, MenuLine, RowMenu } from '../../components/menu.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { EmptyState } from '../../components/states.tsx';
import { type Column, PagedTable } from '../../components/table.tsx';
import { TEXT_LINK } from '../../components/text-link.tsx';
import { toast } from '../../components/toasts.tsx';
import { useCan, useCurrentUser } from '../../shell/current-user.ts';
import { countOf } from '../../text/format.ts';
import { DeleteGroupDialog } from './delete-group.tsx';
import { NewGroupDialog, RenameGroupDialog } from './group-dialogs.tsx';
import { ORGANIZATION_TRAIL } from './trail.ts';

type Asked = { dialog: 'none' | 'new' } | { dialog: 'rename' | 'delete'; group: Group };

export function Page() {
  const { organization } = useCurrentUser();
  const mayManage = useCan('groups.manage');
  const queryClient = useQueryClient();
  const groups = useInfiniteQuery(groupsQuery(organization.id));
  const [asked, setAsked] = useState<Asked>({ dialog: 'none' });
  const close = () => setAsked({ dialog: 'none' });

  async function changed(said: string): Promise<void> {
    toast.done(said);
    await Promise.all(
      [
        queryKeys.groups(organization.id),
        queryKeys.users(organization.id),
        queryKeys.companyTokens(organization.id),
        queryKeys.tokenGroups(organization.id),
      ].map(queryKey => queryClient.invalidateQueries({ queryKey })),
    );
  }

  async function makeDefault(group: Group): Promise<void> {
    await updateGroup(organization.id, group.guid, { is_default: true });
    await changed(`${group.name} takes new users and tokens now`);
  }

  const columns = mayManage
    ? [...COLUMNS, actionsColumn(setAsked, group => void makeDefault(group).catch(toast.failed))]
    : COLUMNS;
  return (
    <>
      <PageHeader
        title="Groups"
        trail={ORGANIZATION_TRAIL}
        description="An access control group is a named subset of companies. Every user and every token belongs to one and sees its companies alone."
        actions={
          mayManage && (
            <Button
              look="primary"
              icon={<Plus size={16} aria-hidden />}
              onClick={() => setAsked({ dialog: 'new' })}
            >
              New group
            </Button>
          )
        }
      />
      <Card isFlush>
        <PagedTable
          caption="Access control groups"
          columns={columns}
          query={groups}
          keyOf={group => group.guid}
          empty={<EmptyState icon={Layers} title="No groups yet" />}
        />
      </Card>
      <NewGroupDialog isOpen={asked.dialog === 'new'} onClose={close} onChanged={changed} />
      {asked.dialog === 'rename' && (
        <RenameGroupDialog group={asked.group} onClose={close} onChanged={changed} />
      )}
      {asked.dialog === 'delete' && (
        <DeleteGroupDialog group={asked.group} onClose={close} onChanged={changed} />
      )}
    </>
  );
}

const COLUMNS: readonly Column<Group>[] = [
  {
    head: 'Name',
    cell: group => (
      <span className="inline-flex flex-wrap items-center gap-2">
        {group.all_companies ? (
          <span className="font-medium">{group.name}</span>
        ) : (
          <Link
            to="/settings/organization/groups/$group"
            params={{ group: group.guid }}
            className={TEXT_LINK}
          >
            {group.name}
          </Link>
        )}
        {group.is_default && <Badge tone="accent">Default</Badge>}
        {group.all_companies && <Badge>Every company</Badge>}
      </span>
    ),
  },
  { head: 'Users', cell: group => countOf(group.user_count, 'user') },
  { head: 'Companies', cell: group => countOf(group.company_count, 'company', 'companies') },
];

function actionsColumn(ask: (asked: Asked) => void, makeDefault: (group: Group) => void): Column<Group> {
  return {
    head: 'Actions',
    isActions: true,
    align: 'end',
    cell: group => (
      <RowMenu label={`Actions for ${group.name}`}>
        {!group.all_companies && (
          <MenuItem asChild>
            <Link to="/settings/organization/groups/$group" params={{ group: group.guid }}>
              <Building2 size={16} aria-hidden />
              Companies
            </Link>
          </MenuItem>
        )}
        <MenuItem icon={<Pencil size={16} aria-hidden />} onSelect={() => ask({ dialog: 'rename', group })}>
          Rename
        </MenuItem>
        {!group.is_default && (
          <MenuItem icon={<Star size={16} aria-hidden />} onSelect={() => makeDefault(group)}>
            Make default
          </MenuItem>
        )}
        <MenuLine />
        <MenuItem
          isDanger
          icon={<Trash2 size={16} aria-hidden />}
          onSelect={() => ask({ dialog: 'delete', group })}
        >
          Delete
        </MenuItem>
      </RowMenu>
    ),
  };
}
