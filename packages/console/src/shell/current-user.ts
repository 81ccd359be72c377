/** The session and the signed-in user, for components inside the guarded pages. */
import { useSuspenseQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { can, type Permission } from '../api/permissions.ts';
import { type CurrentUser, type Session, sessionQuery } from '../api/session.ts';

const guarded = getRouteApi('/guarded');

/** Who is signed in. Only below the guarded routes, where there always is somebody. */
export function useCurrentUser(): CurrentUser {
  return guarded.useRouteContext().user;
}

/** Whether the signed-in user may do this; for leaving out what the server would refuse. */
export function useCan(permission: Permission): boolean {
  return can(useCurrentUser(), permission);
}

/** The session as it is; signed in or not. */
export function useSession(): Session {
  return useSuspenseQuery(sessionQuery).data;
}
