/** The console's client, and the memory it shares with React: the query cache and the CSRF token of the session in it. */
import { QueryClient } from '@tanstack/react-query';
import { ApiError } from './api-error.ts';
import { createClient } from './client.ts';
import { askIdentity } from './identity.ts';
import { queryKeys } from './query-keys.ts';

const MAX_RETRIES = 2;

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      // The server's refusals are final; only silence and its own failures may pass.
      retry: (failures, error) => failures < MAX_RETRIES && mayPass(error),
    },
  },
});

function mayPass(error: unknown): boolean {
  return error instanceof ApiError && (error.kind === 'offline' || error.status >= 500);
}

/** Never in browser storage: it lives as long as the page. */
let csrfToken: string | null = null;

/** Called with every session that was read. */
export function rememberCsrfToken(token: string | null): void {
  csrfToken = token;
}

export const api = createClient({
  fetch: (path, init) => window.fetch(path, init),
  csrfToken: () => csrfToken,
  refreshSession: () => queryClient.refetchQueries({ queryKey: queryKeys.session }),
  confirmIdentity: askIdentity,
});
