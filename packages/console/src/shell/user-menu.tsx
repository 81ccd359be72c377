/** Behind the user's initials: who they are, the theme, and the way out. */
import { Link, useRouter } from '@tanstack/react-router';
import { LogOut, Settings } from 'lucide-react';
import { signOut } from '../api/session.ts';
import { THEMES, type Theme, useTheme } from '../browser/theme.ts';
import { Menu, MenuChoice, MenuItem, MenuLine } from '../components/menu.tsx';
import { toast } from '../components/toasts.tsx';
import { initialsOf } from '../text/format.ts';
import { useCurrentUser } from './current-user.ts';

const THEME_LABELS: Readonly<Record<Theme, string>> = {
  system: 'As the system',
  light: 'Light',
  dark: 'Dark',
};

const THEME_CHOICES = THEMES.map(theme => ({ value: theme, label: THEME_LABELS[theme] }));

export function UserMenu() {
  const user = useCurrentUser();
  const router = useRouter();
  const [theme, chooseTheme] = useTheme();
  const name = user.friendly_name || user.formal_name;
  const leave = () => signOut().then(() => router.invalidate(), toast.failed);
  return (
    <Menu
      trigger={
        <button
          type="button"
          // Begins with what is seen, so that it can be called by voice.
          aria-label={`${initialsOf(name)}, account of ${name}`}
          className="grid size-9 place-items-center rounded-full bg-accent-soft text-sm font-semibold text-accent-ink transition-shadow hover:shadow-[0_0_0_3px_var(--hover)]"
        >
          {initialsOf(name)}
        </button>
      }
    >
      <div className="max-w-72 px-2.5 pt-1.5 pb-2">
        <p className="truncate font-semibold">{name}</p>
        <p className="truncate text-sm text-ink-faint">{user.email}</p>
        <p className="mt-1 text-sm text-ink-soft">
          {user.role_name} · {user.organization.name}
        </p>
      </div>
      <MenuLine />
      <MenuItem asChild>
        <Link to="/settings">
          <Settings size={16} aria-hidden />
          Settings
        </Link>
      </MenuItem>
      <MenuLine />
      <MenuChoice label="Theme" value={theme} choices={THEME_CHOICES} onChoose={chooseTheme} />
      <MenuLine />
      <MenuItem icon={<LogOut size={16} aria-hidden />} onSelect={leave}>
        Sign out
      </MenuItem>
    </Menu>
  );
}
