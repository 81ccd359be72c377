/** Rotation of the token a connection works with itself: what it does, starting it, and what came of the last one. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { RefreshCw } from 'lucide-react';
import { useState } from 'react';
import { queryKeys } from '../../api/query-keys.ts';
import { type Rotation as Outcome, rotateOwnToken, rotationQuery } from '../../api/upstream-tokens.ts';
import { Alert } from '../../components/alert.tsx';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { ErrorState } from '../../components/states.tsx';
import { useCurrentUser } from '../../shell/current-user.ts';

export function Rotation({ connectionId }: { connectionId: string }) {
  const { organization } = useCurrentUser();
  const query = rotationQuery(organization.id, connectionId);
  const rotation = useQuery(query);
  const queryClient = useQueryClient();
  const [isAsking, setAsking] = useState(false);

  async function rotate(): Promise<void> {
    try {
      const outcome = await rotateOwnToken(organization.id, connectionId);
      queryClient.setQueryData(query.queryKey, outcome);
    } finally {
      // Also after an answer that was lost: the rotation may have gone on without it.
      await Promise.all(
        [query.queryKey, queryKeys.upstreamTokens(organization.id, connectionId)].map(queryKey =>
          queryClient.invalidateQueries({ queryKey }),
        ),
      );
    }
  }

  return (
    <Card
      title="Rotate this connection's token"
      description="Sightline makes a new token on Bitsight, tests it, switches to it, and revokes the old one. Should any step fail, a token that works stays in place."
      actions={
        <Button
          icon={<RefreshCw size={16} aria-hidden />}
          disabled={rotation.data?.state === 'running'}
          onClick={() => setAsking(true)}
        >
          Rotate token
        </Button>
      }
    >
      {rotation.isError && rotation.data === undefined && (
        <ErrorState error={rotation.error} retry={() => rotation.refetch()} />
      )}
      {rotation.data !== undefined && <LastRotation outcome={rotation.data} />}
      <ConfirmDialog
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        title="Rotate this connection's token?"
        action="Rotate token"
        look="primary"
        onConfirm={rotate}
      >
        The token that Sightline uses now is revoked on Bitsight once the new one works. If another tool uses
        the same token, that tool is refused from then on.
      </ConfirmDialog>
    </Card>
  );
}

const STEPS: Readonly<Record<string, string>> = Object.freeze({
  creating: 'making the new token',
  testing: 'testing the new token',
  switching: 'switching to the new token',
  revoking: 'revoking the old token',
});

const TITLES = {
  running: 'A rotation is under way',
  done: 'The last rotation is done',
  failed: 'The last rotation failed',
} as const;

const TONES = { running: 'info', done: 'ok', failed: 'danger' } as const;

function LastRotation({ outcome }: { outcome: Outcome }) {
  const { state, step, message, leftover = [] } = outcome;
  if (state === 'none') return <p className="text-ink-faint">It was never rotated.</p>;
  const where = step === null || step === undefined ? undefined : STEPS[step];
  return (
    <div className="flex flex-col gap-3">
      <Alert tone={TONES[state]} isLive title={TITLES[state]}>
        {message}
        {state !== 'done' && where !== undefined && (
          <p className="mt-1">
            {state === 'failed' ? 'It failed at ' : 'It is at '}
            {where}.
          </p>
        )}
      </Alert>
      {leftover.length > 0 && (
        <Alert tone="warn" title="Left over on Bitsight">
          <ul className="list-disc pl-5">
            {leftover.map(token => (
              <li key={`${token.guid} ${token.description}`}>
                <span className="font-medium">{token.description}</span>: {token.message}
                {token.guid !== null && (
                  <span className="block font-mono text-xs break-all">{token.guid}</span>
                )}
              </li>
            ))}
          </ul>
        </Alert>
      )}
    </div>
  );
}
