/**
 * What the audit log says of an event: who, what, when, from where, before and after, never a secret. Source: tokens.md, "Audit".
 */
import type { Principal, Via } from '../principal.ts';

/** Every action that is recorded, with what it means. Docs and console read this table. */
export const AUDIT_ACTIONS = Object.freeze({
  'authentication.failed': 'A request with credentials that are not valid',
  'authentication.limited': 'A request refused for too many failures before it',
  'session.created': 'A sign-in',
  'session.failed': 'A sign-in that was refused',
  'session.confirmed': 'A password or code given again before a sensitive step',
  'session.ended': 'A person ended an own session, or all others',
  'set_up.link_created': 'The set-up link was made',
  'set_up.completed': 'The first Admin was made',
  'user.invited': 'A user was made, with an invitation',
  'user.activated': 'A user set the first password',
  'user.updated': 'A user was changed',
  'user.deactivated': 'A user was deactivated',
  'user.deleted': 'A user was deleted',
  'user.password_changed': 'A password was changed',
  'user.password_reset_requested': 'A link for a new password was made',
  'user.totp_enabled': 'Two-factor sign-in was switched on',
  'user.totp_disabled': 'Two-factor sign-in was switched off',
  'user.recovery_codes_replaced': 'Recovery codes were made anew',
  'token.created': 'An API token was made',
  'token.updated': 'An API token was changed',
  'token.revealed': 'A user token was shown to its owner',
  'token.rotated': 'An API token was replaced, with or without overlap',
  'token.revoked': 'An API token was revoked',
  'token.marked_for_review': 'The creator of an API token may no longer do what it may',
  'token.retrieval_mailed': 'A one-time link to an API token was mailed',
  'token.retrieved': 'An API token was fetched by its one-time link',
  'token.retrieval_failed': 'A one-time link was tried with wrong values',
  'token.exposed': 'An API token was seen in a URL or over plain HTTP',
  'group.created': 'An access control group was made',
  'group.updated': 'An access control group was changed',
  'group.deleted': 'An access control group was deleted',
  'group.companies_changed': 'The companies of an access control group were changed',
  'folder.created': 'A folder was made',
  'folder.updated': 'A folder was changed',
  'folder.deleted': 'A folder was deleted',
  'folder.companies_changed': 'The companies of a folder were changed',
  'tier.created': 'A tier was made',
  'tier.updated': 'A tier was changed',
  'tier.deleted': 'A tier was deleted',
  'tier.companies_changed': 'The companies of a tier were changed',
  'company.updated': 'A company was given another custom id',
  'comment.created': 'A comment on a finding was made',
  'remediation.updated': 'The remediation of a finding was changed',
  'organization.created': 'An organization was made',
  'organization.deleted': 'An organization was deleted',
  'connection.created': 'A connection was made',
  'connection.updated': 'A connection was changed',
  'connection.deleted': 'A connection was deleted',
  'connection.invited': 'An invitation to connect an account was made',
  'upstream_token.created': 'A token was made on Bitsight',
  'upstream_token.revoked': 'A token was revoked on Bitsight',
  'upstream_token.rotated': 'The own token of a connection was replaced on Bitsight',
  'upstream_token.rotation_failed': 'Replacing the own token of a connection did not come to its end',
});
export type AuditAction = keyof typeof AUDIT_ACTIONS;

/** Where a request came from. */
export interface Origin {
  readonly address: string | null;
  /** What the client calls itself. */
  readonly client: string | null;
}

/** The origin of what the program does by itself, or the command line. */
export const NO_ORIGIN: Origin = Object.freeze({ address: null, client: null });

export interface Actor {
  readonly kind: 'user' | 'user_token' | 'company_token' | 'operator' | 'system' | 'anonymous';
  readonly guid: string | null;
  readonly name: string | null;
}

/** Who makes a change, and from where. */
export interface Changer {
  readonly actor: Actor;
  readonly origin: Origin;
}

export const SYSTEM: Actor = Object.freeze({ kind: 'system', guid: null, name: null });
export const ANONYMOUS: Actor = Object.freeze({ kind: 'anonymous', guid: null, name: null });

export interface AuditTarget {
  readonly kind:
    | 'user'
    | 'token'
    | 'group'
    | 'session'
    | 'organization'
    | 'connection'
    | 'upstream_token'
    | 'folder'
    | 'tier'
    | 'company'
    | 'comment'
    | 'remediation';
  readonly guid: string | null;
  readonly name: string | null;
}

export interface AuditEvent {
  readonly organizationId: string;
  readonly action: AuditAction;
  readonly actor: Actor;
  readonly origin: Origin;
  readonly outcome?: 'success' | 'failure';
  readonly target?: AuditTarget;
  readonly before?: Readonly<Record<string, unknown>>;
  readonly after?: Readonly<Record<string, unknown>>;
  /** How many like events this stands for; 1 unless given. */
  readonly count?: number;
}

const ACTOR_KINDS: Readonly<Record<Via, Actor['kind']>> = Object.freeze({
  user_token: 'user_token',
  company_token: 'company_token',
  session: 'user',
  operator: 'operator',
});

/** The principal as the actor of an event. */
export function actorOf(principal: Principal): Actor {
  return { kind: ACTOR_KINDS[principal.via], guid: principal.userId, name: principal.name };
}
