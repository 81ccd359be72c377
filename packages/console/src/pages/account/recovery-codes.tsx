/** Recovery codes, when they are shown: once, to be kept. */
import { Download } from 'lucide-react';
import { downloadText } from '../../browser/download.ts';
import { Alert } from '../../components/alert.tsx';
import { Button } from '../../components/button.tsx';
import { CopyButton } from '../../components/copy-button.tsx';
import { Dialog, DialogActions } from '../../components/dialog.tsx';

export function RecoveryCodes({ codes, onClose }: { codes: readonly string[] | null; onClose: () => void }) {
  const text = (codes ?? []).join('\n');
  return (
    <Dialog
      isOpen={codes !== null}
      onClose={onClose}
      isSticky
      width="lg"
      title="Your recovery codes"
      description="Each signs you in once when you do not have your authenticator app."
    >
      <ol className="grid gap-x-6 sm:grid-cols-2 gap-y-2 rounded-md bg-sunken px-5 py-4 font-mono">
        {(codes ?? []).map(code => (
          <li key={code} className="break-all">
            {code}
          </li>
        ))}
      </ol>
      <div className="mt-3 flex flex-wrap gap-2">
        <CopyButton text={text} label="Copy codes" />
        <Button
          size="sm"
          icon={<Download size={16} aria-hidden />}
          onClick={() => downloadText('sightline-recovery-codes.txt', `${text}\n`)}
        >
          Download
        </Button>
      </div>
      <Alert tone="warn" className="mt-4">
        They are not shown again. Keep them apart from your password.
      </Alert>
      <DialogActions>
        <Button look="primary" onClick={onClose}>
          I have stored them
        </Button>
      </DialogActions>
    </Dialog>
  );
}
