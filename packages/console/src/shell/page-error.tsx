/** What is shown when a page cannot be: its data failed, the role does not open it, a part of the program is missing. */
import { type ErrorComponentProps, useRouter } from '@tanstack/react-router';
import { Lock, RefreshCw } from 'lucide-react';
import type { ReactNode } from 'react';
import { useArrival } from '../browser/arrival.ts';
import { Button, ButtonLink } from '../components/button.tsx';
import { EmptyState, ErrorState } from '../components/states.tsx';
import { LonePage } from './frame.tsx';
import { NotPermittedError } from './guards.ts';

export function PageError({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  if (error instanceof NotPermittedError) return <NotPermitted />;
  // The browser's words for a chunk that is gone: a new version was installed while this page was open.
  if (error instanceof Error && /dynamically imported module|importing a module script/i.test(error.message))
    return <NewVersion />;
  return (
    <Framed title="Error">
      <ErrorState
        error={error}
        retry={() => {
          reset();
          void router.invalidate();
        }}
      />
    </Framed>
  );
}

function NotPermitted() {
  return (
    <Framed title="No access">
      <EmptyState
        icon={Lock}
        title="Your role does not open this page"
        actions={<ButtonLink to="/">Overview</ButtonLink>}
      >
        Ask an Admin of your organization if you need it.
      </EmptyState>
    </Framed>
  );
}

function NewVersion() {
  return (
    <Framed title="New version">
      <EmptyState
        icon={RefreshCw}
        title="Sightline has been updated"
        actions={
          <Button look="primary" onClick={() => window.location.reload()}>
            Reload
          </Button>
        }
      >
        This page is from an older version. Reload it to go on.
      </EmptyState>
    </Framed>
  );
}

function Framed({ title, children }: { title: string; children: ReactNode }) {
  const heading = useArrival(title);
  return (
    <LonePage>
      <h1 ref={heading} tabIndex={-1} className="sr-only">
        {title}
      </h1>
      {children}
    </LonePage>
  );
}
