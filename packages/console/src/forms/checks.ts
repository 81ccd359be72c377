/** What is checked before a form is sent. The server checks again and has the last word; this only saves a round. */
import type { FieldProblem } from '../api/api-error.ts';
import { countOf } from '../text/format.ts';

export const MIN_PASSWORD = 12;
export const MAX_PASSWORD = 256;

/** The part of an input, select or textarea that is checked. */
interface Control {
  name: string;
  value: string;
  type: string;
  required: boolean;
  minLength?: number;
  maxLength?: number;
}

/** What is wrong with a control by its own attributes, or null. */
export function problemOfControl(control: Control): FieldProblem | null {
  const message = sentenceAbout(control);
  return message === null ? null : { field: control.name, message };
}

function sentenceAbout({ value, type, required, minLength = -1, maxLength = -1 }: Control): string | null {
  const text = type === 'password' ? value : value.trim();
  if (text === '') return required ? 'Fill this in.' : null;
  if (type === 'email' && !looksLikeEmail(text)) return 'Write an e-mail address, like name@example.com.';
  if (minLength > 0 && text.length < minLength) return `Use at least ${countOf(minLength, 'character')}.`;
  if (maxLength > 0 && text.length > maxLength) return `Use at most ${countOf(maxLength, 'character')}.`;
  return null;
}

/** One @ with something on both sides: more would refuse addresses that exist. */
function looksLikeEmail(text: string): boolean {
  return /^[^\s@]+@[^\s@]+$/.test(text);
}

/** What is wrong with a new password, by the rules the server has too. */
export function passwordProblem(field: string, password: string, email: string | null): FieldProblem | null {
  if (password.length < MIN_PASSWORD) {
    return {
      field,
      message: `Use at least ${MIN_PASSWORD} characters. A few unrelated words are easy to remember.`,
    };
  }
  if (password.length > MAX_PASSWORD) return { field, message: `Use at most ${MAX_PASSWORD} characters.` };
  if (email !== null && password.toLowerCase() === email.toLowerCase()) {
    return { field, message: 'Use something else than your e-mail address.' };
  }
  return null;
}

/** The first problem of each field, by its name. */
export function firstByField(problems: readonly FieldProblem[]): Record<string, string> {
  return Object.fromEntries(problems.toReversed().map(problem => [problem.field, problem.message]));
}
