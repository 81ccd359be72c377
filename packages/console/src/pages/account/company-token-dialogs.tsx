/** The dialogs about a company API token: making one, changing its description and expiry, rotating it. */
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import {
  type CompanyToken,
  createCompanyToken,
  rotateCompanyToken,
  tokenGroupsQuery,
  updateCompanyToken,
} from '../../api/company-tokens.ts';
import { DEFAULT_ROLE, grantableRoles } from '../../api/roles.ts';
import { Switch } from '../../components/checkbox.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Field } from '../../components/field.tsx';
import { Form } from '../../components/form.tsx';
import { FormActions } from '../../components/form-actions.tsx';
import { Input } from '../../components/input.tsx';
import type { OneTime } from '../../components/one-time-secret.tsx';
import { Select } from '../../components/select.tsx';
import { ErrorState, SkeletonLines } from '../../components/states.tsx';
import type { FormValues } from '../../forms/form-values.ts';
import { useCurrentUser, useSession } from '../../shell/current-user.ts';
import { dayText } from '../../text/format.ts';
import { EXPIRY_CHOICES, expiryOf, expiryProblem } from './token-expiry.ts';

const MAX_DESCRIPTION = 255;

interface Outcomes {
  onClose: () => void;
  onSecret: (secret: OneTime) => void;
  onChanged: (said: string) => Promise<void>;
}

export function NewTokenDialog({ isOpen, ...outcomes }: Outcomes & { isOpen: boolean }) {
  return (
    <Dialog
      isOpen={isOpen}
      onClose={outcomes.onClose}
      title="New company API token"
      description="Give it no more than the tool needs."
    >
      <NewTokenForm {...outcomes} />
    </Dialog>
  );
}

function NewTokenForm({ onClose, onSecret, onChanged }: Outcomes) {
  const user = useCurrentUser();
  const { smtp_configured: canMail } = useSession();
  const groups = useQuery(tokenGroupsQuery(user.organization.id));

  async function submit(values: FormValues): Promise<void> {
    const email = values.text('email');
    const token = await createCompanyToken(user.organization.id, {
      description: values.text('description'),
      group: values.text('group'),
      role: values.text('role'),
      scopes: values.isOn('read_only') ? ['read_only'] : [],
      expires_at: expiryFrom(values),
      ...(email === '' ? {} : { email, send_token_retrieval_email: true }),
    });
    onClose();
    if (email === '') onSecret(secretOf(token, 'Your new token'));
    await onChanged(email === '' ? 'Token made' : `Token made, and a one-time link mailed to ${email}`);
  }

  if (groups.isPending) return <SkeletonLines lines={6} label="Loading groups" />;
  if (groups.isError) return <ErrorState error={groups.error} retry={() => groups.refetch()} />;
  const own = groups.data.find(group => group.guid === user.group.guid);
  return (
    <Form submit={submit} check={values => [problemOfExpiry(values)]}>
      <Field name="description" label="Description" hint="The tool it is for, and who looks after it.">
        {/* A dialog begins at its first field, which here comes only after the groups were read. */}
        <Input required maxLength={MAX_DESCRIPTION} autoComplete="off" autoFocus />
      </Field>
      <div className="grid gap-5 sm:grid-cols-2">
        <Field name="group" label="Access Control Group" hint="The companies it sees.">
          <Select
            choices={groups.data.map(({ name }) => ({ value: name, label: name }))}
            defaultValue={own?.name}
          />
        </Field>
        <Field name="role" label="Role" hint="What it may do with them.">
          <Select choices={grantableRoles(user)} defaultValue={DEFAULT_ROLE} />
        </Field>
      </div>
      <Switch name="read_only" label="Read-only" hint="Refuses every change, whatever the role allows." />
      <ExpiryFields />
      {canMail && (
        <Field
          name="email"
          label="Mail a one-time link to"
          isOptional
          hint="The token is then shown to the receiver only. The link works once, for 24 hours."
        >
          <Input type="email" autoComplete="off" />
        </Field>
      )}
      <FormActions onClose={onClose} action="Generate" />
    </Form>
  );
}

export function EditTokenDialog({
  token,
  onClose,
  onChanged,
}: Omit<Outcomes, 'onSecret'> & { token: CompanyToken | null }) {
  const { organization } = useCurrentUser();

  async function submit(guid: string, values: FormValues): Promise<void> {
    const keepsExpiry = [KEEP, ''].includes(values.text('expires_at'));
    await updateCompanyToken(organization.id, guid, {
      description: values.text('description'),
      ...(keepsExpiry ? {} : { expires_at: expiryFrom(values) }),
    });
    onClose();
    await onChanged('Token changed');
  }

  return (
    <Dialog isOpen={token !== null} onClose={onClose} title="Edit token">
      {token !== null && (
        <Form submit={values => submit(token.guid, values)} check={values => [problemOfExpiry(values)]}>
          <Field name="description" label="Description">
            <Input required maxLength={MAX_DESCRIPTION} defaultValue={token.description} autoComplete="off" />
          </Field>
          {/* A token that was replaced ends with its overlap, whatever one would like. */}
          {token.replaced_by === null && <ExpiryFields present={token.expires_at} isEdit />}
          <FormActions onClose={onClose} action="Save" />
        </Form>
      )}
    </Dialog>
  );
}

const OVERLAPS = [
  { value: '0', label: 'Stops at once' },
  { value: '3600', label: 'Works for 1 more hour' },
  { value: '86400', label: 'Works for 1 more day' },
  { value: '604800', label: 'Works for 7 more days' },
];

export function RotateTokenDialog({
  token,
  onClose,
  onSecret,
  onChanged,
}: Outcomes & { token: CompanyToken | null }) {
  const { organization } = useCurrentUser();

  async function submit(guid: string, values: FormValues): Promise<void> {
    const made = await rotateCompanyToken(organization.id, guid, Number(values.text('overlap_secs')));
    onClose();
    onSecret(secretOf(made, 'The token that takes its place'));
    await onChanged('Token rotated');
  }

  return (
    <Dialog
      isOpen={token !== null}
      onClose={onClose}
      title="Rotate token"
      description="A new token with the same description, group, role and scopes takes the place of this one."
    >
      {token !== null && (
        <Form submit={values => submit(token.guid, values)}>
          <p>
            <strong className="font-semibold break-words">{token.description}</strong>
            <span className="text-ink-soft">, ending in </span>
            <span className="font-mono">{token.token.slice(-4)}</span>
          </p>
          <Field
            name="overlap_secs"
            label="The old token"
            hint="As long as both work, the tool can be switched without an interruption."
          >
            <Select choices={OVERLAPS} defaultValue="86400" />
          </Field>
          <FormActions onClose={onClose} action="Rotate" />
        </Form>
      )}
    </Dialog>
  );
}

const KEEP = 'keep';

/** The choice of an expiry, with a date when one is wanted. */
function ExpiryFields({ present = null, isEdit = false }: { present?: string | null; isEdit?: boolean }) {
  const [choice, setChoice] = useState(isEdit ? KEEP : 'none');
  const kept = present === null ? 'As it is: never' : `As it is: ${dayText(new Date(present))}`;
  const choices = isEdit ? [{ value: KEEP, label: kept }, ...EXPIRY_CHOICES] : EXPIRY_CHOICES;
  return (
    <div className="grid gap-5 sm:grid-cols-2">
      <Field name="expires_at" label="Expires">
        <Select choices={choices} value={choice} onChange={event => setChoice(event.target.value)} />
      </Field>
      {choice === 'date' && (
        <Field name="expires_on" label="Last day">
          <Input type="date" required />
        </Field>
      )}
    </div>
  );
}

function expiryFrom(values: FormValues): string | null {
  return expiryOf(values.text('expires_at'), values.text('expires_on'), new Date());
}

function problemOfExpiry(values: FormValues) {
  const message = expiryProblem(values.text('expires_at'), values.text('expires_on'), new Date());
  return message === null ? null : { field: 'expires_on', message };
}

function secretOf(token: CompanyToken, title: string): OneTime {
  return {
    title,
    label: 'token',
    value: token.token,
    explanation: `${token.description} · ${token.role_name} · ${token.group.name}`,
  };
}
