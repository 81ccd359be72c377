/** The first admin: from the link that the program prints in its terminal. */
import { setUp } from '../../api/session.ts';
import { useSecretFragment } from '../../browser/secret-fragment.ts';
import { Alert } from '../../components/alert.tsx';
import { CodeBlock } from '../../components/code-block.tsx';
import { Field } from '../../components/field.tsx';
import { Form, SubmitButton } from '../../components/form.tsx';
import { Input } from '../../components/input.tsx';
import { NewPasswordField } from '../../components/new-password-field.tsx';
import { passwordProblem } from '../../forms/checks.ts';
import type { FormValues } from '../../forms/form-values.ts';
import { PublicPage } from '../../shell/public-page.tsx';

export function Page() {
  const token = useSecretFragment();
  return token === null ? <LinkNeeded /> : <FirstAdmin token={token} />;
}

function LinkNeeded() {
  return (
    <PublicPage
      title="Set up Sightline"
      description="There is no admin yet. The first one is made with a link."
    >
      <p className="mb-4">
        Open the set-up link that Sightline printed in the terminal where it was started. It works once, for
        an hour. To print a new one, run this where Sightline runs:
      </p>
      <CodeBlock label="Command" samples={[{ label: 'Terminal', code: 'sightline setup-link' }]} />
    </PublicPage>
  );
}

function FirstAdmin({ token }: { token: string }) {
  const submit = (values: FormValues) =>
    setUp({
      token,
      email: values.text('email'),
      formal_name: values.text('formal_name'),
      password: values.exact('password'),
      organization_name: values.text('organization_name') || undefined,
    });
  return (
    <PublicPage title="Set up Sightline" description="Make the first account. It will be the Admin's.">
      <Form
        submit={submit}
        check={values => [passwordProblem('password', values.exact('password'), values.text('email'))]}
      >
        <Field name="formal_name" label="Your name">
          <Input autoComplete="name" required maxLength={255} />
        </Field>
        <Field name="email" label="E-mail address">
          <Input type="email" autoComplete="username" required spellCheck={false} />
        </Field>
        <NewPasswordField name="password" label="Password" />
        <Field
          name="organization_name"
          label="Organization"
          isOptional
          hint="The company whose data this is."
        >
          <Input autoComplete="organization" maxLength={255} />
        </Field>
        <SubmitButton className="w-full">Create account</SubmitButton>
      </Form>
      <Alert className="mt-6">
        If the link is over, print a new one with <code className="font-mono">sightline setup-link</code>.
      </Alert>
    </PublicPage>
  );
}
