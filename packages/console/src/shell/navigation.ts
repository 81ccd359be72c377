/**
 * Every entry of the navigation, in order. An entry is shown when its page exists (`routes.tsx`) and the user may open it, so
 * entries of pages that an installation does not have cost nothing.
 */
import { useRouter } from '@tanstack/react-router';
import {
  Building2,
  Cable,
  KeyRound,
  LayoutDashboard,
  type LucideIcon,
  MonitorSmartphone,
  ScrollText,
  Settings,
  ShieldCheck,
  SlidersHorizontal,
  UserRound,
  UsersRound,
} from 'lucide-react';
import { can, type Permission } from '../api/permissions.ts';
import { useCurrentUser } from './current-user.ts';

export interface NavigationEntry {
  to: string;
  label: string;
  icon: LucideIcon;
  /** Without it the server would refuse what the page reads. */
  needs?: Permission;
}

export interface NavigationGroup {
  label: string;
  entries: readonly NavigationEntry[];
}

export const MAIN_NAVIGATION: readonly NavigationEntry[] = [
  { to: '/', label: 'Overview', icon: LayoutDashboard },
  { to: '/connections', label: 'Connections', icon: Cable, needs: 'connections.manage' },
  { to: '/settings', label: 'Settings', icon: Settings },
];

export const SETTINGS_NAVIGATION: readonly NavigationGroup[] = [
  {
    label: 'Account',
    entries: [
      { to: '/settings/account/user-preferences', label: 'User Preferences', icon: SlidersHorizontal },
      { to: '/settings/account/profile', label: 'Profile', icon: UserRound },
      { to: '/settings/account/password', label: 'Password', icon: KeyRound },
      { to: '/settings/account/two-factor', label: 'Two-factor', icon: ShieldCheck },
      { to: '/settings/account/sessions', label: 'Sessions', icon: MonitorSmartphone },
    ],
  },
  {
    label: 'Organization',
    entries: [
      { to: '/settings/organization/users', label: 'Users', icon: UsersRound, needs: 'users.read' },
      { to: '/settings/organization/groups', label: 'Groups', icon: Building2, needs: 'groups.read' },
      { to: '/settings/organization/audit', label: 'Audit log', icon: ScrollText, needs: 'audit.read' },
    ],
  },
];

/** A test for entries this user sees in this console. */
export function useIsShown(): (entry: NavigationEntry) => boolean {
  const paths = Object.keys(useRouter().routesByPath);
  const user = useCurrentUser();
  return entry => paths.includes(entry.to) && (entry.needs === undefined || can(user, entry.needs));
}
