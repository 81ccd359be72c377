/** One's names, and what one's account is. */
import { updateProfile } from '../../api/me.ts';
import { Badge } from '../../components/badge.tsx';
import { Card, Facts } from '../../components/card.tsx';
import { Field } from '../../components/field.tsx';
import { Form, SubmitButton } from '../../components/form.tsx';
import { Input } from '../../components/input.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { toast } from '../../components/toasts.tsx';
import type { FormValues } from '../../forms/form-values.ts';
import { useCurrentUser } from '../../shell/current-user.ts';
import { ACCOUNT_TRAIL } from './trail.ts';

export function Page() {
  return (
    <>
      <PageHeader title="Profile" trail={ACCOUNT_TRAIL} />
      <div className="flex flex-col gap-6">
        <Names />
        <Account />
      </div>
    </>
  );
}

function Names() {
  const user = useCurrentUser();
  const save = async (values: FormValues) => {
    await updateProfile({
      formal_name: values.text('formal_name'),
      friendly_name: values.text('friendly_name'),
    });
    toast.done('Profile saved');
  };
  return (
    <Card title="Your names" description="Others see them in the list of users and in the audit log.">
      <Form submit={save} className="max-w-md">
        <Field name="formal_name" label="Full name">
          <Input autoComplete="name" defaultValue={user.formal_name} required maxLength={255} />
        </Field>
        <Field name="friendly_name" label="What we call you" isOptional>
          <Input autoComplete="nickname" defaultValue={user.friendly_name ?? ''} maxLength={255} />
        </Field>
        <SubmitButton className="self-start">Save</SubmitButton>
      </Form>
    </Card>
  );
}

function Account() {
  const user = useCurrentUser();
  return (
    <Card title="Your account" description="Only an Admin can change these.">
      <Facts
        items={[
          ['E-mail', user.email],
          ['Organization', user.organization.name],
          ['Role', user.role_name],
          [
            'Access control group',
            <span key="group" className="inline-flex flex-wrap items-center gap-2">
              {user.group.name}
              {user.group.all_companies && <Badge tone="accent">All companies</Badge>}
            </span>,
          ],
        ]}
      />
    </Card>
  );
}
