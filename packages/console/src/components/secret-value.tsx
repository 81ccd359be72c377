/** A secret: masked until asked for, then shown, copied, hidden again. It is kept in this component's memory alone. */
import { Eye, EyeOff } from 'lucide-react';
import { useState } from 'react';
import { Button } from './button.tsx';
import { useCopy } from './copy.ts';
import { CopiedNote } from './copy-button.tsx';
import { toast } from './toasts.tsx';

interface SecretValueProps {
  /** What it is: "API token". */
  label: string;
  /** What is shown instead: "*****abcd". */
  masked: string;
  /** The secret itself, or the call that reads it. */
  secret: string | (() => Promise<string>);
  /** Shown from the start: for what is shown once. */
  isRevealed?: boolean;
  /** Told whenever it is shown (the secret) or hidden (null), for what else on the page holds it. */
  onShown?: (secret: string | null) => void;
}

export function SecretValue({ label, masked, secret, isRevealed = false, onShown }: SecretValueProps) {
  const [shown, setShown] = useState<string | null>(isRevealed && typeof secret === 'string' ? secret : null);
  const [isBusy, setBusy] = useState(false);
  const [isCopied, copy] = useCopy();

  function show(value: string | null): void {
    setShown(value);
    onShown?.(value);
  }

  async function withSecret(use: (value: string) => unknown): Promise<void> {
    setBusy(true);
    try {
      await use(shown ?? (typeof secret === 'string' ? secret : await secret()));
    } catch (error) {
      toast.failed(error);
    } finally {
      setBusy(false);
    }
  }

  return (
    <div className="flex flex-wrap items-center gap-2">
      {/* An output may have a name of its own, so that a screen reader says what the characters are. */}
      <output
        aria-label={label}
        className="flex min-h-10 min-w-0 flex-1 basis-96 items-center rounded-md border border-line bg-sunken px-3 py-2 font-mono text-sm break-all"
      >
        {shown ?? masked}
      </output>
      <Button
        isBusy={isBusy}
        icon={shown === null ? <Eye size={16} aria-hidden /> : <EyeOff size={16} aria-hidden />}
        onClick={() => (shown === null ? withSecret(show) : show(null))}
      >
        {shown === null ? 'Reveal' : 'Hide'}
      </Button>
      <Button disabled={isBusy} onClick={() => withSecret(copy)}>
        {isCopied ? 'Copied' : 'Copy'}
      </Button>
      <CopiedNote isCopied={isCopied} />
    </div>
  );
}
