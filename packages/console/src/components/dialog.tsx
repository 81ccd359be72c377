/** A dialog over the page. Focus goes in when it opens and back when it closes; on a phone it comes from below. */
import { X } from 'lucide-react';
import { Dialog as Radix } from 'radix-ui';
import type { ReactNode } from 'react';
import { IconButton } from './button.tsx';
import { classNames } from './class-names.ts';
import { useFocusReturn } from './focus-return.ts';
import { TOASTS } from './toasts.tsx';

export const OVERLAY = 'fixed inset-0 z-40 bg-shade data-[state=open]:animate-fade';

export const PANEL =
  'fixed z-50 outline-none flex max-h-[calc(100dvh-2rem)] w-full flex-col overflow-hidden bg-raised shadow-high data-[state=open]:animate-appear ' +
  'max-sm:inset-x-0 max-sm:bottom-0 max-sm:rounded-t-xl sm:inset-0 sm:m-auto sm:h-fit sm:rounded-xl sm:border sm:border-line';

interface DialogProps {
  isOpen: boolean;
  /** Called with Escape, the close button, or a press outside. */
  onClose: () => void;
  title: ReactNode;
  description?: ReactNode;
  /** Keeps a press outside or Escape from closing it: for a dialog whose content is shown once. */
  isSticky?: boolean;
  width?: 'md' | 'lg';
  children: ReactNode;
}

export function Dialog({
  isOpen,
  onClose,
  title,
  description,
  isSticky,
  width = 'md',
  children,
}: DialogProps) {
  const { remember, onCloseAutoFocus } = useFocusReturn();
  const keepOpen = isSticky === true ? (event: Event) => event.preventDefault() : undefined;
  return (
    <Radix.Root open={isOpen} onOpenChange={open => open || onClose()}>
      <Radix.Portal>
        <Radix.Overlay className={OVERLAY} />
        <Radix.Content
          {...(description === undefined ? { 'aria-describedby': undefined } : {})}
          onOpenAutoFocus={event => {
            remember();
            focusContent(event);
          }}
          onCloseAutoFocus={onCloseAutoFocus}
          onInteractOutside={event => {
            if (isSticky === true || isInToasts(event.target)) event.preventDefault();
          }}
          onEscapeKeyDown={keepOpen}
          className={classNames(PANEL, width === 'md' ? 'sm:max-w-md' : 'sm:max-w-2xl')}
        >
          <header className="flex items-start justify-between gap-4 px-5 pt-4 sm:px-6 sm:pt-5">
            <div className="min-w-0">
              <Radix.Title className="text-lg font-semibold">{title}</Radix.Title>
              {description !== undefined && (
                <Radix.Description className="mt-1 text-ink-soft">{description}</Radix.Description>
              )}
            </div>
            {isSticky !== true && (
              <Radix.Close asChild>
                <IconButton
                  label="Close"
                  icon={<X size={18} aria-hidden />}
                  size="sm"
                  className="-mt-1 -mr-2"
                />
              </Radix.Close>
            )}
          </header>
          <div className="overflow-y-auto px-5 pt-4 pb-5 sm:px-6 sm:pb-6">{children}</div>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

function isInToasts(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest(`[${TOASTS}]`) !== null;
}

const FIRST_CONTROL = 'input:not([hidden], [type=hidden], :disabled, [readonly]), textarea, select';

/** Focus goes to the first control, or to the dialog itself: not to the close button, which comes first in the order. */
function focusContent(event: Event): void {
  if (!(event.currentTarget instanceof HTMLElement)) return;
  event.preventDefault();
  const control = event.currentTarget.querySelector<HTMLElement>(FIRST_CONTROL);
  (control ?? event.currentTarget).focus();
}

/** The buttons at the foot of a dialog, the most important one last. */
export function DialogActions({ children }: { children: ReactNode }) {
  return <div className="mt-6 flex flex-wrap justify-end gap-2">{children}</div>;
}
