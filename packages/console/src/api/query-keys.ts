/** The key of every query, in one place, so that what a change makes stale can be found here. */

export const queryKeys = {
  session: ['session'],
  mySessions: ['me', 'sessions'],
  linkDescription: (token: string) => ['link', token],
  connections: (organizationId: string) => ['organization', organizationId, 'connections'],
  connection: (organizationId: string, id: string) => ['organization', organizationId, 'connections', id],
  jobs: (organizationId: string, id: string) => ['organization', organizationId, 'connections', id, 'jobs'],
  /** Apart from the connection's own key, so that following the connection asks Bitsight nothing. */
  upstreamTokens: (organizationId: string, id: string) => [
    'organization',
    organizationId,
    'upstream-tokens',
    id,
  ],
  rotation: (organizationId: string, id: string) => ['organization', organizationId, 'rotation', id],
  myToken: ['me', 'token'],
  companyTokens: (organizationId: string) => ['organization', organizationId, 'tokens'],
  tokenGroups: (organizationId: string) => ['organization', organizationId, 'token-groups'],
  /** Without filters: the users under any. */
  users: (organizationId: string, filters?: object) => listKey(organizationId, 'users', filters),
  groups: (organizationId: string) => ['organization', organizationId, 'groups'],
  group: (organizationId: string, guid: string) => ['organization', organizationId, 'groups', guid],
  groupCompanies: (organizationId: string, guid: string) => [
    'organization',
    organizationId,
    'group-companies',
    guid,
  ],
  companySearch: (text: string) => ['companies', 'search', text],
  audit: (organizationId: string, filters?: object) => listKey(organizationId, 'audit', filters),
  auditHead: (organizationId: string) => ['organization', organizationId, 'audit', 'head'],
} as const;

function listKey(organizationId: string, list: string, filters: object | undefined): readonly unknown[] {
  return ['organization', organizationId, list, ...(filters === undefined ? [] : [filters])];
}
