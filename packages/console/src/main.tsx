/** Starts the console: secrets out of the address bar first, then theme, router and page. */
import './styles.css';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { queryClient } from './api/api.ts';
import { watchSecretFragment } from './browser/secret-fragment.ts';
import { startTheme } from './browser/theme.ts';
import { router } from './router.tsx';
import { NotPermittedError } from './shell/guards.ts';

watchSecretFragment();
startTheme();

const element = document.getElementById('root');
if (element === null) throw new Error('index.html has no #root');

/** A page that the role does not open is no fault of the program; the page says so itself. */
function onCaughtError(error: unknown): void {
  if (!(error instanceof NotPermittedError)) console.error(error);
}

createRoot(element, { onCaughtError }).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
);
