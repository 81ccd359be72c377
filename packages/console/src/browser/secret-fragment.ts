/**
 * The secret behind the `#` of a link somebody was given. It is read once, kept in memory alone, and taken out of the address
 * bar at once, so that neither the history nor a shared screen keeps it.
 */
import { createStore, useStore } from './store.ts';

/** Pages whose fragment is a secret; on every other page a fragment is an ordinary anchor. */
const SECRET_PATHS: readonly string[] = ['/set-up', '/activate', '/reset-password', '/retrieve-token'];

const fragment = createStore<string | null>(null);

/** Takes the fragment of the page as it was opened, and of a link pasted over it later. Called once, before the router. */
export function watchSecretFragment(): void {
  takeFragment();
  window.addEventListener('hashchange', takeFragment);
}

export function useSecretFragment(): string | null {
  return useStore(fragment);
}

function takeFragment(): void {
  const { pathname, search, hash } = window.location;
  if (hash.length < 2 || !SECRET_PATHS.includes(pathname.replace(/\/+$/, ''))) return;
  window.history.replaceState(window.history.state, '', `${pathname}${search}`);
  fragment.write(hash.slice(1));
}
