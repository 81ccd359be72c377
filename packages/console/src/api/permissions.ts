/** The actions a user may do, by the names the server gives them. The server decides; the console only leaves out what it would refuse. */

export type Permission =
  | 'own.manage'
  | 'tokens.read'
  | 'tokens.manage'
  | 'connections.read'
  | 'connections.manage'
  | 'sync.run'
  | 'organization.manage'
  | 'organizations.provision'
  | 'data.read'
  | 'data.manage'
  | 'users.read'
  | 'users.manage'
  | 'groups.read'
  | 'groups.manage'
  | 'audit.read'
  | 'upstream_tokens.read'
  | 'upstream_tokens.manage';

/** Whether the user may do this. */
export function can(user: { permissions: readonly string[] }, permission: Permission): boolean {
  return user.permissions.includes(permission);
}
