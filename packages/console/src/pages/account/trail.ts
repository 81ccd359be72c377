/** Where the pages of one's own account are. */
export const ACCOUNT_TRAIL = [{ label: 'Settings', to: '/settings' }, 'Account'] as const;
