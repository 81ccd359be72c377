/** Changing one's own password. */
import { changePassword } from '../../api/me.ts';
import { Card } from '../../components/card.tsx';
import { Field } from '../../components/field.tsx';
import { Form, SubmitButton } from '../../components/form.tsx';
import { PasswordInput } from '../../components/input.tsx';
import { NewPasswordField } from '../../components/new-password-field.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { toast } from '../../components/toasts.tsx';
import { passwordProblem } from '../../forms/checks.ts';
import type { FormValues } from '../../forms/form-values.ts';
import { useCurrentUser } from '../../shell/current-user.ts';
import { ACCOUNT_TRAIL } from './trail.ts';

export function Page() {
  const { email } = useCurrentUser();
  const change = async (values: FormValues) => {
    await changePassword({
      current_password: values.exact('current_password'),
      new_password: values.exact('new_password'),
    });
    toast.done('Password changed');
  };
  return (
    <>
      <PageHeader title="Password" trail={ACCOUNT_TRAIL} />
      <Card
        title="Change your password"
        description="It opens this console. Your other sessions are ended; API tokens go on working."
      >
        <Form
          submit={change}
          check={values => [passwordProblem('new_password', values.exact('new_password'), email)]}
          isClearedAfter
          className="max-w-md"
        >
          {/* Tells password managers whose password it is. */}
          <input type="email" name="username" autoComplete="username" value={email} readOnly hidden />
          <Field name="current_password" label="Current password">
            <PasswordInput autoComplete="current-password" required />
          </Field>
          <NewPasswordField name="new_password" />
          <SubmitButton className="self-start">Change password</SubmitButton>
        </Form>
      </Card>
    </>
  );
}
