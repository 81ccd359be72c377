/** The section "User API Token": the token, what is known of its use, making a new one, and lines to copy that call with it. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { KeyRound } from 'lucide-react';
import { useState } from 'react';
import { generateMyToken, type MyToken, myTokenQuery, revealMyToken } from '../../api/my-token.ts';
import { Button } from '../../components/button.tsx';
import { Card, Facts } from '../../components/card.tsx';
import { CodeBlock } from '../../components/code-block.tsx';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import { SecretValue } from '../../components/secret-value.tsx';
import { EmptyState, ErrorState, SkeletonLines } from '../../components/states.tsx';
import { toast } from '../../components/toasts.tsx';
import { clientName, countOf } from '../../text/format.ts';
import { tokenSamples } from './token-samples.ts';

const LABEL = 'User API token';

export function UserApiToken() {
  const query = useQuery(myTokenQuery);
  const queryClient = useQueryClient();
  const [isAsking, setAsking] = useState(false);
  const [isBusy, setBusy] = useState(false);
  /** The value while it is on the screen; it lives nowhere else. */
  const [shown, setShown] = useState<string | null>(null);
  /** Counts what was generated, so that each new value gets a field of its own, shown from the start. */
  const [generation, setGeneration] = useState(0);
  const token = query.data;

  async function generate(): Promise<void> {
    const value = await generateMyToken();
    setShown(value);
    setGeneration(count => count + 1);
    toast.done('Your new token is made');
    await queryClient.invalidateQueries({ queryKey: myTokenQuery.queryKey });
  }

  function press(): void {
    if (token !== null) {
      setAsking(true);
      return;
    }
    setBusy(true);
    generate()
      .catch(toast.failed)
      .finally(() => setBusy(false));
  }

  const button = (
    <Button look={token === null ? 'primary' : 'secondary'} isBusy={isBusy} onClick={press}>
      Generate New Token
    </Button>
  );
  return (
    <Card
      title="User API Token"
      description="It acts as you, with your role and group as they are at the time. You have one at most."
      actions={token !== null && token !== undefined && button}
    >
      {query.isPending && <SkeletonLines lines={4} />}
      {query.isError && token === undefined && (
        <ErrorState error={query.error} retry={() => query.refetch()} />
      )}
      {token === null && (
        <EmptyState icon={KeyRound} title="You have no user API token" actions={button}>
          Make one to try the API by hand or to let a program of your own read what you may see.
        </EmptyState>
      )}
      {token !== null && token !== undefined && (
        <div className="flex flex-col gap-5">
          <SecretValue
            key={`${token.guid} ${generation}`}
            label={LABEL}
            masked={token.masked}
            secret={generation > 0 && shown !== null ? shown : revealMyToken}
            isRevealed={generation > 0}
            onShown={setShown}
          />
          <TokenFacts token={token} />
        </div>
      )}
      {token !== undefined && <Samples token={shown} />}
      <ConfirmDialog
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        title="Generate a new token?"
        action="Generate New Token"
        onConfirm={generate}
      >
        Your present token stops working at once. Whatever uses it is refused until it has the new one.
      </ConfirmDialog>
    </Card>
  );
}

function TokenFacts({ token }: { token: MyToken }) {
  const { last_used_address: address, last_used_client: client } = token;
  const from = [address, client === null ? null : clientName(client)].filter(part => part !== null);
  return (
    <Facts
      items={[
        ['Created', <RelativeTime key="created" time={token.created_at} />],
        [
          'Last used',
          <span key="used">
            <RelativeTime time={token.last_used_at} />
            {token.last_used_at !== null && from.length > 0 && (
              <span className="text-ink-soft"> from {from.join(', ')}</span>
            )}
          </span>,
        ],
        ['Requests', countOf(token.request_count, 'request')],
      ]}
    />
  );
}

function Samples({ token }: { token: string | null }) {
  return (
    <div className="mt-6">
      <h3 className="font-semibold">Use it</h3>
      <p className="mt-1 mb-3 text-ink-soft">
        The token is the user name of HTTP Basic. The colon behind it says that the password is empty; without
        it curl asks for one.
        {token === null && ' While your token is hidden, api_token stands for it.'}
      </p>
      <CodeBlock label="Language" samples={tokenSamples(window.location.origin, token)} />
      <p className="mt-3 text-sm text-ink-faint">
        If this server's certificate is of its own local authority, write the authority's certificate to a
        file on the server with <code className="font-mono">sightline ca --out ca.pem</code> and name it to
        your client: <code className="font-mono">--cacert ca.pem</code> for curl,{' '}
        <code className="font-mono">verify='ca.pem'</code> for Python,{' '}
        <code className="font-mono">NODE_EXTRA_CA_CERTS=ca.pem</code> for Node.js.
      </p>
    </div>
  );
}
