/** Connections: the upstream accounts of the organization, how they are, and adding one. */
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Cable, Plus } from 'lucide-react';
import { useState } from 'react';
import { type Connection, connectionsQuery } from '../../api/connections.ts';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import { EmptyState } from '../../components/states.tsx';
import { type Column, PagedTable } from '../../components/table.tsx';
import { TEXT_LINK } from '../../components/text-link.tsx';
import { useCan, useCurrentUser } from '../../shell/current-user.ts';
import { AddConnectionDialog } from './connection-dialogs.tsx';
import { connectionName, HealthBadge, StateBadge } from './connection-words.tsx';

export function Page() {
  const { organization } = useCurrentUser();
  const mayManage = useCan('connections.manage');
  const connections = useInfiniteQuery(connectionsQuery(organization.id));
  const [isAdding, setAdding] = useState(false);
  const isEmpty = connections.data?.pages[0]?.items.length === 0;
  const addButton = mayManage && (
    <Button look="primary" icon={<Plus size={16} aria-hidden />} onClick={() => setAdding(true)}>
      Add connection
    </Button>
  );
  return (
    <>
      <PageHeader
        title="Connections"
        description="Each is one upstream account. Sightline keeps its token encrypted and reads the account for everybody."
        actions={!isEmpty && addButton}
      />
      <Card isFlush>
        <PagedTable
          caption="Connections"
          columns={COLUMNS}
          query={connections}
          keyOf={connection => connection.id}
          empty={
            <EmptyState icon={Cable} title="No account is connected yet" actions={addButton}>
              Give Sightline one company API token of Bitsight, and it begins to read at once.
            </EmptyState>
          }
        />
      </Card>
      <AddConnectionDialog isOpen={isAdding} onClose={() => setAdding(false)} />
    </>
  );
}

const COLUMNS: readonly Column<Connection>[] = [
  {
    head: 'Connection',
    cell: connection => (
      <Link to="/connections/$connection" params={{ connection: connection.id }} className={TEXT_LINK}>
        {connectionName(connection)}
      </Link>
    ),
  },
  { head: 'State', cell: connection => <StateBadge state={connection.state} /> },
  { head: 'Health', cell: connection => <HealthBadge health={connection.health} /> },
  { head: 'Last synced', cell: connection => <RelativeTime time={connection.last_synced_at} /> },
  {
    head: 'Next sync',
    cell: connection => <RelativeTime time={connection.next_sync_at ?? null} never="None" />,
  },
];
