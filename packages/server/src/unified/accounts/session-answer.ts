/** What the console is told of who is signed in: the body of every call that begins, renews or shows a session. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { OwnView } from '../../access/accounts/own-account.ts';
import type { OpenedSession } from '../../access/accounts/sessions.ts';
import { ACTIONS } from '../../access/permissions.ts';
import { type Principal, ROLE_NAMES, ROLES } from '../../access/principal.ts';
import { CallerError } from '../../errors.ts';
import type { UnifiedContext } from '../context.ts';
import { timeText } from '../item-text.ts';

const nullableTime = z.iso.datetime().nullable();

export const CurrentUser = z
  .object({
    guid: z.string().meta({ description: 'Guid' }),
    email: z.string().meta({ description: 'E-mail address; empty for a company token' }),
    formal_name: z.string().meta({ description: 'Full name' }),
    friendly_name: z.string().meta({ description: 'Name to be called by' }),
    role: z.enum(ROLES).meta({ description: 'Role' }),
    role_name: z.string().meta({ description: 'Role in words' }),
    group: z
      .object({ guid: z.string(), name: z.string(), all_companies: z.boolean() })
      .meta({ description: 'Access control group' }),
    organization: z.object({ id: z.string(), name: z.string() }).meta({ description: 'Organization' }),
    mfa_enabled: z.boolean().meta({ description: 'Whether sign-in asks for a code' }),
    recovery_codes_left: z.int().meta({ description: 'Recovery codes that were not used' }),
    permissions: z.array(z.enum(ACTIONS)).meta({ description: 'Actions that the caller may do' }),
    grantable_roles: z
      .array(z.enum(ROLES))
      .meta({ description: 'Roles that the caller may give to a token or a user' }),
  })
  .meta({ id: 'CurrentUser', description: 'Who asks' });

export const Session = z
  .object({
    state: z
      .enum(['signed_in', 'signed_out', 'set_up_required'])
      .meta({ description: 'set_up_required: no Admin can sign in yet' }),
    instance: z.object({ name: z.string(), version: z.string() }).meta({ description: 'This program' }),
    smtp_configured: z.boolean().meta({ description: 'Whether links are mailed' }),
    csrf_token: z
      .string()
      .nullable()
      .meta({ description: 'X-CSRF-Token of every unsafe call of this session' }),
    user: CurrentUser.nullable().meta({ description: 'Who is signed in' }),
    expires_at: nullableTime.meta({ description: 'When the session ends at the latest' }),
    confirmed_until: nullableTime.meta({
      description: 'Until when sensitive calls do not ask for the password again',
    }),
  })
  .meta({ id: 'Session', description: 'The browser’s session' });

export function currentUserOf(own: OwnView): z.infer<typeof CurrentUser> {
  return {
    guid: own.guid,
    email: own.email,
    formal_name: own.formalName,
    friendly_name: own.friendlyName,
    role: own.role,
    role_name: ROLE_NAMES[own.role],
    group: { guid: own.group.guid, name: own.group.name, all_companies: own.group.allCompanies },
    organization: own.organization,
    mfa_enabled: own.mfaEnabled,
    recovery_codes_left: own.recoveryCodesLeft,
    permissions: own.permissions,
    grantable_roles: [...own.grantableRoles],
  };
}

/** The body for the principal of a session, or for nobody. */
export async function sessionBody(
  context: UnifiedContext,
  principal: Principal | null,
): Promise<z.infer<typeof Session>> {
  const { accounts, version } = context.options;
  const common = { instance: { name: 'Sightline', version }, smtp_configured: accounts.canMail };
  if (principal === null || principal.sessionId === null) {
    const state = (await accounts.setUp.isRequired()) ? 'set_up_required' : 'signed_out';
    return { state, ...common, csrf_token: null, user: null, expires_at: null, confirmed_until: null };
  }
  const { csrfToken, expiresAt, confirmedUntil } = await accounts.sessions.stateOf(principal.sessionId);
  return {
    state: 'signed_in',
    ...common,
    csrf_token: csrfToken,
    user: currentUserOf(await accounts.own.get(principal)),
    expires_at: timeText(expiresAt),
    confirmed_until: timeText(confirmedUntil),
  };
}

/** Gives the browser the cookie of a session just opened or renewed, and its body. */
export async function sendSession(
  context: UnifiedContext,
  reply: FastifyReply,
  opened: OpenedSession,
): Promise<z.infer<typeof Session>> {
  const { accounts, browser } = context.options;
  const principal = await accounts.sessions.verify(opened.cookieValue);
  if (principal === null) throw new CallerError('UNAUTHENTICATED', 'The session is over. Sign in again.');
  reply.header('set-cookie', browser.cookie.given(opened.cookieValue));
  return sessionBody(context, principal);
}

/** Ends the session that the browser had before another one was opened in it. */
export async function endEarlier(
  context: UnifiedContext,
  request: FastifyRequest,
  earlier: Principal | null,
  origin: { address: string | null; client: string | null },
): Promise<void> {
  if (earlier === null || earlier.sessionId === null) return;
  try {
    await context.options.accounts.sessions.end(earlier, earlier.sessionId, origin);
  } catch (error) {
    // It has ended by itself: a link that was redeemed ends all of its person's.
    if (!(error instanceof CallerError)) request.log.warn({ err: error }, 'an earlier session was not ended');
  }
}
