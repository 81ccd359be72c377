/** Two ways to put companies into a group: a search over all companies, and a list of guids pasted at once. */
import { useQuery } from '@tanstack/react-query';
import { Check, Plus } from 'lucide-react';
import { useState } from 'react';
import { companySearchQuery, type GroupCompany } from '../../api/groups.ts';
import { useSettled } from '../../browser/settled.ts';
import { Alert } from '../../components/alert.tsx';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { Field } from '../../components/field.tsx';
import { Textarea } from '../../components/input.tsx';
import { SearchInput } from '../../components/search-input.tsx';
import { ErrorState, SkeletonLines } from '../../components/states.tsx';
import { countOf } from '../../text/format.ts';
import { guidsIn } from './guid-list.ts';

interface CompanyPickerProps {
  chosen: readonly GroupCompany[];
  onAdd: (company: GroupCompany) => void;
}

export function CompanyPicker({ chosen, onAdd }: CompanyPickerProps) {
  const [text, setText] = useState('');
  return (
    <Card title="Add companies" isFlush>
      <SearchInput label="Search name or domain" value={text} onChange={setText} className="m-4" />
      <Found text={useSettled(text).trim()} chosen={chosen} onAdd={onAdd} />
    </Card>
  );
}

function Found({ text, chosen, onAdd }: CompanyPickerProps & { text: string }) {
  const found = useQuery(companySearchQuery(text));
  const guids = new Set(chosen.map(company => company.guid));
  if (found.isPending) {
    return (
      <div className="px-5 pb-5">
        <SkeletonLines lines={4} label="Searching" />
      </div>
    );
  }
  if (found.isError) return <ErrorState error={found.error} retry={() => found.refetch()} />;
  return (
    <ul className="max-h-80 divide-y divide-line overflow-y-auto border-t border-line">
      {found.data.map(company => (
        <li key={company.id} className="flex items-center justify-between gap-3 py-2 pr-3 pl-5">
          <div className="min-w-0">
            <p className="font-medium break-words">{company.name}</p>
            <p className="text-sm break-all text-ink-faint">{company.domain ?? company.vendor_id}</p>
          </div>
          <AddButton
            name={company.name}
            isAdded={guids.has(company.vendor_id)}
            onAdd={() => onAdd({ guid: company.vendor_id, name: company.name })}
          />
        </li>
      ))}
      {found.data.length === 0 && (
        <li className="px-5 py-4 text-ink-soft">
          {text === '' ? 'No companies are synced yet. Paste guids below.' : 'No company fits.'}
        </li>
      )}
    </ul>
  );
}

function AddButton({ name, isAdded, onAdd }: { name: string; isAdded: boolean; onAdd: () => void }) {
  return (
    <Button
      size="sm"
      look="quiet"
      // Stays where it is and keeps the focus; pressing it again does nothing.
      aria-disabled={isAdded}
      aria-label={isAdded ? `${name} is added` : `Add ${name}`}
      icon={isAdded ? <Check size={16} aria-hidden /> : <Plus size={16} aria-hidden />}
      onClick={isAdded ? undefined : onAdd}
    >
      {isAdded ? 'Added' : 'Add'}
    </Button>
  );
}

export function GuidPaste({ onAdd }: { onAdd: (guids: readonly string[]) => void }) {
  const [text, setText] = useState('');
  const { guids, refused } = guidsIn(text);
  const add = () => {
    onAdd(guids);
    setText(refused.join('\n'));
  };
  return (
    <Card title="Paste guids" description="A column of a table, a list, or JSON.">
      <Field label="Guids of companies">
        <Textarea
          value={text}
          onChange={event => setText(event.target.value)}
          className="font-mono text-sm"
          spellCheck={false}
          placeholder="a940bb61-33c4-42c9-9231-c8194c305db3"
        />
      </Field>
      {refused.length > 0 && (
        <Alert tone="warn" className="mt-3">
          {countOf(refused.length, 'part is', 'parts are')} no guid:{' '}
          <span className="break-all">{refused.slice(0, 3).join(', ')}</span>
          {refused.length > 3 && ', …'}
        </Alert>
      )}
      <Button className="mt-3" disabled={guids.length === 0} onClick={add}>
        {guids.length === 0 ? 'Add guids' : `Add ${countOf(guids.length, 'guid')}`}
      </Button>
    </Card>
  );
}
