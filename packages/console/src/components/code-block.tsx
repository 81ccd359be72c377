/** Code to copy; with several samples, a tab for each language. */
import { Tabs as Radix } from 'radix-ui';
import { useState } from 'react';
import { CopyButton } from './copy-button.tsx';

interface Sample {
  /** The language's name, as it is shown. */
  label: string;
  code: string;
}

/** The tab is known by its place, since a label may hold what an id may not. Give `samples` of the same thing in several languages, or one. */
export function CodeBlock({ label, samples }: { label: string; samples: readonly Sample[] }) {
  const [openTab, setOpenTab] = useState('0');
  const open = samples[Number(openTab)] ?? samples[0];
  return (
    <Radix.Root
      value={openTab}
      onValueChange={setOpenTab}
      className="overflow-hidden rounded-md border border-line bg-code text-on-code"
    >
      <div className="flex items-center justify-between gap-2 border-b border-white/10 py-1 pr-1 pl-2">
        <Radix.List aria-label={label} className="flex overflow-x-auto">
          {samples.map((sample, index) => (
            <Radix.Trigger
              key={sample.label}
              value={String(index)}
              className="rounded-sm px-2.5 py-1 text-sm whitespace-nowrap text-code-faint transition-colors outline-on-code hover:text-on-code focus-visible:-outline-offset-2 data-[state=active]:text-white"
            >
              {sample.label}
            </Radix.Trigger>
          ))}
        </Radix.List>
        <CopyButton isIcon text={open?.code ?? ''} label="Copy code" isOnCode />
      </div>
      {samples.map((sample, index) => (
        <Radix.Content
          key={sample.label}
          value={String(index)}
          className="overflow-x-auto outline-on-code focus-visible:-outline-offset-2"
        >
          <pre className="px-4 py-3 font-mono text-[0.8667rem] leading-relaxed">
            <code>{sample.code}</code>
          </pre>
        </Radix.Content>
      ))}
    </Radix.Root>
  );
}
