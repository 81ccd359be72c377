/** The frame of the settings: their own navigation beside the page, above it on narrow screens. */
import { Link, Outlet, useLocation } from '@tanstack/react-router';
import { type RefObject, useEffect, useRef } from 'react';
import { SETTINGS_NAVIGATION, useIsShown } from './navigation.ts';

export function SettingsShell() {
  const isShown = useIsShown();
  const navigation = useRef<HTMLElement>(null);
  usePresentEntryInSight(navigation);
  const groups = SETTINGS_NAVIGATION.map(group => ({ ...group, entries: group.entries.filter(isShown) }));
  return (
    <div className="gap-10 lg:grid lg:grid-cols-[13rem_minmax(0,1fr)]">
      <nav
        ref={navigation}
        aria-label="Settings"
        className="mb-6 max-lg:-mx-4 max-lg:overflow-x-auto max-lg:border-b max-lg:border-line max-lg:px-4 max-lg:pb-2 lg:sticky lg:top-24 lg:self-start"
      >
        <div className="flex max-lg:w-max max-lg:gap-1 lg:flex-col lg:gap-6">
          {groups
            .filter(group => group.entries.length > 0)
            .map(group => (
              <div key={group.label} className="max-lg:contents">
                <p
                  id={`settings-${group.label}`}
                  className="mb-1.5 px-3 text-xs font-medium text-ink-faint max-lg:hidden"
                >
                  {group.label}
                </p>
                <ul aria-labelledby={`settings-${group.label}`} className="flex gap-1 lg:flex-col lg:gap-0.5">
                  {group.entries.map(({ to, label, icon: Icon }) => (
                    <li key={to}>
                      <Link
                        to={to}
                        className="flex items-center gap-2.5 rounded-md px-3 py-1.5 whitespace-nowrap text-ink-soft transition-colors hover:bg-hover hover:text-ink focus-visible:-outline-offset-2 data-[status=active]:bg-accent-soft data-[status=active]:font-medium data-[status=active]:text-accent-ink"
                      >
                        <Icon size={17} aria-hidden className="max-lg:hidden" />
                        {label}
                      </Link>
                    </li>
                  ))}
                </ul>
              </div>
            ))}
        </div>
      </nav>
      <div className="min-w-0">
        <Outlet />
      </div>
    </div>
  );
}

/** On narrow screens the navigation is one line that scrolls: the entry of the present page is brought into it. */
function usePresentEntryInSight(navigation: RefObject<HTMLElement | null>): void {
  const { pathname } = useLocation();
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each page
  useEffect(() => {
    const { current: line } = navigation;
    const entry = line?.querySelector<HTMLElement>('[data-status=active]');
    if (line === null || entry === null || entry === undefined) return;
    const { left, width } = entry.getBoundingClientRect();
    const { left: start, width: sight } = line.getBoundingClientRect();
    line.scrollLeft += left - start - (sight - width) / 2;
  }, [navigation, pathname]);
}
