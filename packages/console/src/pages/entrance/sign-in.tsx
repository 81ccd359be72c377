/** Signing in: e-mail and password, then a code for those with two-factor. */
import { useState } from 'react';
import { ApiError } from '../../api/api-error.ts';
import { signIn } from '../../api/session.ts';
import { Button } from '../../components/button.tsx';
import { Field } from '../../components/field.tsx';
import { Form, SubmitButton } from '../../components/form.tsx';
import { CodeInput, Input, PasswordInput } from '../../components/input.tsx';
import { TextLink } from '../../components/text-link.tsx';
import type { FormValues } from '../../forms/form-values.ts';
import { useSession } from '../../shell/current-user.ts';
import { PublicPage } from '../../shell/public-page.tsx';

interface Credentials {
  email: string;
  password: string;
}

export function Page() {
  // Kept between the two steps, in memory alone: the server checks both together.
  const [credentials, setCredentials] = useState<Credentials | null>(null);
  return credentials === null ? (
    <PasswordStep onCodeNeeded={setCredentials} />
  ) : (
    <CodeStep credentials={credentials} onBack={() => setCredentials(null)} />
  );
}

function PasswordStep({ onCodeNeeded }: { onCodeNeeded: (credentials: Credentials) => void }) {
  const { instance } = useSession();
  const submit = (values: FormValues) => {
    const credentials = { email: values.text('email'), password: values.exact('password') };
    return signIn(credentials).catch((error: unknown) => {
      if (!(error instanceof ApiError && error.concerns('code'))) throw error;
      onCodeNeeded(credentials);
    });
  };
  return (
    <PublicPage title="Sign in" description={`to ${instance.name}`}>
      <Form submit={submit}>
        <Field name="email" label="E-mail address">
          <Input type="email" autoComplete="username" required spellCheck={false} />
        </Field>
        <Field
          name="password"
          label="Password"
          aside={<TextLink to="/reset-password">Forgot password?</TextLink>}
        >
          <PasswordInput autoComplete="current-password" required />
        </Field>
        <SubmitButton className="w-full">Sign in</SubmitButton>
      </Form>
    </PublicPage>
  );
}

function CodeStep({ credentials, onBack }: { credentials: Credentials; onBack: () => void }) {
  return (
    <PublicPage title="Two-factor code" description={credentials.email}>
      <Form submit={values => signIn({ ...credentials, code: values.text('code') })}>
        <Field
          name="code"
          label="Code"
          hint="Six digits from your authenticator app. Without it, use one of your recovery codes; each works once."
        >
          <CodeInput takesRecoveryCode required />
        </Field>
        <SubmitButton className="w-full">Sign in</SubmitButton>
        <Button look="quiet" onClick={onBack}>
          Back
        </Button>
      </Form>
    </PublicPage>
  );
}
