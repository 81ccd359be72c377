/** Where the pages of the organization's settings are. */
export const ORGANIZATION_TRAIL = [{ label: 'Settings', to: '/settings' }, 'Organization'] as const;
