/** A forgotten password: asking for a link, and setting a new password with one. */
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { askPasswordReset } from '../../api/links.ts';
import { sessionQuery } from '../../api/session.ts';
import { useSecretFragment } from '../../browser/secret-fragment.ts';
import { Alert } from '../../components/alert.tsx';
import { ButtonLink } from '../../components/button.tsx';
import { Field } from '../../components/field.tsx';
import { Form, SubmitButton } from '../../components/form.tsx';
import { Input } from '../../components/input.tsx';
import { PublicPage } from '../../shell/public-page.tsx';
import { LinkForm } from './link-form.tsx';

export function Page() {
  const token = useSecretFragment();
  if (token === null) return <AskForLink />;
  return (
    <PublicPage title="Set a new password" description="You will be signed out everywhere else.">
      <LinkForm key={token} token={token} action="Set password" done="Your password is set." />
    </PublicPage>
  );
}

function AskForLink() {
  const session = useQuery(sessionQuery);
  const [isSent, setSent] = useState(false);
  const cannotMail = session.data?.smtp_configured === false;
  return (
    <PublicPage title="Forgot your password?">
      {cannotMail && (
        <Alert title="Ask your Admin">
          This Sightline cannot send e-mail. An Admin can give you a link to set a new password, under
          Settings ➔ Users.
        </Alert>
      )}
      {isSent && (
        <Alert tone="ok" isLive title="Look at your inbox">
          If there is an account with this address, a link is on its way to it. It works once.
        </Alert>
      )}
      {!cannotMail && !isSent && (
        <Form submit={values => askPasswordReset(values.text('email')).then(() => setSent(true))}>
          <Field name="email" label="E-mail address" hint="We send a link to set a new password.">
            <Input type="email" autoComplete="username" required spellCheck={false} />
          </Field>
          <SubmitButton className="w-full">Send link</SubmitButton>
        </Form>
      )}
      <ButtonLink to="/sign-in" look="quiet" className="mt-4 w-full">
        Back to sign-in
      </ButtonLink>
    </PublicPage>
  );
}
