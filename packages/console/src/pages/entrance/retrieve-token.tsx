/** A token that was mailed as a link: the address it was sent to is confirmed, then the token is shown, once. */
import { useState } from 'react';
import { retrieveToken } from '../../api/links.ts';
import { useSecretFragment } from '../../browser/secret-fragment.ts';
import { Alert } from '../../components/alert.tsx';
import { Field } from '../../components/field.tsx';
import { Form, SubmitButton } from '../../components/form.tsx';
import { Input } from '../../components/input.tsx';
import { SecretValue } from '../../components/secret-value.tsx';
import { PublicPage } from '../../shell/public-page.tsx';
import { DeadLink } from './link-form.tsx';

export function Page() {
  const parameters = new URLSearchParams(useSecretFragment() ?? '');
  const userGuid = parameters.get('user_guid');
  const authToken = parameters.get('auth_token');
  const [token, setToken] = useState<string | null>(null);
  if (token !== null) return <Token token={token} />;
  if (userGuid === null || authToken === null) {
    return (
      <PublicPage title="Get your API token">
        <DeadLink>
          It is incomplete. Open the whole link from the e-mail, with everything after the #.
        </DeadLink>
      </PublicPage>
    );
  }
  return (
    <PublicPage title="Get your API token" description="Confirm the address that the link was sent to.">
      <Form
        submit={async values =>
          setToken(
            await retrieveToken({ email: values.text('email'), user_guid: userGuid, auth_token: authToken }),
          )
        }
      >
        <Field name="email" label="E-mail address">
          <Input type="email" autoComplete="email" required spellCheck={false} />
        </Field>
        <SubmitButton className="w-full">Show token</SubmitButton>
      </Form>
      <Alert tone="warn" className="mt-6">
        The token is shown once. Have the place ready where you will keep it.
      </Alert>
    </PublicPage>
  );
}

function Token({ token }: { token: string }) {
  return (
    <PublicPage title="Your API token">
      <SecretValue label="API token" masked={`*****${token.slice(-4)}`} secret={token} isRevealed />
      <Alert tone="warn" isLive title="Store it now" className="mt-4">
        It is not shown again, and nobody can look it up. Keep it in a secret store; do not send it on.
      </Alert>
    </PublicPage>
  );
}
