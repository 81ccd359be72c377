/** Where to go after signing in. The value comes from the address bar, so anything that could leave this site is dropped. */

/** True for space-like control characters, which URL parsers drop or turn into something else. */
function hasControlCharacter(text: string): boolean {
  return [...text].some(character => {
    const code = character.codePointAt(0) ?? 0;
    return code < 0x20 || code === 0x7f;
  });
}

/** `next` when it is an absolute path of `origin`, else `/`. */
export function safeNextPath(next: unknown, origin: string): string {
  if (typeof next !== 'string' || !next.startsWith('/') || next.startsWith('//')) return '/';
  if (next.includes('\\') || hasControlCharacter(next) || !URL.canParse(next, origin)) return '/';
  const url = new URL(next, origin);
  if (url.origin !== origin) return '/';
  const path = `${url.pathname}${url.search}${url.hash}`;
  // "/.//evil.example" parses to this origin with the path "//evil.example", which the next reader would take for a host.
  return path.startsWith('//') ? '/' : path;
}
