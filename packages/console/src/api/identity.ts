/**
 * The question "is it still you?": the client asks it when a call needs a fresh confirmation, the ConfirmIdentity dialog
 * answers it. Calls that ask at the same time share one question.
 */
import { createStore, useStore } from '../browser/store.ts';

interface Question {
  promise: Promise<boolean>;
  answer: (confirmed: boolean) => void;
}

const asked = createStore<Question | null>(null);

/** Opens the dialog; true when the person confirmed. */
export function askIdentity(): Promise<boolean> {
  const open = asked.read();
  if (open !== null) return open.promise;
  const { promise, resolve } = Promise.withResolvers<boolean>();
  asked.write({ promise, answer: resolve });
  return promise;
}

/** Closes the dialog with the person's answer. */
export function answerIdentity(confirmed: boolean): void {
  const open = asked.read();
  asked.write(null);
  open?.answer(confirmed);
}

export function useIdentityQuestion(): boolean {
  return useStore(asked) !== null;
}
