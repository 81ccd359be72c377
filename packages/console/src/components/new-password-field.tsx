/** A field for a new password, with the rules told before they are broken. */
import { MIN_PASSWORD } from '../forms/checks.ts';
import { Field } from './field.tsx';
import { PasswordInput } from './input.tsx';

export function NewPasswordField({ name, label = 'New password' }: { name: string; label?: string }) {
  return (
    <Field
      name={name}
      label={label}
      hint={`At least ${MIN_PASSWORD} characters. A few unrelated words, or one from a password manager, do well.`}
    >
      <PasswordInput autoComplete="new-password" required />
    </Field>
  );
}
