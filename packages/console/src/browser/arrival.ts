/** What happens when a page is reached: the window's title, and focus on the heading so that a screen reader starts there. */
import { type RefObject, useEffect, useRef } from 'react';

const PRODUCT = 'Sightline';

/** The first page of a visit keeps the browser's own focus; only moving on from it moves focus. */
let hasArrived = false;

/** Gives the heading's ref. The title is read out on arrival and is the window's. */
export function useArrival(title: string): RefObject<HTMLHeadingElement | null> {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · ${PRODUCT}`;
  }, [title]);
  useEffect(() => {
    if (hasArrived) heading.current?.focus({ preventScroll: true });
    hasArrived = true;
  }, []);
  return heading;
}
