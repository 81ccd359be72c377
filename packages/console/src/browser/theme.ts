/** Light, dark, or what the system says; the choice is kept in this browser. `public/theme.js` applies it before the first paint. */
import { createStore, useStore } from './store.ts';

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const STORAGE_KEY = 'sightline-theme';

export function isTheme(value: unknown): value is Theme {
  return THEMES.some(theme => theme === value);
}

const chosen = createStore<Theme>('system');

/** Reads the choice and follows the system from now on. Called once, at start. */
export function startTheme(): void {
  chosen.write(storedTheme());
  chosen.follow(applyTheme);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', applyTheme);
  applyTheme();
}

export function useTheme(): [Theme, (theme: Theme) => void] {
  return [useStore(chosen), chooseTheme];
}

function chooseTheme(theme: Theme): void {
  try {
    localStorage.setItem(STORAGE_KEY, theme);
  } catch {
    // Without storage the choice holds until the page is closed.
  }
  chosen.write(theme);
}

function storedTheme(): Theme {
  try {
    const stored = localStorage.getItem(STORAGE_KEY);
    return isTheme(stored) ? stored : 'system';
  } catch {
    return 'system';
  }
}

function applyTheme(): void {
  const choice = chosen.read();
  const system = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
  document.documentElement.dataset.theme = choice === 'system' ? system : choice;
}
