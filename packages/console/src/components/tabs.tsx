/** Views of one thing, side by side. Only one is in the page; arrow keys move between them. */
import { Tabs as Radix } from 'radix-ui';
import type { ReactNode } from 'react';

interface Tab {
  /** Stable name of the tab. */
  id: string;
  label: ReactNode;
  content: ReactNode;
}

interface TabsProps {
  /** What the tabs are views of, for screen readers. */
  label: string;
  tabs: readonly Tab[];
  /** With both, the caller keeps which tab is open. */
  open?: string;
  onOpen?: (id: string) => void;
}

export function Tabs({ label, tabs, open, onOpen }: TabsProps) {
  return (
    <Radix.Root defaultValue={tabs[0]?.id} value={open} onValueChange={onOpen}>
      <Radix.List aria-label={label} className="flex gap-1 overflow-x-auto border-b border-line">
        {tabs.map(tab => (
          <Radix.Trigger
            key={tab.id}
            value={tab.id}
            className="-mb-px border-b-2 border-transparent px-3 py-2 font-medium whitespace-nowrap text-ink-soft transition-colors hover:text-ink focus-visible:-outline-offset-2 data-[state=active]:border-accent data-[state=active]:text-accent-ink"
          >
            {tab.label}
          </Radix.Trigger>
        ))}
      </Radix.List>
      {tabs.map(tab => (
        <Radix.Content key={tab.id} value={tab.id} className="pt-5">
          {tab.content}
        </Radix.Content>
      ))}
    </Radix.Root>
  );
}
