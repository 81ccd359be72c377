/** The dialogs that make a group and that rename one. */
import { useNavigate } from '@tanstack/react-router';
import { createGroup, type Group, updateGroup } from '../../api/groups.ts';
import { Checkbox } from '../../components/checkbox.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Field } from '../../components/field.tsx';
import { Form } from '../../components/form.tsx';
import { FormActions } from '../../components/form-actions.tsx';
import { Input } from '../../components/input.tsx';
import type { FormValues } from '../../forms/form-values.ts';
import { useCurrentUser } from '../../shell/current-user.ts';

const MAX_NAME = 255;

interface Outcomes {
  onClose: () => void;
  onChanged: (said: string) => Promise<void>;
}

export function NewGroupDialog({ isOpen, onClose, onChanged }: Outcomes & { isOpen: boolean }) {
  const { organization } = useCurrentUser();
  const navigate = useNavigate();

  async function submit(values: FormValues): Promise<void> {
    const group = await createGroup(organization.id, {
      name: values.text('name'),
      all_companies: values.isOn('all_companies'),
    });
    onClose();
    await onChanged('Group made');
    if (!group.all_companies) {
      await navigate({ to: '/settings/organization/groups/$group', params: { group: group.guid } });
    }
  }

  return (
    <Dialog
      isOpen={isOpen}
      onClose={onClose}
      title="New group"
      description="It begins empty; you choose its companies next."
    >
      <Form submit={submit}>
        <Field name="name" label="Name" hint="Unique in your organization.">
          <Input required maxLength={MAX_NAME} autoComplete="off" />
        </Field>
        <Checkbox
          name="all_companies"
          label="Every company"
          hint="It holds all companies, also those that are added later."
        />
        <FormActions onClose={onClose} action="Make group" />
      </Form>
    </Dialog>
  );
}

export function RenameGroupDialog({ group, onClose, onChanged }: Outcomes & { group: Group }) {
  const { organization } = useCurrentUser();

  async function submit(values: FormValues): Promise<void> {
    await updateGroup(organization.id, group.guid, { name: values.text('name') });
    onClose();
    await onChanged('Group renamed');
  }

  return (
    <Dialog isOpen onClose={onClose} title="Rename group">
      <Form submit={submit}>
        <Field name="name" label="Name">
          <Input required maxLength={MAX_NAME} defaultValue={group.name} autoComplete="off" />
        </Field>
        <FormActions onClose={onClose} action="Rename" />
      </Form>
    </Dialog>
  );
}
