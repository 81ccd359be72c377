/** Asks before something that cannot be undone. For the gravest, the name of the thing has to be typed. */
import { AlertDialog as Radix } from 'radix-ui';
import { type ReactNode, type SubmitEvent, useState } from 'react';
import { isCancelled, messageOf } from '../api/api-error.ts';
import { Alert } from './alert.tsx';
import { Button } from './button.tsx';
import { classNames } from './class-names.ts';
import { DialogActions, OVERLAY, PANEL } from './dialog.tsx';
import { Field } from './field.tsx';
import { useFocusReturn } from './focus-return.ts';
import { Input } from './input.tsx';

interface ConfirmDialogProps {
  isOpen: boolean;
  onClose: () => void;
  title: string;
  /** What happens, in a sentence: who or what stops working. */
  children: ReactNode;
  /** What the button does: "Revoke token", never "OK". */
  action: string;
  look?: 'danger' | 'primary';
  /** This text has to be typed first. */
  typeToConfirm?: string;
  /** The dialog closes when it is done and shows what went wrong when it fails. */
  onConfirm: () => Promise<unknown>;
}

export function ConfirmDialog(props: ConfirmDialogProps) {
  const { remember, onCloseAutoFocus } = useFocusReturn();
  return (
    <Radix.Root open={props.isOpen} onOpenChange={open => open || props.onClose()}>
      <Radix.Portal>
        <Radix.Overlay className={OVERLAY} />
        <Radix.Content
          onOpenAutoFocus={remember}
          onCloseAutoFocus={onCloseAutoFocus}
          className={classNames(PANEL, 'sm:max-w-md')}
        >
          {/* A component of its own, so that each opening begins without the last one's text and error. */}
          <Question {...props} />
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

function Question({
  title,
  children,
  action,
  look = 'danger',
  typeToConfirm,
  onConfirm,
  onClose,
}: ConfirmDialogProps) {
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [typed, setTyped] = useState('');
  const isHeld = typeToConfirm !== undefined && typed.trim() !== typeToConfirm;

  async function confirm(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    if (isHeld || isBusy) return;
    setBusy(true);
    setError(null);
    try {
      await onConfirm();
      onClose();
    } catch (thrown) {
      setBusy(false);
      if (!isCancelled(thrown)) setError(thrown);
    }
  }

  return (
    <form onSubmit={confirm} className="overflow-y-auto px-5 py-5 sm:px-6">
      <Radix.Title className="text-lg font-semibold">{title}</Radix.Title>
      <Radix.Description asChild>
        <div className="mt-2 text-ink-soft">{children}</div>
      </Radix.Description>
      {typeToConfirm !== undefined && (
        <Field
          className="mt-4"
          label={
            <>
              Type <strong className="font-semibold break-all">{typeToConfirm}</strong> to go on
            </>
          }
        >
          <Input
            value={typed}
            onChange={event => setTyped(event.target.value)}
            autoComplete="off"
            spellCheck={false}
          />
        </Field>
      )}
      {error !== null && (
        <Alert tone="danger" isLive className="mt-4">
          {messageOf(error)}
        </Alert>
      )}
      <DialogActions>
        <Radix.Cancel asChild>
          <Button look="quiet">Cancel</Button>
        </Radix.Cancel>
        <Button type="submit" look={look} isBusy={isBusy} disabled={isHeld}>
          {action}
        </Button>
      </DialogActions>
    </form>
  );
}
