/** What the parts of a form know of each other: whether it is being sent, and what is wrong with which field. */
import { createContext, use } from 'react';

export interface FormState {
  isBusy: boolean;
  /** The first problem of each field, by its name. */
  fieldErrors: Readonly<Record<string, string>>;
}

export const FormContext = createContext<FormState>({ isBusy: false, fieldErrors: {} });

export function useFormState(): FormState {
  return use(FormContext);
}

/** The problem of the field of this name, or null. */
export function useFieldError(name: string | undefined): string | null {
  const { fieldErrors } = use(FormContext);
  return name === undefined ? null : (fieldErrors[name] ?? null);
}
