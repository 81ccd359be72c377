/** Deletes a group. When users or tokens are in it, the dialog lists them and asks which group takes them. */
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ApiError, type FieldProblem } from '../../api/api-error.ts';
import { allGroupsQuery, deleteGroup, type Group } from '../../api/groups.ts';
import { Alert } from '../../components/alert.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Field } from '../../components/field.tsx';
import { Form } from '../../components/form.tsx';
import { FormActions } from '../../components/form-actions.tsx';
import { Select } from '../../components/select.tsx';
import type { FormValues } from '../../forms/form-values.ts';
import { useCurrentUser } from '../../shell/current-user.ts';
import { countOf } from '../../text/format.ts';

interface DeleteGroupDialogProps {
  group: Group;
  onClose: () => void;
  onChanged: (said: string) => Promise<void>;
}

export function DeleteGroupDialog({ group, onClose, onChanged }: DeleteGroupDialogProps) {
  const { organization } = useCurrentUser();
  const groups = useQuery(allGroupsQuery(organization.id));
  /** What is in the group, once the server has said so. */
  const [members, setMembers] = useState<readonly FieldProblem[] | null>(null);
  const others = (groups.data ?? []).filter(other => other.guid !== group.guid);

  async function submit(values: FormValues): Promise<void> {
    const moveTo = values.text('move_to');
    await deleteGroup(organization.id, group.guid, moveTo === '' ? null : moveTo);
    onClose();
    await onChanged('Group deleted');
  }

  function takeMembers(error: unknown): boolean {
    const found = membersIn(error);
    if (found.length === 0) return false;
    setMembers(found);
    return true;
  }

  return (
    <Dialog isOpen onClose={onClose} title={`Delete ${group.name}?`}>
      <Form submit={submit} intercept={takeMembers}>
        <p className="text-ink-soft">The group is gone for ever. The companies in it stay as they are.</p>
        {members !== null && (
          <>
            <Alert tone="warn" isLive title="The group is in use">
              <MemberList members={members} />
            </Alert>
            <Field
              name="move_to"
              label="Move them to"
              hint="From then on they see the companies of that group."
            >
              <Select
                required
                choices={[
                  { value: '', label: 'Choose a group' },
                  ...others.map(({ guid, name }) => ({ value: guid, label: name })),
                ]}
              />
            </Field>
          </>
        )}
        <FormActions
          onClose={onClose}
          look="danger"
          action={members === null ? 'Delete group' : 'Move and delete'}
        />
      </Form>
    </Dialog>
  );
}

/** The users and tokens that a refusal lists. */
function membersIn(error: unknown): readonly FieldProblem[] {
  if (!(error instanceof ApiError) || error.status !== 409) return [];
  return error.fields.filter(problem => /^(tokens|users)\./.test(problem.field));
}

const MAX_LISTED = 8;

function MemberList({ members }: { members: readonly FieldProblem[] }) {
  const hidden = members.length - MAX_LISTED;
  return (
    <ul className="mt-1 list-disc pl-5">
      {members.slice(0, MAX_LISTED).map(member => (
        <li key={member.field}>
          {member.field.startsWith('tokens.') ? 'Token: ' : 'User: '}
          {member.message}
        </li>
      ))}
      {hidden > 0 && <li>and {countOf(hidden, 'more', 'more')}</li>}
    </ul>
  );
}
