/** Sets the theme before the first paint, so a dark page never flashes white. `src/browser/theme.ts` changes it later. */
(() => {
  let choice = null;
  try {
    choice = localStorage.getItem('sightline-theme');
  } catch {
    // Storage may be closed to us; the system's theme is then used.
  }
  const system = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
  document.documentElement.dataset.theme = choice === 'light' || choice === 'dark' ? choice : system;
})();
