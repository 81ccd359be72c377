/** Copies a text, and tells for a moment that it did. */
import { useEffect, useState } from 'react';
import { toast } from './toasts.tsx';

const TOLD_MS = 2_000;

/** `[isCopied, copy]`. Where the browser refuses the clipboard, a message says to copy by hand. */
export function useCopy(): [boolean, (text: string) => Promise<void>] {
  const [copies, setCopies] = useState(0);
  const [isCopied, setCopied] = useState(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: every copy starts the time again
  useEffect(() => {
    if (!isCopied) return;
    const timer = setTimeout(() => setCopied(false), TOLD_MS);
    return () => clearTimeout(timer);
  }, [copies, isCopied]);
  return [
    isCopied,
    async text => {
      try {
        await navigator.clipboard.writeText(text);
        setCopied(true);
        setCopies(count => count + 1);
      } catch {
        toast.refused('The browser did not allow copying. Select the text and copy it by hand.');
      }
    },
  ];
}
