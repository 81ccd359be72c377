/** Where one is signed in, and ending that. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { endOtherSessions, endSession, type MySession, mySessionsQuery } from '../../api/me.ts';
import { Badge } from '../../components/badge.tsx';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import { type Column, Table } from '../../components/table.tsx';
import { toast } from '../../components/toasts.tsx';
import { clientName } from '../../text/format.ts';
import { ACCOUNT_TRAIL } from './trail.ts';

export function Page() {
  const sessions = useQuery(mySessionsQuery);
  const queryClient = useQueryClient();
  const [isAsking, setAsking] = useState(false);
  const others = (sessions.data ?? []).filter(session => !session.current);
  const reread = () => queryClient.invalidateQueries({ queryKey: mySessionsQuery.queryKey });

  async function endOthers(): Promise<void> {
    await endOtherSessions();
    toast.done('Your other sessions are ended');
    await reread();
  }

  return (
    <>
      <PageHeader title="Sessions" trail={ACCOUNT_TRAIL} />
      <Card
        title="Where you are signed in"
        description="A session ends by itself after an hour without use, and after twelve in any case."
        actions={others.length > 0 && <Button onClick={() => setAsking(true)}>End all others</Button>}
        isFlush
      >
        <Table
          caption="Your sessions"
          columns={columnsOf(reread)}
          rows={sessions.data}
          keyOf={session => session.id}
          error={sessions.error}
          retry={() => sessions.refetch()}
          empty={null}
        />
      </Card>
      <ConfirmDialog
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        title="End all other sessions?"
        action="End sessions"
        onConfirm={endOthers}
      >
        Every other browser has to sign in again. This one stays signed in.
      </ConfirmDialog>
    </>
  );
}

function columnsOf(onEnded: () => void): readonly Column<MySession>[] {
  return [
    {
      head: 'Browser',
      cell: session => (
        <span className="inline-flex flex-wrap items-center gap-2">
          <span className="font-medium">
            {session.client === null ? 'Unknown' : clientName(session.client)}
          </span>
          {session.current && (
            <Badge tone="ok" hasDot>
              This one
            </Badge>
          )}
        </span>
      ),
    },
    { head: 'Address', cell: session => session.address ?? 'Unknown' },
    { head: 'Last used', cell: session => <RelativeTime time={session.last_seen_at} /> },
    { head: 'Signed in', cell: session => <RelativeTime time={session.created_at} /> },
    {
      head: 'Actions',
      isActions: true,
      align: 'end',
      cell: session => !session.current && <EndButton session={session} onEnded={onEnded} />,
    },
  ];
}

function EndButton({ session, onEnded }: { session: MySession; onEnded: () => void }) {
  const [isBusy, setBusy] = useState(false);
  const name = session.client === null ? 'unknown browser' : clientName(session.client);
  const end = () => {
    setBusy(true);
    endSession(session.id)
      .then(() => toast.done('Session ended'), toast.failed)
      .finally(() => {
        setBusy(false);
        onEnded();
      });
  };
  return (
    <Button size="sm" isBusy={isBusy} onClick={end} aria-label={`End the session of ${name}`}>
      End
    </Button>
  );
}
