/** One event of the audit log: a line that opens to what changed and where it came from. */
import { ChevronRight } from 'lucide-react';
import { type ReactNode, useId, useState } from 'react';
import type { AuditEvent } from '../../api/audit.ts';
import { Badge } from '../../components/badge.tsx';
import { Facts } from '../../components/card.tsx';
import { classNames } from '../../components/class-names.ts';
import { RelativeTime } from '../../components/relative-time.tsx';
import { absoluteTime, clientName } from '../../text/format.ts';
import { actionText } from './audit-actions.ts';
import { type Difference, differencesOf } from './audit-diff.ts';

export function AuditEventItem({ event }: { event: AuditEvent }) {
  const [isOpen, setOpen] = useState(false);
  const id = useId();
  return (
    <li>
      <button
        type="button"
        aria-expanded={isOpen}
        aria-controls={id}
        onClick={() => setOpen(!isOpen)}
        className="flex w-full items-start gap-3 px-4 py-3 text-left transition-colors hover:bg-hover/50 focus-visible:-outline-offset-2 sm:px-5"
      >
        <ChevronRight
          size={16}
          aria-hidden
          className={classNames('mt-1 shrink-0 text-ink-faint transition-transform', isOpen && 'rotate-90')}
        />
        <span className="grid min-w-0 flex-1 gap-x-4 gap-y-0.5 sm:grid-cols-[minmax(0,5fr)_minmax(0,4fr)_8rem]">
          <span className="min-w-0">
            <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
              <span className="font-medium">{actionText(event.action)}</span>
              {event.outcome === 'failure' && <Badge tone="danger">Failed</Badge>}
              {event.count > 1 && <Badge>{event.count} times</Badge>}
            </span>
            {event.target !== null && (
              <span className="block text-sm break-words text-ink-soft">{targetText(event.target)}</span>
            )}
          </span>
          <span className="min-w-0 text-ink-soft">
            <span className="block break-words">{actorText(event.actor)}</span>
            {event.address !== null && (
              <span className="block text-sm break-all text-ink-faint">{event.address}</span>
            )}
          </span>
          <span className="text-sm text-ink-faint sm:text-right">
            <RelativeTime time={event.at} />
          </span>
        </span>
      </button>
      <div id={id} hidden={!isOpen} className="pt-1 pr-4 pb-5 pl-11 sm:pr-6 sm:pl-12">
        {isOpen && <Details event={event} />}
      </div>
    </li>
  );
}

function Details({ event }: { event: AuditEvent }) {
  const differences = differencesOf(event.before, event.after);
  const facts: [string, ReactNode][] = [
    ['When', absoluteTime(new Date(event.at))],
    [
      'Action',
      <code key="action" className="font-mono text-sm">
        {event.action}
      </code>,
    ],
    ['Who', guidText(actorText(event.actor), event.actor.guid)],
    ...(event.target === null
      ? []
      : [factOf('About', guidText(targetText(event.target), event.target.guid))]),
    ...(event.address === null ? [] : [factOf('Address', event.address)]),
    ...(event.client === null ? [] : [factOf('Client', clientName(event.client))]),
    ['Number', String(event.sequence)],
    [
      'MAC',
      <code key="mac" className="font-mono text-sm break-all">
        {event.mac}
      </code>,
    ],
  ];
  return (
    <div className="flex flex-col gap-5">
      {differences.length > 0 && <DifferenceTable differences={differences} />}
      <Facts items={facts} />
    </div>
  );
}

function factOf(label: string, value: string): [string, string] {
  return [label, value];
}

const KIND_WORDS: Readonly<Record<Difference['kind'], string>> = {
  added: 'Added',
  removed: 'Removed',
  changed: 'Changed',
  same: 'Same',
};

function DifferenceTable({ differences }: { differences: readonly Difference[] }) {
  const cell = 'border-t border-line px-3 py-2 align-top break-words';
  return (
    <div className="overflow-x-auto rounded-md border border-line">
      <table className="w-full text-left text-sm">
        <caption className="sr-only">What changed</caption>
        <thead className="text-xs text-ink-faint">
          <tr>
            {['Field', 'Before', 'After'].map(head => (
              <th key={head} scope="col" className="px-3 py-2 font-medium">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {differences.map(({ field, before, after, kind }) => (
            <tr key={field} className={kind === 'same' ? 'text-ink-faint' : undefined}>
              <th scope="row" className={classNames(cell, 'font-mono font-normal')}>
                {field}
                <span className="sr-only"> {KIND_WORDS[kind]}</span>
              </th>
              <td className={cell}>
                <Value text={before} className={kind === 'same' ? '' : 'bg-danger-soft text-danger-ink'} />
              </td>
              <td className={cell}>
                <Value text={after} className={kind === 'same' ? '' : 'bg-ok-soft text-ok-ink'} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Value({ text, className }: { text: string | null; className: string }) {
  if (text === null) return <span className="text-ink-faint">–</span>;
  return <span className={classNames('rounded-sm box-decoration-clone px-1 py-0.5', className)}>{text}</span>;
}

const ACTOR_KINDS: Readonly<Record<string, string>> = {
  user: 'User',
  user_token: 'User API token',
  company_token: 'Company API token',
  operator: 'Operator, on the server itself',
  system: 'Sightline',
  anonymous: 'Nobody signed in',
};

function actorText({ kind, name }: AuditEvent['actor']): string {
  const word = ACTOR_KINDS[kind] ?? kind;
  if (name === null) return word;
  return kind === 'user' ? name : `${name} (${word})`;
}

function targetText({ kind, name }: NonNullable<AuditEvent['target']>): string {
  const word = kind.replaceAll('_', ' ');
  return name === null ? word : `${word} ${name}`;
}

function guidText(text: string, guid: string | null): string {
  return guid === null ? text : `${text} · ${guid}`;
}
