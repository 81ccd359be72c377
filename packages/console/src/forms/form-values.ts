/** What was typed into a form, by the names of its controls. */

export interface FormValues {
  /** The text of a control, without spaces around it; '' when it is empty or not there. */
  text: (name: string) => string;
  /** The text exactly as typed: for passwords, where a space is a character. */
  exact: (name: string) => string;
  /** Whether a checkbox or switch is on. */
  isOn: (name: string) => boolean;
  /** The values of all controls of this name that are on. */
  all: (name: string) => string[];
}

export function formValues(form: FormData): FormValues {
  const exact = (name: string): string => {
    const value = form.get(name);
    return typeof value === 'string' ? value : '';
  };
  return {
    text: name => exact(name).trim(),
    exact,
    isOn: name => form.has(name),
    all: name => form.getAll(name).filter(value => typeof value === 'string'),
  };
}
