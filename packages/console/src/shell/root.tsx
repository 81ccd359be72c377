/** What is around every page: tooltips, messages, and the session that is followed while the page is open. */
import { useQuery } from '@tanstack/react-query';
import { Outlet, useRouter } from '@tanstack/react-router';
import { useEffect } from 'react';
import { sessionQuery } from '../api/session.ts';
import { Toasts } from '../components/toasts.tsx';
import { TooltipProvider } from '../components/tooltip.tsx';

export function Root() {
  useSessionWatch();
  return (
    <TooltipProvider delayDuration={400}>
      <Outlet />
      <Toasts />
    </TooltipProvider>
  );
}

/** Runs the guards again whenever the session or its user changed, wherever the change came from. */
function useSessionWatch(): void {
  const router = useRouter();
  const { data: session } = useQuery(sessionQuery);
  const user = session?.user;
  const state = session?.state;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the guards read the session themselves
  useEffect(() => {
    void router.invalidate();
  }, [router, state, user]);
}
