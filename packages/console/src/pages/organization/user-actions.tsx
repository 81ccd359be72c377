/** What can be done with one user: the menu of a row, and the questions before what matters. */
import { KeyRound, Mail, Pencil, ShieldOff, Trash2, UserCheck, UserX } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import {
  deleteUser,
  type IssuedLink,
  inviteAgain,
  resetPassword,
  resetTwoFactor,
  type User,
  updateUser,
} from '../../api/users.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { MenuItem, MenuLine, RowMenu } from '../../components/menu.tsx';
import type { OneTime } from '../../components/one-time-secret.tsx';
import { toast } from '../../components/toasts.tsx';
import { useCurrentUser } from '../../shell/current-user.ts';
import { linkSecret } from './issued-link.ts';
import { EditUserDialog } from './user-dialogs.tsx';

type Asked = 'edit' | 'deactivate' | 'reset-password' | 'reset-two-factor' | 'delete';

interface UserActionsProps {
  user: User;
  onChanged: (said: string) => Promise<void>;
  onSecret: (secret: OneTime) => void;
}

export function UserActions({ user, onChanged, onSecret }: UserActionsProps) {
  const { organization } = useCurrentUser();
  const [asked, setAsked] = useState<Asked | null>(null);
  const close = () => setAsked(null);

  async function told(what: string, link: IssuedLink): Promise<void> {
    if (link.url !== null) onSecret(linkSecret(what, user.email, link.url, link.expires_at));
    await onChanged(link.mailed ? `Link mailed to ${user.email}` : 'Link made');
  }

  async function setStatus(status: 'Activated' | 'Deactivated'): Promise<void> {
    await updateUser(organization.id, user.guid, { status });
    await onChanged(status === 'Activated' ? 'User reactivated' : 'User deactivated');
  }

  async function invite(): Promise<void> {
    await told('Invitation', await inviteAgain(organization.id, user.guid));
  }

  const questions: Readonly<Record<Exclude<Asked, 'edit'>, Question>> = {
    deactivate: {
      title: `Deactivate ${user.formal_name}?`,
      action: 'Deactivate',
      text: 'They are signed out, cannot sign in, and their user API token stops working. Company API tokens they made go on.',
      run: () => setStatus('Deactivated'),
    },
    'reset-password': {
      title: `Reset the password of ${user.formal_name}?`,
      action: 'Make a link',
      look: 'primary',
      text: 'A link is made that sets a new password, once.',
      run: async () => told('New password', await resetPassword(organization.id, user.guid)),
    },
    'reset-two-factor': {
      title: `Reset two-factor of ${user.formal_name}?`,
      action: 'Reset two-factor',
      text: 'They sign in with the password alone until they set it up again. Make sure that it is them who ask.',
      run: async () => {
        await resetTwoFactor(organization.id, user.guid);
        await onChanged('Two-factor reset');
      },
    },
    delete: {
      title: `Delete ${user.formal_name}?`,
      action: 'Delete user',
      text: 'The account, its sessions and its user API token are gone for ever. The audit log keeps what they did; company API tokens they made go on.',
      typeToConfirm: user.email,
      run: async () => {
        await deleteUser(organization.id, user.guid);
        await onChanged('User deleted');
      },
    },
  };
  const question = asked === null || asked === 'edit' ? null : questions[asked];

  return (
    <>
      <RowMenu label={`Actions for ${user.formal_name}`}>
        <MenuItem icon={<Pencil size={16} aria-hidden />} onSelect={() => setAsked('edit')}>
          Edit
        </MenuItem>
        {user.status === 'Created' && (
          <MenuItem icon={<Mail size={16} aria-hidden />} onSelect={() => void invite().catch(toast.failed)}>
            Resend invitation
          </MenuItem>
        )}
        {user.status === 'Activated' && (
          <MenuItem icon={<KeyRound size={16} aria-hidden />} onSelect={() => setAsked('reset-password')}>
            Reset password
          </MenuItem>
        )}
        {user.mfa_enabled && (
          <MenuItem icon={<ShieldOff size={16} aria-hidden />} onSelect={() => setAsked('reset-two-factor')}>
            Reset two-factor
          </MenuItem>
        )}
        {user.status === 'Deactivated' ? (
          <MenuItem
            icon={<UserCheck size={16} aria-hidden />}
            onSelect={() => void setStatus('Activated').catch(toast.failed)}
          >
            Reactivate
          </MenuItem>
        ) : (
          <MenuItem icon={<UserX size={16} aria-hidden />} onSelect={() => setAsked('deactivate')}>
            Deactivate
          </MenuItem>
        )}
        <MenuLine />
        <MenuItem isDanger icon={<Trash2 size={16} aria-hidden />} onSelect={() => setAsked('delete')}>
          Delete
        </MenuItem>
      </RowMenu>
      {asked === 'edit' && <EditUserDialog user={user} onClose={close} onChanged={onChanged} />}
      {question !== null && (
        <ConfirmDialog
          isOpen
          onClose={close}
          title={question.title}
          action={question.action}
          look={question.look}
          typeToConfirm={question.typeToConfirm}
          onConfirm={question.run}
        >
          {question.text}
        </ConfirmDialog>
      )}
    </>
  );
}

interface Question {
  title: string;
  action: string;
  look?: 'primary';
  text: ReactNode;
  typeToConfirm?: string;
  run: () => Promise<void>;
}
