/**
 * A form that checks itself, sends once, and tells what went wrong: at each field, and in a summary that takes focus. Its
 * fields are `Field`s with a `name`; their values come to `submit` by those names.
 */
import { type ReactNode, type SubmitEvent, useEffect, useRef, useState } from 'react';
import { ApiError, type FieldProblem, isCancelled, messageOf } from '../api/api-error.ts';
import { firstByField, problemOfControl } from '../forms/checks.ts';
import { FormContext, useFormState } from '../forms/form-state.ts';
import { type FormValues, formValues } from '../forms/form-values.ts';
import { Alert } from './alert.tsx';
import { Button, type ButtonProps } from './button.tsx';
import { classNames } from './class-names.ts';

interface FormProps {
  /** Sends the values. What it throws is shown: problems of fields at the fields. */
  submit: (values: FormValues) => Promise<unknown>;
  /** Rules beyond the controls' own attributes (`required`, `type="email"`, `minLength`, `maxLength`). */
  check?: (values: FormValues) => readonly (FieldProblem | null)[];
  /** Takes an error that is no failure but a next step; true when it was one and nothing is to be shown. */
  intercept?: (error: unknown) => boolean;
  /** Empties the controls after it went well. */
  isClearedAfter?: boolean;
  label?: string;
  className?: string;
  children: ReactNode;
}

interface Failure {
  message: string;
  problems: readonly FieldProblem[];
}

const UNFINISHED = 'Please look at what is marked below.';

export function Form({ submit, check, intercept, isClearedAfter, label, className, children }: FormProps) {
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const form = useRef<HTMLFormElement>(null);

  async function send(event: SubmitEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault();
    if (isBusy) return;
    const element = event.currentTarget;
    const values = formValues(new FormData(element));
    const problems = [...problemsOfControls(element), ...(check?.(values) ?? [])].filter(
      problem => problem !== null,
    );
    if (problems.length > 0) {
      setFailure({ message: UNFINISHED, problems });
      return;
    }
    setBusy(true);
    setFailure(null);
    try {
      await submit(values);
      if (isClearedAfter === true) element.reset();
    } catch (error) {
      if (!isCancelled(error) && intercept?.(error) !== true) setFailure(failureOf(error));
    } finally {
      setBusy(false);
    }
  }

  const state = { isBusy, fieldErrors: firstByField(failure?.problems ?? []) };
  return (
    <FormContext value={state}>
      <form
        ref={form}
        noValidate
        aria-label={label}
        onSubmit={send}
        onInput={event => setFailure(failureWithout(failure, nameOf(event.target)))}
        className={classNames('flex flex-col gap-5', className)}
      >
        {failure !== null && <ErrorSummary failure={failure} form={form.current} />}
        {children}
      </form>
    </FormContext>
  );
}

/** The form's own button; it shows that the form is being sent. */
export function SubmitButton({ look = 'primary', ...rest }: ButtonProps) {
  return <Button {...rest} type="submit" look={look} isBusy={useFormState().isBusy} />;
}

function ErrorSummary({ failure, form }: { failure: Failure; form: HTMLFormElement | null }) {
  const summary = useRef<HTMLDivElement>(null);
  // One field wrong: go straight to it. Otherwise the summary says what there is to do.
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each failure that is told
  useEffect(() => {
    const only = new Set(failure.problems.map(problem => problem.field));
    const field = only.size === 1 ? controlNamed(form, [...only][0] ?? '') : null;
    (field ?? summary.current)?.focus();
  }, [failure.message]);
  const orphans = failure.problems.filter(problem => controlNamed(form, problem.field) === null);
  return (
    <div ref={summary} tabIndex={-1} className="rounded-md">
      <Alert tone="danger" isLive>
        {/* What is said at the fields is not said twice, nor in the server's words for them. */}
        <p>{orphans.length === 0 && failure.problems.length > 0 ? UNFINISHED : failure.message}</p>
        {orphans.length > 0 && (
          <ul className="mt-1 list-disc pl-5">
            {orphans.map(problem => (
              <li key={`${problem.field} ${problem.message}`}>{problem.message}</li>
            ))}
          </ul>
        )}
      </Alert>
    </div>
  );
}

function failureOf(error: unknown): Failure {
  return { message: messageOf(error), problems: error instanceof ApiError ? error.fields : [] };
}

/** The failure without what was said about a field that is being changed; null when nothing is left to say. */
function failureWithout(failure: Failure | null, name: string): Failure | null {
  if (failure === null || !failure.problems.some(problem => problem.field === name)) return failure;
  const problems = failure.problems.filter(problem => problem.field !== name);
  return problems.length === 0 ? null : { ...failure, problems };
}

type FormControl = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

function isControl(element: unknown): element is FormControl {
  return (
    element instanceof HTMLInputElement ||
    element instanceof HTMLSelectElement ||
    element instanceof HTMLTextAreaElement
  );
}

function nameOf(target: EventTarget): string {
  return isControl(target) ? target.name : '';
}

function problemsOfControls(form: HTMLFormElement): FieldProblem[] {
  const problems = [...form.elements].map(element =>
    isControl(element) && !element.disabled && element.name !== '' ? problemOfControl(element) : null,
  );
  return problems.filter(problem => problem !== null);
}

function controlNamed(form: HTMLFormElement | null, name: string): HTMLElement | null {
  const found = [...(form?.elements ?? [])].find(element => isControl(element) && element.name === name);
  return found instanceof HTMLElement ? found : null;
}
