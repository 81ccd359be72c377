/** What is around the pages of those who are signed in: the frame, and the dialog that asks whether it is still them. */
import { AppShell } from './app-shell.tsx';
import { ConfirmIdentity } from './confirm-identity.tsx';

export function Guarded() {
  return (
    <>
      <AppShell />
      <ConfirmIdentity />
    </>
  );
}
