/** What the actions of the audit log mean to people, in the order the filter offers them. */
import type { Choice } from '../../components/select.tsx';

const ACTIONS: Readonly<Record<string, string>> = Object.freeze({
  'session.created': 'Signed in',
  'session.failed': 'Sign-in refused',
  'session.confirmed': 'Identity confirmed',
  'session.ended': 'Session ended',
  'authentication.failed': 'Credentials not valid',
  'authentication.limited': 'Refused after too many failures',
  'token.created': 'Token made',
  'token.updated': 'Token changed',
  'token.revealed': 'User token shown',
  'token.rotated': 'Token rotated',
  'token.revoked': 'Token revoked',
  'token.marked_for_review': 'Token marked for review',
  'token.retrieval_mailed': 'Token link mailed',
  'token.retrieved': 'Token fetched by link',
  'token.retrieval_failed': 'Token link tried with wrong values',
  'token.exposed': 'Token seen in a URL or over plain HTTP',
  'user.invited': 'User invited',
  'user.activated': 'User activated',
  'user.updated': 'User changed',
  'user.deactivated': 'User deactivated',
  'user.deleted': 'User deleted',
  'user.password_changed': 'Password changed',
  'user.password_reset_requested': 'Password link made',
  'user.totp_enabled': 'Two-factor switched on',
  'user.totp_disabled': 'Two-factor switched off',
  'user.recovery_codes_replaced': 'Recovery codes made anew',
  'group.created': 'Group made',
  'group.updated': 'Group changed',
  'group.deleted': 'Group deleted',
  'group.companies_changed': 'Companies of a group changed',
  'folder.created': 'Folder made',
  'folder.updated': 'Folder changed',
  'folder.deleted': 'Folder deleted',
  'folder.companies_changed': 'Companies of a folder changed',
  'tier.created': 'Tier made',
  'tier.updated': 'Tier changed',
  'tier.deleted': 'Tier deleted',
  'tier.companies_changed': 'Companies of a tier changed',
  'company.updated': 'Company changed',
  'comment.created': 'Comment made',
  'remediation.updated': 'Remediation changed',
  'connection.created': 'Connection made',
  'connection.updated': 'Connection changed',
  'connection.deleted': 'Connection removed',
  'connection.invited': 'Invitation to connect made',
  'upstream_token.created': 'Token made on Bitsight',
  'upstream_token.revoked': 'Token revoked on Bitsight',
  'upstream_token.rotated': 'Connection token rotated on Bitsight',
  'upstream_token.rotation_failed': 'Rotation on Bitsight not finished',
  'organization.created': 'Organization made',
  'organization.deleted': 'Organization deleted',
  'set_up.link_created': 'Set-up link made',
  'set_up.completed': 'First Admin made',
});

/** The action in words; its own name when it is none we know. */
export function actionText(action: string): string {
  return Object.hasOwn(ACTIONS, action) ? (ACTIONS[action] ?? action) : action;
}

export const ACTION_CHOICES: readonly Choice[] = [
  { value: '', label: 'Every action' },
  ...Object.entries(ACTIONS).map(([value, label]) => ({ value, label })),
];
