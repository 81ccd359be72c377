/** Whether something stands inside the frame of the signed-in pages. What does not brings the page's `main` itself. */
import { createContext, type ReactNode, use } from 'react';

const FrameContext = createContext(false);

/** Around what the frame holds in its own `main`. */
export function InFrame({ children }: { children: ReactNode }) {
  return <FrameContext value>{children}</FrameContext>;
}

/** A page that may stand in the frame or alone. */
export function LonePage({ children }: { children: ReactNode }) {
  const Element = use(FrameContext) ? 'div' : 'main';
  return <Element className="mx-auto w-full max-w-2xl px-4 py-10">{children}</Element>;
}
