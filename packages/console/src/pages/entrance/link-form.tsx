/** What activation and password reset share: the link is described first, then redeemed with a new password. */
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Link2Off } from 'lucide-react';
import type { ReactNode } from 'react';
import { ApiError } from '../../api/api-error.ts';
import { linkQuery } from '../../api/links.ts';
import { redeemLink } from '../../api/session.ts';
import { ButtonLink } from '../../components/button.tsx';
import { Field } from '../../components/field.tsx';
import { Form, SubmitButton } from '../../components/form.tsx';
import { Input } from '../../components/input.tsx';
import { NewPasswordField } from '../../components/new-password-field.tsx';
import { EmptyState, ErrorState, SkeletonLines } from '../../components/states.tsx';
import { toast } from '../../components/toasts.tsx';
import { passwordProblem } from '../../forms/checks.ts';
import type { FormValues } from '../../forms/form-values.ts';

interface LinkFormProps {
  token: string;
  action: string;
  /** Whether the form also asks for the person's name. */
  asksName?: boolean;
  done: string;
}

export function LinkForm({ token, action, asksName, done }: LinkFormProps) {
  const navigate = useNavigate();
  const link = useQuery(linkQuery(token));
  if (link.error instanceof ApiError && link.error.status === 404) return <DeadLink />;
  if (link.error !== null) return <ErrorState error={link.error} retry={() => link.refetch()} />;
  if (link.data === undefined) return <SkeletonLines label="Reading the link" />;
  const { email, formal_name, organization_name } = link.data;

  async function redeem(values: FormValues): Promise<void> {
    const name = asksName === true ? { formal_name: values.text('formal_name') } : {};
    const session = await redeemLink({ token, password: values.exact('password'), ...name });
    toast.done(session.state === 'signed_in' ? done : `${done} Sign in with it and your code.`);
    await navigate({ to: session.state === 'signed_in' ? '/' : '/sign-in' });
  }

  return (
    <Form submit={redeem} check={values => [passwordProblem('password', values.exact('password'), email)]}>
      <p className="text-ink-soft">
        {email === null ? null : <strong className="font-semibold break-all text-ink">{email}</strong>}
        {email === null ? '' : ' at '}
        {organization_name}
      </p>
      {/* Tells password managers whose password it is. */}
      <input type="email" name="username" autoComplete="username" value={email ?? ''} readOnly hidden />
      {asksName === true && (
        <Field name="formal_name" label="Your name">
          <Input autoComplete="name" defaultValue={formal_name ?? ''} required maxLength={255} />
        </Field>
      )}
      <NewPasswordField name="password" />
      <SubmitButton className="w-full">{action}</SubmitButton>
    </Form>
  );
}

/** A link that cannot be used; why is not told, as it would tell strangers too. */
export function DeadLink({ children }: { children?: ReactNode }) {
  return (
    <div className="rounded-lg border border-line bg-surface">
      <EmptyState
        icon={Link2Off}
        title="This link does not work"
        actions={<ButtonLink to="/sign-in">Go to sign-in</ButtonLink>}
      >
        {children ?? 'It was used, replaced by a newer one, or is over. Ask for a new one.'}
      </EmptyState>
    </div>
  );
}
