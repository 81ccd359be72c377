/** Short messages about what was just done. They go by themselves; nothing that is needed later is said in one. */
import { CircleAlert, CircleCheck, X } from 'lucide-react';
import { Toast as Radix } from 'radix-ui';
import { isCancelled, messageOf } from '../api/api-error.ts';
import { createStore, useStore } from '../browser/store.ts';
import { IconButton } from './button.tsx';

interface Message {
  id: number;
  tone: 'ok' | 'danger';
  text: string;
}

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

/** Where they appear; once, in the root of the page. */
export function Toasts() {
  return (
    <Radix.Provider label="Message" swipeDirection="right">
      {useStore(messages).map(message => (
        <Toast key={message.id} message={message} />
      ))}
      <Radix.Viewport
        label="Messages ({hotkey})"
        className="fixed right-0 bottom-0 z-70 m-0 flex w-full max-w-100 list-none flex-col gap-2 p-4 outline-none"
      />
    </Radix.Provider>
  );
}

function Toast({ message }: { message: Message }) {
  const isDone = message.tone === 'ok';
  return (
    <Radix.Root
      duration={isDone ? OK_MS : DANGER_MS}
      type={isDone ? 'background' : 'foreground'}
      onOpenChange={isOpen => isOpen || dismiss(message.id)}
      className="flex animate-appear items-start gap-3 rounded-md border border-line bg-raised py-2.5 pr-2 pl-4 shadow-high data-[swipe=move]:translate-x-(--radix-toast-swipe-move-x)"
    >
      {isDone ? (
        <CircleCheck size={18} className="mt-[0.35rem] shrink-0 text-ok-ink" aria-hidden />
      ) : (
        <CircleAlert size={18} className="mt-[0.35rem] shrink-0 text-danger-ink" aria-hidden />
      )}
      <Radix.Description className="min-w-0 flex-1 py-1 break-words">{message.text}</Radix.Description>
      <Radix.Close asChild>
        <IconButton label="Dismiss" icon={<X size={16} aria-hidden />} size="sm" />
      </Radix.Close>
    </Radix.Root>
  );
}
