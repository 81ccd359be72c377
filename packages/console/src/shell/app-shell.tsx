/** The frame of every guarded page: the bar on top with the main navigation, and the content below it. */
import { Link, Outlet } from '@tanstack/react-router';
import { BookOpen, Menu as MenuIcon } from 'lucide-react';
import { IconButton } from '../components/button.tsx';
import { Logo } from '../components/logo.tsx';
import { Menu, MenuItem } from '../components/menu.tsx';
import { CONTENT_ID, SkipLink } from '../components/skip-link.tsx';
import { useSession } from './current-user.ts';
import { InFrame } from './frame.tsx';
import { MAIN_NAVIGATION, type NavigationEntry, useIsShown } from './navigation.ts';
import { UserMenu } from './user-menu.tsx';

const ENTRY =
  'relative flex items-center gap-2 rounded-md px-3 py-1.5 font-medium text-ink-soft transition-colors hover:bg-hover hover:text-ink ' +
  'data-[status=active]:text-accent-ink data-[status=active]:bg-accent-soft';

export function AppShell() {
  const entries = MAIN_NAVIGATION.filter(useIsShown());
  return (
    <div className="flex min-h-dvh flex-col">
      <SkipLink />
      <header className="sticky top-0 z-30 border-b border-line bg-surface/90 backdrop-blur">
        <div className="mx-auto flex h-15 max-w-6xl items-center gap-3 px-4 sm:px-6">
          <Link to="/" aria-label="Sightline, overview" className="rounded-md">
            <Logo />
          </Link>
          <MainNavigation entries={entries} />
          <div className="ml-auto flex items-center gap-1">
            <SmallNavigation entries={entries} />
            <UserMenu />
          </div>
        </div>
      </header>
      <main
        id={CONTENT_ID}
        tabIndex={-1}
        className="mx-auto w-full max-w-6xl flex-1 px-4 py-7 outline-none sm:px-6 sm:py-9"
      >
        <InFrame>
          <Outlet />
        </InFrame>
      </main>
      <Footer />
    </div>
  );
}

function MainNavigation({ entries }: { entries: readonly NavigationEntry[] }) {
  return (
    <nav aria-label="Main" className="ml-5 hidden md:block">
      <ul className="flex gap-1">
        {entries.map(entry => (
          <li key={entry.to}>
            <Link to={entry.to} activeOptions={{ exact: entry.to === '/' }} className={ENTRY}>
              {entry.label}
            </Link>
          </li>
        ))}
        <li>
          {/* The reference is a page of the server, not of the console. */}
          <a href="/reference" className={ENTRY}>
            API reference
          </a>
        </li>
      </ul>
    </nav>
  );
}

function SmallNavigation({ entries }: { entries: readonly NavigationEntry[] }) {
  return (
    <div className="md:hidden">
      <Menu trigger={<IconButton label="Menu" icon={<MenuIcon size={20} aria-hidden />} />}>
        {entries.map(({ to, label, icon: Icon }) => (
          <MenuItem key={to} asChild>
            <Link to={to}>
              <Icon size={16} aria-hidden />
              {label}
            </Link>
          </MenuItem>
        ))}
        <MenuItem asChild>
          <a href="/reference">
            <BookOpen size={16} aria-hidden />
            API reference
          </a>
        </MenuItem>
      </Menu>
    </div>
  );
}

function Footer() {
  const { instance } = useSession();
  const product = `Sightline ${instance.version}`;
  return (
    <footer className="border-t border-line">
      <p className="mx-auto max-w-6xl px-4 py-4 text-sm text-ink-faint sm:px-6">
        {instance.name === 'Sightline' ? product : `${instance.name} · ${product}`}
      </p>
    </footer>
  );
}
