/** Asks for the password, or a code, before what is sensitive. The client opens it when the server asks for it. */
import { useState } from 'react';
import { answerIdentity, useIdentityQuestion } from '../api/identity.ts';
import { confirmIdentity } from '../api/session.ts';
import { Button } from '../components/button.tsx';
import { Dialog, DialogActions } from '../components/dialog.tsx';
import { Field } from '../components/field.tsx';
import { Form, SubmitButton } from '../components/form.tsx';
import { CodeInput, Input, PasswordInput } from '../components/input.tsx';
import type { FormValues } from '../forms/form-values.ts';
import { useCurrentUser } from './current-user.ts';

export function ConfirmIdentity() {
  return (
    <Dialog
      isOpen={useIdentityQuestion()}
      onClose={() => answerIdentity(false)}
      title="Confirm it is you"
      description="This is sensitive, so it needs your password again. You will not be asked for the next ten minutes."
    >
      <IdentityForm />
    </Dialog>
  );
}

type Proof = 'password' | 'code';

function IdentityForm() {
  const user = useCurrentUser();
  const [proof, setProof] = useState<Proof>('password');

  async function confirm(values: FormValues): Promise<void> {
    await confirmIdentity(
      proof === 'password' ? { password: values.exact('password') } : { code: values.text('code') },
    );
    answerIdentity(true);
  }

  return (
    // A form of its own for each proof: an error about one says nothing about the other.
    <Form key={proof} submit={confirm}>
      {proof === 'password' ? (
        <>
          {/* Tells password managers whose password it is. */}
          <Input type="email" name="username" autoComplete="username" value={user.email} readOnly hidden />
          <Field name="password" label="Password">
            <PasswordInput autoComplete="current-password" required />
          </Field>
        </>
      ) : (
        <Field name="code" label="Code" hint="Six digits from your authenticator app.">
          <CodeInput required />
        </Field>
      )}
      {user.mfa_enabled && (
        <Button
          look="quiet"
          size="sm"
          className="-mt-2 -ml-3 self-start"
          onClick={() => setProof(proof === 'password' ? 'code' : 'password')}
        >
          {proof === 'password' ? 'Use a code instead' : 'Use your password instead'}
        </Button>
      )}
      <DialogActions>
        <Button look="quiet" onClick={() => answerIdentity(false)}>
          Cancel
        </Button>
        <SubmitButton>Confirm</SubmitButton>
      </DialogActions>
    </Form>
  );
}
