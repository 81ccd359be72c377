/** The foot of a form in a dialog: the way back, and the form's own button. */
import { Button, type ButtonProps } from './button.tsx';
import { DialogActions } from './dialog.tsx';
import { SubmitButton } from './form.tsx';

interface FormActionsProps {
  onClose: () => void;
  /** What the form does: "Save", "Invite". */
  action: string;
  look?: ButtonProps['look'];
}

export function FormActions({ onClose, action, look }: FormActionsProps) {
  return (
    <DialogActions>
      <Button look="quiet" onClick={onClose}>
        Cancel
      </Button>
      <SubmitButton look={look}>{action}</SubmitButton>
    </DialogActions>
  );
}
