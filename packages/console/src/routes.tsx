/**
 * Every page of the console, one line each. A page is a module under `pages/` that exports `Page`; it is loaded when it is
 * opened. Its entry in the navigation, if it has one, is in `shell/navigation.ts`.
 */
import { createRootRoute, createRoute, lazyRouteComponent, redirect } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { needs, setUpRequired, signedIn, signedOut } from './shell/guards.ts';
import { NotFound } from './shell/not-found.tsx';
import { PageError } from './shell/page-error.tsx';
import { Root } from './shell/root.tsx';

/** The `Page` of a module, loaded when it is opened. */
function page<Module extends { Page: () => ReactNode }>(load: () => Promise<Module>) {
  return lazyRouteComponent(load, 'Page');
}

const root = createRootRoute({
  component: Root,
  notFoundComponent: NotFound,
  errorComponent: PageError,
});

// ── For those who are not signed in ──

/** Kept as any text: what of it is a path of ours is decided where it is used. */
function nextOf(search: Record<string, unknown>): { next?: string } {
  return typeof search.next === 'string' ? { next: search.next } : {};
}

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: nextOf,
  beforeLoad: ({ search }) => signedOut(search.next),
  component: page(() => import('./pages/entrance/sign-in.tsx')),
});

const setUp = createRoute({
  getParentRoute: () => root,
  path: '/set-up',
  beforeLoad: setUpRequired,
  component: page(() => import('./pages/entrance/set-up.tsx')),
});

// biome-ignore format: a table reads best with one page per line
const entrance = [
  signIn,
  setUp,
  createRoute({ getParentRoute: () => root, path: '/activate', component: page(() => import('./pages/entrance/activate.tsx')) }),
  createRoute({ getParentRoute: () => root, path: '/reset-password', component: page(() => import('./pages/entrance/reset-password.tsx')) }),
  createRoute({ getParentRoute: () => root, path: '/retrieve-token', component: page(() => import('./pages/entrance/retrieve-token.tsx')) }),
] as const;

// ── For those who are ──

const guarded = createRoute({
  getParentRoute: () => root,
  id: 'guarded',
  beforeLoad: ({ location }) => signedIn(location.href),
  component: lazyRouteComponent(() => import('./shell/guarded.tsx'), 'Guarded'),
});

const settings = createRoute({
  getParentRoute: () => guarded,
  path: 'settings',
  component: lazyRouteComponent(() => import('./shell/settings-shell.tsx'), 'SettingsShell'),
});

// biome-ignore format: a table reads best with one page per line
const settingsPages = [
  createRoute({ getParentRoute: () => settings, path: '/', beforeLoad: () => { throw redirect({ to: '/settings/account/user-preferences' }); } }),
  createRoute({ getParentRoute: () => settings, path: 'account/user-preferences', component: page(() => import('./pages/account/user-preferences.tsx')) }),
  createRoute({ getParentRoute: () => settings, path: 'account/profile', component: page(() => import('./pages/account/profile.tsx')) }),
  createRoute({ getParentRoute: () => settings, path: 'account/password', component: page(() => import('./pages/account/password.tsx')) }),
  createRoute({ getParentRoute: () => settings, path: 'account/two-factor', component: page(() => import('./pages/account/two-factor.tsx')) }),
  createRoute({ getParentRoute: () => settings, path: 'account/sessions', component: page(() => import('./pages/account/sessions.tsx')) }),
  createRoute({ getParentRoute: () => settings, path: 'organization/users', beforeLoad: needs('users.read'), component: page(() => import('./pages/organization/users.tsx')) }),
  createRoute({ getParentRoute: () => settings, path: 'organization/groups', beforeLoad: needs('groups.read'), component: page(() => import('./pages/organization/groups.tsx')) }),
  createRoute({ getParentRoute: () => settings, path: 'organization/groups/$group', beforeLoad: needs('groups.read'), component: page(() => import('./pages/organization/group-companies.tsx')) }),
  createRoute({ getParentRoute: () => settings, path: 'organization/audit', beforeLoad: needs('audit.read'), component: page(() => import('./pages/organization/audit.tsx')) }),
] as const;

// biome-ignore format: a table reads best with one page per line
const guardedPages = [
  createRoute({ getParentRoute: () => guarded, path: '/', component: page(() => import('./pages/overview/overview.tsx')) }),
  createRoute({ getParentRoute: () => guarded, path: 'connections', beforeLoad: needs('connections.manage'), component: page(() => import('./pages/connections/connections.tsx')) }),
  createRoute({ getParentRoute: () => guarded, path: 'connections/$connection', beforeLoad: needs('connections.manage'), component: page(() => import('./pages/connections/connection.tsx')) }),
] as const;

export const routeTree = root.addChildren([
  ...entrance,
  guarded.addChildren([...guardedPages, settings.addChildren(settingsPages)]),
]);
