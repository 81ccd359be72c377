/** The router over the pages of `routes.tsx`; its types are those of every link. */
import { createRouter } from '@tanstack/react-router';
import { routeTree } from './routes.tsx';
import { NotFound } from './shell/not-found.tsx';
import { PageError } from './shell/page-error.tsx';
import { Pending } from './shell/pending.tsx';

export const router = createRouter({
  routeTree,
  defaultErrorComponent: PageError,
  defaultNotFoundComponent: NotFound,
  defaultPendingComponent: Pending,
  defaultPreload: 'intent',
  // What is read is the query cache's business; guards run on every visit.
  defaultPreloadStaleTime: 0,
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
