/** A button that copies a text and says so, to the eye and to screen readers. */
import { Check, Copy } from 'lucide-react';
import { Button, IconButton } from './button.tsx';
import { useCopy } from './copy.ts';

interface CopyButtonProps {
  text: string;
  /** What is copied: "Copy token". */
  label?: string;
  /** Only the icon, the label as its name. */
  isIcon?: boolean;
  /** Stands on the dark ground of a code block. */
  isOnCode?: boolean;
}

export function CopyButton({ text, label = 'Copy', isIcon, isOnCode }: CopyButtonProps) {
  const [isCopied, copy] = useCopy();
  const icon = isCopied ? <Check size={16} aria-hidden /> : <Copy size={16} aria-hidden />;
  return (
    <>
      {isIcon === true ? (
        <IconButton
          label={label}
          icon={icon}
          size="sm"
          look={isOnCode === true ? 'on-code' : 'quiet'}
          onClick={() => copy(text)}
        />
      ) : (
        <Button size="sm" icon={icon} onClick={() => copy(text)}>
          {isCopied ? 'Copied' : label}
        </Button>
      )}
      <CopiedNote isCopied={isCopied} />
    </>
  );
}

export function CopiedNote({ isCopied }: { isCopied: boolean }) {
  return (
    <span role="status" className="sr-only">
      {isCopied ? 'Copied' : ''}
    </span>
  );
}
