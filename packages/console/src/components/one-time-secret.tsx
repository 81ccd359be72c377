/** A token or link that is shown once. It closes only with the word that it is stored, and its value is gone with it. */
import { type ReactNode, useEffect } from 'react';
import { Alert } from './alert.tsx';
import { Button } from './button.tsx';
import { CopyButton } from './copy-button.tsx';
import { Dialog, DialogActions } from './dialog.tsx';

export interface OneTime {
  /** Of the dialog: "Your new token". */
  title: string;
  /** What the characters are: "API token". */
  label: string;
  value: string;
  /** What it is for, and whom it goes to. */
  explanation: ReactNode;
  /** What to do now; a token is to be stored. */
  advice?: string;
}

const STORED = 'I have stored it';

const STORE_IT =
  'Store it now, in a password manager or the settings of the tool it is for. Nobody can show it again.';

export function OneTimeSecret({ secret, onClose }: { secret: OneTime | null; onClose: () => void }) {
  return (
    <Dialog
      isOpen={secret !== null}
      onClose={onClose}
      isSticky
      width="lg"
      title={secret?.title}
      description={secret?.explanation}
    >
      {secret !== null && <Value secret={secret} />}
      <DialogActions>
        <Button look="primary" onClick={onClose}>
          {STORED}
        </Button>
      </DialogActions>
    </Dialog>
  );
}

function Value({ secret: { label, value, advice = STORE_IT } }: { secret: OneTime }) {
  useLeaveWarning();
  return (
    <>
      <output
        aria-label={label}
        className="block rounded-md border border-line bg-sunken px-4 py-3 font-mono break-all select-all"
      >
        {value}
      </output>
      <div className="mt-3">
        <CopyButton text={value} label={`Copy ${label}`} />
      </div>
      <Alert tone="warn" className="mt-4" title="It is shown only this once">
        {advice}
      </Alert>
    </>
  );
}

/** The browser asks before a page with the only copy is left or reloaded. */
function useLeaveWarning(): void {
  useEffect(() => {
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', warn);
    return () => window.removeEventListener('beforeunload', warn);
  }, []);
}
