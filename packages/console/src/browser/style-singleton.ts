/**
 * Stands in for the package `react-style-singleton`, with which Radix locks the page's scroll behind a dialog: the same
 * three exports over an adopted style sheet, since the server's policy (`style-src 'self'`) refuses a `<style>` element.
 */
import { useEffect } from 'react';

interface SheetHolder {
  add: (css: string) => void;
  remove: () => void;
}

interface SheetProps {
  styles: string;
  dynamic?: boolean;
}

/** One sheet however many ask for it: adopted with the first, let go with the last. */
export function stylesheetSingleton(): SheetHolder {
  let holders = 0;
  let sheet: CSSStyleSheet | null = null;
  return {
    add(css) {
      holders += 1;
      if (sheet !== null) return;
      sheet = new CSSStyleSheet();
      sheet.replaceSync(css);
      document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
    },
    remove() {
      holders -= 1;
      if (holders > 0 || sheet === null) return;
      const gone = sheet;
      sheet = null;
      document.adoptedStyleSheets = document.adoptedStyleSheets.filter(other => other !== gone);
    },
  };
}

export function styleHookSingleton(): (css: string, isDynamic?: boolean) => void {
  const holder = stylesheetSingleton();
  return function useSheet(css, isDynamic = false) {
    // Static styles are taken as they were first; only dynamic ones follow their text, as in the package.
    const followed = isDynamic ? css : null;
    // biome-ignore lint/correctness/useExhaustiveDependencies: see above
    useEffect(() => {
      holder.add(css);
      return () => holder.remove();
    }, [followed]);
  };
}

export function styleSingleton(): (props: SheetProps) => null {
  const useSheet = styleHookSingleton();
  return function Sheet({ styles, dynamic = false }) {
    useSheet(styles, dynamic);
    return null;
  };
}
