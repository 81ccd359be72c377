/** The section "Company API Token": all live tokens of the organization that the user manages, and what can be done with each. */
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { CalendarClock, Check, KeySquare, Plus, RefreshCw, Trash2 } from 'lucide-react';
import { useState } from 'react';
import {
  type CompanyToken,
  companyTokensQuery,
  revokeCompanyToken,
  updateCompanyToken,
} from '../../api/company-tokens.ts';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { MenuItem, MenuLine, RowMenu } from '../../components/menu.tsx';
import { type OneTime, OneTimeSecret } from '../../components/one-time-secret.tsx';
import { EmptyState } from '../../components/states.tsx';
import { type Column, PagedTable } from '../../components/table.tsx';
import { toast } from '../../components/toasts.tsx';
import { useCurrentUser } from '../../shell/current-user.ts';
import { countOf } from '../../text/format.ts';
import { TOKEN_COLUMNS } from './company-token-columns.tsx';
import { EditTokenDialog, NewTokenDialog, RotateTokenDialog } from './company-token-dialogs.tsx';

/** The dialog that is open, and the token it is about. */
type Asked =
  | { dialog: 'new' }
  | { dialog: 'edit' | 'rotate' | 'revoke'; token: CompanyToken }
  | { dialog: 'none' };

export function CompanyApiTokens({ mayManage }: { mayManage: boolean }) {
  const { organization } = useCurrentUser();
  const query = companyTokensQuery(organization.id);
  const tokens = useInfiniteQuery(query);
  const queryClient = useQueryClient();
  const [asked, setAsked] = useState<Asked>({ dialog: 'none' });
  const [secret, setSecret] = useState<OneTime | null>(null);
  const isEmpty = tokens.data?.pages[0]?.items.length === 0;
  const close = () => setAsked({ dialog: 'none' });
  const changed = async (said: string) => {
    toast.done(said);
    await queryClient.invalidateQueries({ queryKey: query.queryKey });
  };

  async function review(token: CompanyToken): Promise<void> {
    await updateCompanyToken(organization.id, token.guid, { reviewed: true });
    await changed('Marked as reviewed');
  }

  async function revoke(token: CompanyToken): Promise<void> {
    await revokeCompanyToken(organization.id, token.guid);
    await changed('Token revoked');
  }

  const newButton = (
    <Button look="primary" icon={<Plus size={16} aria-hidden />} onClick={() => setAsked({ dialog: 'new' })}>
      New Token
    </Button>
  );
  const columns = mayManage
    ? [...TOKEN_COLUMNS, actionsColumn(setAsked, token => void review(token).catch(toast.failed))]
    : TOKEN_COLUMNS;
  return (
    <Card
      title="Company API Token"
      description="Not tied to a person: one for each tool, with a group and a role of its own. A value is shown once, when it is made."
      actions={mayManage && !isEmpty && newButton}
      isFlush
    >
      <PagedTable
        caption="Company API tokens"
        columns={columns}
        query={tokens}
        keyOf={token => token.guid}
        isCompact
        empty={
          <EmptyState icon={KeySquare} title="No company API token yet" actions={mayManage && newButton}>
            Make one for each tool that is to read Sightline, with no more rights than it needs.
          </EmptyState>
        }
      />
      <NewTokenDialog
        isOpen={asked.dialog === 'new'}
        onClose={close}
        onSecret={setSecret}
        onChanged={changed}
      />
      <EditTokenDialog
        token={asked.dialog === 'edit' ? asked.token : null}
        onClose={close}
        onChanged={changed}
      />
      <RotateTokenDialog
        token={asked.dialog === 'rotate' ? asked.token : null}
        onClose={close}
        onSecret={setSecret}
        onChanged={changed}
      />
      {asked.dialog === 'revoke' && (
        <ConfirmDialog
          isOpen
          onClose={close}
          title="Revoke this token?"
          action="Revoke token"
          onConfirm={() => revoke(asked.token)}
        >
          <Revocation token={asked.token} />
        </ConfirmDialog>
      )}
      <OneTimeSecret secret={secret} onClose={() => setSecret(null)} />
    </Card>
  );
}

function Revocation({ token }: { token: CompanyToken }) {
  return (
    <>
      <p>
        <strong className="font-semibold break-words text-ink">{token.description}</strong>, ending in{' '}
        <span className="font-mono text-ink">{token.token.slice(-4)}</span>, stops working at once and for
        ever. Every tool that uses it is refused.
      </p>
      <p className="mt-2">
        {token.last_used_at === null
          ? 'It was never used.'
          : `It has made ${countOf(token.request_count, 'request')}${token.last_used_address === null ? '' : `, the last from ${token.last_used_address}`}.`}
      </p>
    </>
  );
}

function actionsColumn(
  ask: (asked: Asked) => void,
  review: (token: CompanyToken) => void,
): Column<CompanyToken> {
  return {
    head: 'Actions',
    isActions: true,
    align: 'end',
    cell: token => (
      <RowMenu label={`Actions for ${token.description}`}>
        {token.needs_review && (
          <MenuItem icon={<Check size={16} aria-hidden />} onSelect={() => review(token)}>
            Mark as reviewed
          </MenuItem>
        )}
        <MenuItem
          icon={<CalendarClock size={16} aria-hidden />}
          onSelect={() => ask({ dialog: 'edit', token })}
        >
          Edit
        </MenuItem>
        {token.replaced_by === null && (
          <MenuItem
            icon={<RefreshCw size={16} aria-hidden />}
            onSelect={() => ask({ dialog: 'rotate', token })}
          >
            Rotate
          </MenuItem>
        )}
        <MenuLine />
        <MenuItem
          isDanger
          icon={<Trash2 size={16} aria-hidden />}
          onSelect={() => ask({ dialog: 'revoke', token })}
        >
          Revoke
        </MenuItem>
      </RowMenu>
    ),
  };
}
