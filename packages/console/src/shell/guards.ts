/** What has to hold before a page is opened. Each guard lets it open, leads elsewhere, or throws what the page then shows. */
import { redirect } from '@tanstack/react-router';
import { queryClient } from '../api/api.ts';
import { can, type Permission } from '../api/permissions.ts';
import { type CurrentUser, sessionQuery } from '../api/session.ts';
import { safeNextPath } from '../browser/next-path.ts';

/** The user's role does not open this page. */
export class NotPermittedError extends Error {
  override readonly name = 'NotPermittedError';
}

/** Pages of the server that a sign-in may lead to; the router knows nothing of them. */
const SERVER_PAGES: readonly string[] = ['/reference'];

/** Somebody is signed in; gives who. Otherwise leads to the sign-in, which leads back. */
export async function signedIn(href: string): Promise<{ user: CurrentUser }> {
  const session = await queryClient.ensureQueryData(sessionQuery);
  if (session.state === 'set_up_required') throw redirect({ to: '/set-up' });
  if (session.user === null) throw redirect({ to: '/sign-in', search: href === '/' ? {} : { next: href } });
  return { user: session.user };
}

/** Nobody is signed in, and there is somebody who could. Otherwise leads on to `next`. */
export async function signedOut(next: string | undefined): Promise<void> {
  const session = await queryClient.ensureQueryData(sessionQuery);
  if (session.state === 'set_up_required') throw redirect({ to: '/set-up' });
  if (session.state === 'signed_in') throw onward(next);
}

/** There is no admin yet. */
export async function setUpRequired(): Promise<void> {
  const session = await queryClient.ensureQueryData(sessionQuery);
  if (session.state !== 'set_up_required') throw redirect({ to: '/' });
}

/** For `beforeLoad` of a page that only some roles may open. */
export function needs(permission: Permission) {
  return ({ context }: { context: { user: CurrentUser } }): void => {
    if (!can(context.user, permission)) throw new NotPermittedError();
  };
}

function onward(next: string | undefined) {
  const path = safeNextPath(next, window.location.origin);
  const { pathname } = new URL(path, window.location.origin);
  const isServerPage = SERVER_PAGES.some(page => pathname === page || pathname.startsWith(`${page}/`));
  // `href` alone would leave the router; with `reloadDocument` it leaves on purpose.
  return isServerPage ? redirect({ href: path, reloadDocument: true }) : redirect({ to: path });
}
