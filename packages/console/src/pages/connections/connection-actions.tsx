/** What can be done with a connection: test, sync, pause, and what its menu holds. */
import { useQueryClient } from '@tanstack/react-query';
import { Ellipsis, KeyRound, Pause, Pencil, Play, RefreshCw, Trash2 } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import {
  type ConnectionDetails,
  syncNow,
  testConnection,
  updateConnection,
} from '../../api/connection-details.ts';
import { queryKeys } from '../../api/query-keys.ts';
import { Button, IconButton } from '../../components/button.tsx';
import { Menu, MenuItem, MenuLine } from '../../components/menu.tsx';
import { toast } from '../../components/toasts.tsx';
import { useCurrentUser } from '../../shell/current-user.ts';
import type { ConnectionQuestion } from './connection.tsx';

interface ConnectionActionsProps {
  connection: ConnectionDetails;
  mayManage: boolean;
  maySync: boolean;
  onAsk: (question: ConnectionQuestion) => void;
  onChanged: (said: string) => Promise<void>;
}

export function ConnectionActions(props: ConnectionActionsProps) {
  const { connection, mayManage, maySync, onAsk, onChanged } = props;
  const { organization } = useCurrentUser();
  const queryClient = useQueryClient();
  const { id } = connection;
  const isPaused = connection.state === 'PAUSED';
  const isPending = connection.state === 'PENDING';

  async function test(): Promise<void> {
    const { is_valid, message } = await testConnection(organization.id, id);
    if (!is_valid) {
      toast.refused(message);
      return;
    }
    await onChanged(message);
  }

  async function sync(): Promise<void> {
    await syncNow(organization.id, id);
    toast.done('Sync begins');
    await queryClient.invalidateQueries({ queryKey: queryKeys.connection(organization.id, id) });
  }

  async function toggle(): Promise<void> {
    await updateConnection(organization.id, id, { state: isPaused ? 'ACTIVE' : 'PAUSED' });
    await onChanged(isPaused ? 'Connection resumed' : 'Connection paused');
  }

  return (
    <>
      {maySync && (
        <WorkButton
          look="primary"
          icon={<RefreshCw size={16} aria-hidden />}
          isDisabled={isPaused || isPending}
          work={sync}
        >
          Sync now
        </WorkButton>
      )}
      {mayManage && (
        <>
          <WorkButton isDisabled={!connection.has_credentials} work={test}>
            Test
          </WorkButton>
          {!isPending && (
            <WorkButton
              icon={isPaused ? <Play size={16} aria-hidden /> : <Pause size={16} aria-hidden />}
              work={toggle}
            >
              {isPaused ? 'Resume' : 'Pause'}
            </WorkButton>
          )}
          <Menu
            trigger={
              <IconButton label="More actions" look="secondary" icon={<Ellipsis size={18} aria-hidden />} />
            }
          >
            <MenuItem icon={<Pencil size={16} aria-hidden />} onSelect={() => onAsk('rename')}>
              Rename
            </MenuItem>
            <MenuItem icon={<KeyRound size={16} aria-hidden />} onSelect={() => onAsk('replace')}>
              Replace token
            </MenuItem>
            <MenuLine />
            <MenuItem isDanger icon={<Trash2 size={16} aria-hidden />} onSelect={() => onAsk('remove')}>
              Remove
            </MenuItem>
          </Menu>
        </>
      )}
    </>
  );
}

interface WorkButtonProps {
  look?: 'primary';
  icon?: ReactNode;
  isDisabled?: boolean;
  work: () => Promise<void>;
  children: ReactNode;
}

/** A button that shows its work going on, and what went wrong with it. */
function WorkButton({ look, icon, isDisabled, work, children }: WorkButtonProps) {
  const [isBusy, setBusy] = useState(false);
  const press = () => {
    setBusy(true);
    work()
      .catch(toast.failed)
      .finally(() => setBusy(false));
  };
  return (
    <Button look={look} icon={icon} disabled={isDisabled} isBusy={isBusy} onClick={press}>
      {children}
    </Button>
  );
}
