/**
 * Short messages about what was just done. They go by themselves; nothing that is needed later is said in one. Not Radix's: its
 * toasts are layers above a dialog, and take the Escape that was meant for it.
 */
import { CircleAlert, CircleCheck, X } from 'lucide-react';
import { useEffect, useState } from 'react';
import { isCancelled, messageOf } from '../api/api-error.ts';
import { createStore, useStore } from '../browser/store.ts';
import { IconButton } from './button.tsx';

interface Message {
  id: number;
  tone: 'ok' | 'danger';
  text: string;
}

/** Marks the place of the messages, for dialogs. */
export const TOASTS = 'data-toasts';

/** More at once would cover the page; the oldest gives way. */
const MAX_SHOWN = 3;
const OK_MS = 5_000;
/** Failures take longer to read. */
const DANGER_MS = 10_000;

const messages = createStore<readonly Message[]>([]);
let lastId = 0;

function show(tone: Message['tone'], text: string): void {
  lastId += 1;
  messages.write([...messages.read(), { id: lastId, tone, text }].slice(-MAX_SHOWN));
}

/** `toast.done('Token revoked')`, `toast.failed(error)`, or `toast.refused('…')` in words of one's own. What the person cancelled says nothing. */
export const toast = {
  done: (text: string): void => show('ok', text),
  refused: (text: string): void => show('danger', text),
  failed: (error: unknown): void => {
    if (!isCancelled(error)) show('danger', messageOf(error));
  },
};

function dismiss(id: number): void {
  messages.write(messages.read().filter(message => message.id !== id));
}

/** Where they appear; once, in the root of the page. A dialog must not take a press here for one outside of it. */
export function Toasts() {
  return (
    <div
      {...{ [TOASTS]: '' }}
      // Live, so that a screen reader reads what is added, in its own time, and an open dialog does not hide it.
      aria-live="polite"
      className="pointer-events-none fixed right-0 bottom-0 z-70 flex w-full max-w-100 flex-col gap-2 p-4"
    >
      {useStore(messages).map(message => (
        <Toast key={message.id} message={message} />
      ))}
    </div>
  );
}

function Toast({ message }: { message: Message }) {
  const isDone = message.tone === 'ok';
  const [isHeld, setHeld] = useState(false);
  useEffect(() => {
    if (isHeld) return;
    const timer = setTimeout(() => dismiss(message.id), isDone ? OK_MS : DANGER_MS);
    return () => clearTimeout(timer);
  }, [isHeld, isDone, message.id]);
  const hold = () => setHeld(true);
  const letGo = () => setHeld(false);
  return (
    // Reading takes as long as it takes: under the pointer or with the focus in it a message stays.
    <article
      aria-label="Message"
      onPointerEnter={hold}
      onPointerLeave={letGo}
      onFocus={hold}
      onBlur={letGo}
      className="pointer-events-auto flex animate-appear items-start gap-3 rounded-md border border-line bg-raised py-2.5 pr-2 pl-4 shadow-high"
    >
      {isDone ? (
        <CircleCheck size={18} className="mt-[0.35rem] shrink-0 text-ok-ink" aria-hidden />
      ) : (
        <CircleAlert size={18} className="mt-[0.35rem] shrink-0 text-danger-ink" aria-hidden />
      )}
      <p role={isDone ? undefined : 'alert'} className="min-w-0 flex-1 py-1 break-words">
        {message.text}
      </p>
      <IconButton
        label="Dismiss"
        icon={<X size={16} aria-hidden />}
        size="sm"
        onClick={() => dismiss(message.id)}
      />
    </article>
  );
}
