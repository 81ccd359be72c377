/** The dialogs that add a connection, name it, and give it another token. */
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { createConnection, updateConnection } from '../../api/connection-details.ts';
import { queryKeys } from '../../api/query-keys.ts';
import { Dialog } from '../../components/dialog.tsx';
import { Field } from '../../components/field.tsx';
import { Form } from '../../components/form.tsx';
import { FormActions } from '../../components/form-actions.tsx';
import { Input, PasswordInput } from '../../components/input.tsx';
import { toast } from '../../components/toasts.tsx';
import type { FormValues } from '../../forms/form-values.ts';
import { useCurrentUser } from '../../shell/current-user.ts';

const MAX_NAME = 255;
const MAX_ADDRESS = 300;

/** The name the server's errors about the token have. */
const TOKEN_FIELD = 'credentials.username';
const ADDRESS_FIELD = 'options.base_url';

export function AddConnectionDialog({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const { organization } = useCurrentUser();
  const queryClient = useQueryClient();
  const navigate = useNavigate();

  async function submit(values: FormValues): Promise<void> {
    const identifier = values.text('identifier');
    const address = values.text(ADDRESS_FIELD);
    const connection = await createConnection(organization.id, {
      vendor: 'BIT_SIGHT',
      credentials: { username: values.text(TOKEN_FIELD) },
      ...(identifier === '' ? {} : { identifier }),
      ...(address === '' ? {} : { options: { base_url: address } }),
    });
    onClose();
    toast.done('Account connected. The first sync begins now.');
    await queryClient.invalidateQueries({ queryKey: queryKeys.connections(organization.id) });
    await navigate({ to: '/connections/$connection', params: { connection: connection.id } });
  }

  return (
    <Dialog
      isOpen={isOpen}
      onClose={onClose}
      title="Connect a Bitsight account"
      description="In Bitsight, an Admin makes the token under Settings ➔ Account ➔ User Preferences ➔ Company API Token."
    >
      <Form submit={submit}>
        <TokenField />
        <Field name="identifier" label="Name" isOptional hint="Your own name for this account.">
          <Input maxLength={MAX_NAME} autoComplete="off" />
        </Field>
        <Field
          name={ADDRESS_FIELD}
          label="Address"
          isOptional
          hint="Empty for Bitsight itself. For a sandbox its address, which the operator of this server has to allow."
        >
          <Input inputMode="url" maxLength={MAX_ADDRESS} autoComplete="off" spellCheck={false} />
        </Field>
        <FormActions onClose={onClose} action="Connect" />
      </Form>
    </Dialog>
  );
}

interface OfConnection {
  connectionId: string;
  isOpen: boolean;
  onClose: () => void;
  onChanged: (said: string) => Promise<void>;
}

export function ReplaceTokenDialog({ connectionId, isOpen, onClose, onChanged }: OfConnection) {
  const { organization } = useCurrentUser();

  async function submit(values: FormValues): Promise<void> {
    const credentials = { username: values.text(TOKEN_FIELD) };
    await updateConnection(organization.id, connectionId, { credentials });
    onClose();
    await onChanged('Token replaced');
  }

  return (
    <Dialog
      isOpen={isOpen}
      onClose={onClose}
      title="Replace token"
      description="Sightline works with the new token from now on. The old one stays valid on Bitsight until it is revoked there."
    >
      <Form submit={submit}>
        <TokenField />
        <FormActions onClose={onClose} action="Replace" />
      </Form>
    </Dialog>
  );
}

export function RenameConnectionDialog({
  connectionId,
  name,
  isOpen,
  onClose,
  onChanged,
}: OfConnection & { name: string }) {
  const { organization } = useCurrentUser();

  async function submit(values: FormValues): Promise<void> {
    const identifier = values.text('identifier');
    await updateConnection(organization.id, connectionId, {
      identifier: identifier === '' ? null : identifier,
    });
    onClose();
    await onChanged('Connection renamed');
  }

  return (
    <Dialog isOpen={isOpen} onClose={onClose} title="Rename connection">
      <Form submit={submit}>
        <Field name="identifier" label="Name" isOptional hint="Your own name for this account.">
          <Input maxLength={MAX_NAME} defaultValue={name} autoComplete="off" />
        </Field>
        <FormActions onClose={onClose} action="Rename" />
      </Form>
    </Dialog>
  );
}

function TokenField() {
  return (
    <Field
      name={TOKEN_FIELD}
      label="Bitsight company API token"
      hint="It is stored encrypted, and nothing ever shows it again."
    >
      <PasswordInput autoComplete="off" required noun="token" />
    </Field>
  );
}
