/** The company API tokens that the account has on Bitsight: listing, making and revoking them there. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { KeySquare, Plus } from 'lucide-react';
import { useState } from 'react';
import {
  createUpstreamToken,
  revokeUpstreamToken,
  type UpstreamToken,
  upstreamTokensQuery,
} from '../../api/upstream-tokens.ts';
import { Badge } from '../../components/badge.tsx';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Field } from '../../components/field.tsx';
import { Form } from '../../components/form.tsx';
import { FormActions } from '../../components/form-actions.tsx';
import { Input } from '../../components/input.tsx';
import { type OneTime, OneTimeSecret } from '../../components/one-time-secret.tsx';
import { EmptyState } from '../../components/states.tsx';
import { type Column, Table } from '../../components/table.tsx';
import { toast } from '../../components/toasts.tsx';
import type { FormValues } from '../../forms/form-values.ts';
import { useCurrentUser } from '../../shell/current-user.ts';
import { dayText } from '../../text/format.ts';

export function UpstreamTokens({ connectionId }: { connectionId: string }) {
  const { organization } = useCurrentUser();
  const query = upstreamTokensQuery(organization.id, connectionId);
  const tokens = useQuery(query);
  const queryClient = useQueryClient();
  const [isMaking, setMaking] = useState(false);
  const [revoked, setRevoked] = useState<UpstreamToken | null>(null);
  const [secret, setSecret] = useState<OneTime | null>(null);

  async function changed(said: string): Promise<void> {
    toast.done(said);
    await queryClient.invalidateQueries({ queryKey: query.queryKey });
  }

  async function create(values: FormValues): Promise<void> {
    const description = values.text('description');
    const group = values.text('group');
    const value = await createUpstreamToken(organization.id, connectionId, {
      description,
      ...(group === '' ? {} : { group }),
    });
    setMaking(false);
    setSecret({ title: 'Your new Bitsight token', label: 'token', value, explanation: description });
    await changed('Token made on Bitsight');
  }

  async function revoke(token: UpstreamToken): Promise<void> {
    await revokeUpstreamToken(organization.id, connectionId, token.guid);
    await changed('Token revoked on Bitsight');
  }

  const newButton = (
    <Button icon={<Plus size={16} aria-hidden />} onClick={() => setMaking(true)}>
      New token
    </Button>
  );
  return (
    <Card
      title="Upstream tokens"
      description="Company API tokens on Bitsight itself. They see the whole account there; to tools, give tokens of Sightline instead."
      actions={newButton}
      isFlush
    >
      <Table
        caption="Company API tokens on Bitsight"
        columns={[...COLUMNS, actionsColumn(setRevoked)]}
        rows={tokens.data}
        keyOf={token => token.guid}
        error={tokens.error}
        retry={() => tokens.refetch()}
        empty={<EmptyState icon={KeySquare} title="Bitsight lists no company API token" />}
      />
      <Dialog
        isOpen={isMaking}
        onClose={() => setMaking(false)}
        title="New token on Bitsight"
        description="Bitsight gives it the rights of the token this connection works with."
      >
        <Form submit={create}>
          <Field name="description" label="Description" hint="The tool it is for, and who looks after it.">
            <Input required maxLength={255} autoComplete="off" />
          </Field>
          <Field
            name="group"
            label="Access Control Group"
            isOptional
            hint="Its name on Bitsight; without one, the default group."
          >
            <Input maxLength={255} autoComplete="off" />
          </Field>
          <FormActions onClose={() => setMaking(false)} action="Generate" />
        </Form>
      </Dialog>
      {revoked !== null && (
        <ConfirmDialog
          isOpen
          onClose={() => setRevoked(null)}
          title="Revoke this token on Bitsight?"
          action="Revoke on Bitsight"
          onConfirm={() => revoke(revoked)}
        >
          <strong className="font-semibold text-ink">{revoked.description}</strong>, ending in{' '}
          <span className="font-mono text-ink">{revoked.token.slice(-4)}</span>, stops working on Bitsight at
          once. Every tool that uses it is refused there.
        </ConfirmDialog>
      )}
      <OneTimeSecret secret={secret} onClose={() => setSecret(null)} />
    </Card>
  );
}

const COLUMNS: readonly Column<UpstreamToken>[] = [
  {
    head: 'Description',
    cell: token => (
      <span className="inline-flex flex-wrap items-center gap-2">
        <span className="font-medium">{token.description === '' ? 'None' : token.description}</span>
        {token.is_own && <Badge tone="accent">This connection</Badge>}
      </span>
    ),
  },
  {
    head: 'Token ending in',
    cell: token => <span className="font-mono">{token.token.replaceAll('*', '') || 'Not told'}</span>,
  },
  { head: 'Group', cell: token => token.group ?? 'Default' },
  {
    head: 'Role',
    cell: token => token.roles.map(role => role.display_name || role.slug).join(', ') || 'Not told',
  },
  { head: 'Generated by', cell: token => token.creator_name || 'Not told' },
  {
    head: 'Date',
    cell: token => (token.created_at === null ? 'Not told' : dayText(new Date(token.created_at))),
  },
];

function actionsColumn(onRevoke: (token: UpstreamToken) => void): Column<UpstreamToken> {
  return {
    head: 'Actions',
    isActions: true,
    align: 'end',
    cell: token =>
      !token.is_own && (
        <Button
          size="sm"
          look="quiet-danger"
          aria-label={`Revoke ${token.description}`}
          onClick={() => onRevoke(token)}
        >
          Revoke
        </Button>
      ),
  };
}
