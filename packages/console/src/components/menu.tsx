/** A menu behind a button. Items act or lead somewhere; dangerous ones stand last, after a line. */
import { Check, Ellipsis } from 'lucide-react';
import { DropdownMenu as Radix } from 'radix-ui';
import type { ReactNode } from 'react';
import { IconButton } from './button.tsx';
import { classNames } from './class-names.ts';

interface MenuProps {
  /** The button that opens it. */
  trigger: ReactNode;
  align?: 'start' | 'end';
  children: ReactNode;
}

export function Menu({ trigger, align = 'end', children }: MenuProps) {
  return (
    <Radix.Root modal={false}>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          align={align}
          sideOffset={6}
          collisionPadding={8}
          className="z-50 min-w-48 animate-appear rounded-lg border border-line bg-raised p-1.5 shadow-high"
        >
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

/** The "…" of a table row. `label` names the row: "Actions for Ada Lovelace". */
export function RowMenu({ label, children }: { label: string; children: ReactNode }) {
  return (
    <Menu trigger={<IconButton label={label} icon={<Ellipsis size={18} aria-hidden />} size="sm" />}>
      {children}
    </Menu>
  );
}

const ITEM =
  'flex w-full cursor-pointer items-center gap-2.5 rounded-sm px-2.5 py-1.5 outline-none select-none ' +
  'data-[highlighted]:bg-hover data-[disabled]:cursor-not-allowed data-[disabled]:opacity-55';

interface MenuItemProps {
  icon?: ReactNode;
  isDanger?: boolean;
  isDisabled?: boolean;
  onSelect?: () => void;
  /** The item is its child, as a link. */
  asChild?: boolean;
  children: ReactNode;
}

export function MenuItem({ icon, isDanger, isDisabled, onSelect, asChild, children }: MenuItemProps) {
  return (
    <Radix.Item
      asChild={asChild}
      disabled={isDisabled}
      onSelect={onSelect}
      className={classNames(ITEM, isDanger === true && 'text-danger-ink data-[highlighted]:bg-danger-soft')}
    >
      {asChild === true ? (
        children
      ) : (
        <>
          {icon}
          {children}
        </>
      )}
    </Radix.Item>
  );
}

interface MenuChoiceProps<Value extends string> {
  label: string;
  value: Value;
  choices: readonly { value: Value; label: string }[];
  onChoose: (value: Value) => void;
}

/** One of a few, chosen inside a menu, which stays open. */
export function MenuChoice<Value extends string>({
  label,
  value,
  choices,
  onChoose,
}: MenuChoiceProps<Value>) {
  return (
    <Radix.RadioGroup value={value}>
      <MenuLabel>{label}</MenuLabel>
      {choices.map(choice => (
        <Radix.RadioItem
          key={choice.value}
          value={choice.value}
          className={ITEM}
          onSelect={event => {
            event.preventDefault();
            onChoose(choice.value);
          }}
        >
          <span className="grid size-4 place-items-center text-accent-ink">
            <Radix.ItemIndicator>
              <Check size={16} aria-hidden />
            </Radix.ItemIndicator>
          </span>
          {choice.label}
        </Radix.RadioItem>
      ))}
    </Radix.RadioGroup>
  );
}

export function MenuLabel({ children }: { children: ReactNode }) {
  return (
    <Radix.Label className="px-2.5 pt-1.5 pb-1 text-xs font-medium text-ink-faint">{children}</Radix.Label>
  );
}

export function MenuLine() {
  return <Radix.Separator className="my-1.5 h-px bg-line" />;
}
