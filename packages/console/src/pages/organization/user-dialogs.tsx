/** The dialogs that invite a user and that change one. */
import { useQuery } from '@tanstack/react-query';
import { allGroupsQuery } from '../../api/groups.ts';
import { DEFAULT_ROLE, grantableRoles } from '../../api/roles.ts';
import { inviteUser, type User, updateUser } from '../../api/users.ts';
import { Dialog } from '../../components/dialog.tsx';
import { Field } from '../../components/field.tsx';
import { Form } from '../../components/form.tsx';
import { FormActions } from '../../components/form-actions.tsx';
import { Input } from '../../components/input.tsx';
import type { OneTime } from '../../components/one-time-secret.tsx';
import { type Choice, Select } from '../../components/select.tsx';
import { ErrorState, SkeletonLines } from '../../components/states.tsx';
import type { FormValues } from '../../forms/form-values.ts';
import { useCurrentUser, useSession } from '../../shell/current-user.ts';
import { linkSecret } from './issued-link.ts';

interface Outcomes {
  onClose: () => void;
  onChanged: (said: string) => Promise<void>;
}

interface InviteUserDialogProps extends Outcomes {
  isOpen: boolean;
  onSecret: (secret: OneTime) => void;
}

export function InviteUserDialog({ isOpen, onClose, onSecret, onChanged }: InviteUserDialogProps) {
  const user = useCurrentUser();
  const { smtp_configured: canMail } = useSession();

  async function submit(values: FormValues): Promise<void> {
    const email = values.text('email');
    const invitation = await inviteUser(user.organization.id, {
      email,
      formal_name: values.text('formal_name'),
      role: values.text('role'),
      group: values.text('group'),
    });
    onClose();
    if (invitation.url !== null)
      onSecret(linkSecret('Invitation', email, invitation.url, invitation.expires_at));
    await onChanged(invitation.mailed ? `Invitation mailed to ${email}` : 'User invited');
  }

  return (
    <Dialog
      isOpen={isOpen}
      onClose={onClose}
      title="Invite user"
      description={
        canMail
          ? 'They get a mail with a link that sets their password.'
          : 'You get a link to hand over; it sets their password and works once.'
      }
    >
      <Form submit={submit}>
        <Field name="email" label="E-mail">
          <Input type="email" required autoComplete="off" maxLength={254} />
        </Field>
        <Field name="formal_name" label="Name">
          <Input required autoComplete="off" maxLength={255} />
        </Field>
        <RoleAndGroup role={DEFAULT_ROLE} group={user.group} />
        <FormActions onClose={onClose} action="Invite" />
      </Form>
    </Dialog>
  );
}

export function EditUserDialog({ user, onClose, onChanged }: Outcomes & { user: User }) {
  const { organization } = useCurrentUser();

  async function submit(values: FormValues): Promise<void> {
    const role = values.text('role');
    const group = values.text('group');
    await updateUser(organization.id, user.guid, {
      formal_name: values.text('formal_name'),
      // What stays is not sent: it may be more than this person could give.
      ...(role === '' || role === user.role ? {} : { role }),
      ...(group === '' || group === user.group.name ? {} : { group }),
    });
    onClose();
    await onChanged('User changed');
  }

  return (
    <Dialog isOpen onClose={onClose} title="Edit user" description={user.email}>
      <Form submit={submit}>
        <Field name="formal_name" label="Name">
          <Input required autoComplete="off" maxLength={255} defaultValue={user.formal_name} />
        </Field>
        <RoleAndGroup
          role={user.role}
          group={user.group}
          presentRole={{ value: user.role, label: user.role_name }}
        />
        <FormActions onClose={onClose} action="Save" />
      </Form>
    </Dialog>
  );
}

interface RoleAndGroupProps {
  role: string;
  group: { guid: string; name: string };
  /** Offered even when it is not the person's to give. */
  presentRole?: Choice;
}

function RoleAndGroup({ role, group, presentRole }: RoleAndGroupProps) {
  const me = useCurrentUser();
  const groups = useQuery(allGroupsQuery(me.organization.id));
  if (groups.isPending) return <SkeletonLines lines={2} label="Loading groups" />;
  if (groups.isError) return <ErrorState error={groups.error} retry={() => groups.refetch()} />;
  return (
    <div className="grid gap-5 sm:grid-cols-2">
      <Field name="role" label="Role" hint="What they may do.">
        <Select choices={withPresent(grantableRoles(me), presentRole)} defaultValue={role} />
      </Field>
      <Field name="group" label="Group" hint="The companies they see.">
        <Select
          choices={groups.data.map(({ name }) => ({ value: name, label: name }))}
          defaultValue={group.name}
        />
      </Field>
    </div>
  );
}

function withPresent(choices: readonly Choice[], present: Choice | undefined): readonly Choice[] {
  if (present === undefined || choices.some(choice => choice.value === present.value)) return choices;
  return [present, ...choices];
}
