/**
 * Where the focus goes when a dialog closes: back to what had it. Radix gives it back to a trigger of its own alone, and our
 * dialogs have none: they are opened from menus, from forms, and by other dialogs.
 */
import { useRef } from 'react';
import { CONTENT_ID } from './skip-link.tsx';

const LAYERS = '[role=dialog], [role=alertdialog], [role=menu]';

/** What had the focus last on the page itself. While a dialog is open this is what led to it: a button, or that of a menu. */
let lastOnPage: Element | null = null;
document.addEventListener('focusin', ({ target }) => {
  if (target instanceof Element && target.closest(LAYERS) === null) lastOnPage = target;
});

interface FocusReturn {
  /** To be called before the focus goes into the dialog. */
  remember: () => void;
  onCloseAutoFocus: (event: Event) => void;
}

/** For the component around a dialog's content. */
export function useFocusReturn(): FocusReturn {
  const before = useRef<Element | null>(null);
  return {
    remember: () => {
      before.current = document.activeElement;
    },
    onCloseAutoFocus: event => {
      event.preventDefault();
      // The row of what was just deleted is gone: then the page's content is where to go on.
      const places = [before.current, lastOnPage, document.getElementById(CONTENT_ID)];
      places.find(canTakeFocus)?.focus({ preventScroll: true });
    },
  };
}

function canTakeFocus(place: Element | null): place is HTMLElement {
  if (!(place instanceof HTMLElement) || place === document.body) return false;
  return place.isConnected && !place.matches(':disabled');
}
