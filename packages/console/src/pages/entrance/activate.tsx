/** Activating an account from the link of an invitation. */
import { useSecretFragment } from '../../browser/secret-fragment.ts';
import { PublicPage } from '../../shell/public-page.tsx';
import { DeadLink, LinkForm } from './link-form.tsx';

export function Page() {
  const token = useSecretFragment();
  return (
    <PublicPage title="Activate your account" description="Choose a password and you are in.">
      {token === null ? (
        <DeadLink>
          It is incomplete. Open the whole link you were given, with everything after the #.
        </DeadLink>
      ) : (
        <LinkForm
          key={token}
          token={token}
          action="Activate account"
          asksName
          done="Your account is active."
        />
      )}
    </PublicPage>
  );
}
