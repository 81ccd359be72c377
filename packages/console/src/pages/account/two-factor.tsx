/** Two-factor: switching it on with an authenticator app, recovery codes, and switching it off. */
import { QRCodeSVG } from 'qrcode.react';
import { useState } from 'react';
import { beginTotp, renewRecoveryCodes, type TotpBeginning, turnTotpOff, verifyTotp } from '../../api/me.ts';
import { refreshSession } from '../../api/session.ts';
import { Alert } from '../../components/alert.tsx';
import { Badge } from '../../components/badge.tsx';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { CopyButton } from '../../components/copy-button.tsx';
import { Field } from '../../components/field.tsx';
import { Form, SubmitButton } from '../../components/form.tsx';
import { CodeInput } from '../../components/input.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { toast } from '../../components/toasts.tsx';
import { useCurrentUser } from '../../shell/current-user.ts';
import { countOf } from '../../text/format.ts';
import { RecoveryCodes } from './recovery-codes.tsx';
import { ACCOUNT_TRAIL } from './trail.ts';

/** With fewer than this, new codes are suggested. */
const FEW_CODES = 3;

export function Page() {
  const { mfa_enabled: isOn } = useCurrentUser();
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  const closeCodes = () => {
    setCodes(null);
    void refreshSession();
  };
  return (
    <>
      <PageHeader
        title="Two-factor"
        trail={ACCOUNT_TRAIL}
        description="A code from your phone besides the password. Who learns your password still cannot sign in."
      />
      {isOn ? <SwitchedOn onCodes={setCodes} /> : <SwitchedOff onCodes={setCodes} />}
      <RecoveryCodes codes={codes} onClose={closeCodes} />
    </>
  );
}

interface CodesTaker {
  onCodes: (codes: readonly string[]) => void;
}

function SwitchedOff({ onCodes }: CodesTaker) {
  const [beginning, setBeginning] = useState<TotpBeginning | null>(null);
  const [isBusy, setBusy] = useState(false);
  const begin = () => {
    setBusy(true);
    beginTotp()
      .then(setBeginning, toast.failed)
      .finally(() => setBusy(false));
  };
  if (beginning !== null) {
    return <Verification beginning={beginning} onCodes={onCodes} onCancel={() => setBeginning(null)} />;
  }
  return (
    <Card
      title="Authenticator app"
      description="Works with any app for one-time codes, as 1Password, Aegis or Google Authenticator."
      actions={<Badge>Off</Badge>}
    >
      <Button look="primary" isBusy={isBusy} onClick={begin}>
        Set up two-factor
      </Button>
    </Card>
  );
}

interface VerificationProps extends CodesTaker {
  beginning: TotpBeginning;
  onCancel: () => void;
}

function Verification({ beginning, onCodes, onCancel }: VerificationProps) {
  return (
    <Card
      title="Connect your app"
      description="Scan the picture with your authenticator app, then write the code it shows."
    >
      <div className="flex flex-col gap-6 sm:flex-row sm:gap-8">
        {/* Always dark on white: cameras do not read the other way round. */}
        <div className="self-start rounded-lg border border-line bg-white p-4">
          <QRCodeSVG value={beginning.otpauth_url} size={168} title="QR code for your authenticator app" />
        </div>
        <div className="min-w-0 flex-1">
          <p className="text-sm text-ink-faint">No camera? Type this key into the app:</p>
          <div className="mt-1 mb-5 flex items-center gap-1">
            <code className="font-mono break-all">{beginning.secret.replace(/(.{4})(?=.)/g, '$1 ')}</code>
            <CopyButton isIcon text={beginning.secret} label="Copy key" />
          </div>
          <Form submit={async values => onCodes(await verifyTotp(values.text('code').replaceAll(' ', '')))}>
            <Field
              name="code"
              label="Code"
              hint="Six digits; a new one every half minute."
              className="max-w-56"
            >
              <CodeInput required />
            </Field>
            <div className="flex gap-2">
              <SubmitButton>Switch on</SubmitButton>
              <Button look="quiet" onClick={onCancel}>
                Cancel
              </Button>
            </div>
          </Form>
        </div>
      </div>
    </Card>
  );
}

function SwitchedOn({ onCodes }: CodesTaker) {
  const { recovery_codes_left: left } = useCurrentUser();
  const [asked, setAsked] = useState<'renew' | 'off' | null>(null);
  const close = () => setAsked(null);
  return (
    <div className="flex flex-col gap-6">
      <Card
        title="Authenticator app"
        description="Signing in asks for a code from your app."
        actions={
          <Badge tone="ok" hasDot>
            On
          </Badge>
        }
      >
        <Button onClick={() => setAsked('off')}>Turn off</Button>
      </Card>
      <Card
        title="Recovery codes"
        description={`You have ${countOf(left, 'code')} left. Each signs you in once without your app.`}
      >
        {left < FEW_CODES && (
          <Alert tone="warn" className="mb-4">
            Only a few are left. Make new ones before you need them.
          </Alert>
        )}
        <Button onClick={() => setAsked('renew')}>Make new codes</Button>
      </Card>
      <ConfirmDialog
        isOpen={asked === 'renew'}
        onClose={close}
        title="Make new recovery codes?"
        action="Make new codes"
        look="primary"
        onConfirm={async () => onCodes(await renewRecoveryCodes())}
      >
        The codes you have now stop working.
      </ConfirmDialog>
      <ConfirmDialog
        isOpen={asked === 'off'}
        onClose={close}
        title="Turn two-factor off?"
        action="Turn off"
        onConfirm={() => turnTotpOff().then(() => toast.done('Two-factor is off'))}
      >
        Your password alone will open your account. Your recovery codes stop working.
      </ConfirmDialog>
    </div>
  );
}
