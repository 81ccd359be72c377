/** The companies that are in a group, with a filter, since there may be thousands. */
import { Building2, X } from 'lucide-react';
import { useState } from 'react';
import type { GroupCompany } from '../../api/groups.ts';
import { IconButton } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { SearchInput } from '../../components/search-input.tsx';
import { EmptyState } from '../../components/states.tsx';
import { countOf } from '../../text/format.ts';

/** More are found by the filter; a page of thousands of rows helps nobody. */
const MAX_SHOWN = 200;

interface CompanySelectionProps {
  companies: readonly GroupCompany[];
  /** Without it the list is only read. */
  onRemove?: (guid: string) => void;
}

export function CompanySelection({ companies, onRemove }: CompanySelectionProps) {
  const [filter, setFilter] = useState('');
  const found = companies.filter(company => isFound(company, filter));
  const hidden = found.length - MAX_SHOWN;
  return (
    <Card title="In this group" description={countOf(companies.length, 'company', 'companies')} isFlush>
      {companies.length === 0 ? (
        <EmptyState icon={Building2} title="No companies yet">
          Whoever is in this group sees nothing.
        </EmptyState>
      ) : (
        <>
          <SearchInput label="Filter these companies" value={filter} onChange={setFilter} className="m-4" />
          <ul className="max-h-120 divide-y divide-line overflow-y-auto border-t border-line">
            {found.slice(0, MAX_SHOWN).map(company => (
              <li key={company.guid} className="flex items-center justify-between gap-3 py-2 pr-3 pl-5">
                <div className="min-w-0">
                  <p className="font-medium break-words">{company.name ?? 'Name not known'}</p>
                  <p className="font-mono text-xs break-all text-ink-faint">{company.guid}</p>
                </div>
                {onRemove !== undefined && (
                  <IconButton
                    label={`Remove ${company.name ?? company.guid}`}
                    icon={<X size={16} aria-hidden />}
                    size="sm"
                    onClick={() => onRemove(company.guid)}
                  />
                )}
              </li>
            ))}
            {found.length === 0 && <li className="px-5 py-4 text-ink-soft">None of them fits.</li>}
            {hidden > 0 && (
              <li className="px-5 py-3 text-ink-soft">
                And {countOf(hidden, 'more', 'more')}. Filter to see them.
              </li>
            )}
          </ul>
        </>
      )}
    </Card>
  );
}

function isFound(company: GroupCompany, filter: string): boolean {
  const text = filter.trim().toLowerCase();
  return company.guid.includes(text) || (company.name ?? '').toLowerCase().includes(text);
}
