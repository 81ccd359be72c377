/** The audit log: who did what, when and from where, newest first, with filters, exports and the way to verify it. */
import { useInfiniteQuery } from '@tanstack/react-query';
import { Download, ScrollText, SearchX } from 'lucide-react';
import { useState } from 'react';
import {
  type AuditEvent,
  type AuditFilters,
  auditExportPath,
  auditQuery,
  NO_AUDIT_FILTERS,
} from '../../api/audit.ts';
import { rowsOf } from '../../api/paging.ts';
import { useSettled } from '../../browser/settled.ts';
import { Button, buttonClass } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { classNames } from '../../components/class-names.ts';
import { PageHeader } from '../../components/page-header.tsx';
import { EmptyState, ErrorState, SkeletonLines } from '../../components/states.tsx';
import { LoadMore } from '../../components/table.tsx';
import { useCurrentUser } from '../../shell/current-user.ts';
import { startOfDay, startOfNextDay } from '../../text/day.ts';
import { AuditEventItem } from './audit-event.tsx';
import { AuditFilterBar } from './audit-filters.tsx';
import { AuditVerification } from './audit-verification.tsx';
import { ORGANIZATION_TRAIL } from './trail.ts';

export function Page() {
  const [filters, setFilters] = useState(NO_AUDIT_FILTERS);
  const settled = asked(useSettled(filters));
  const events = useAuditEvents(settled);
  return (
    <>
      <PageHeader
        title="Audit log"
        trail={ORGANIZATION_TRAIL}
        description="Everything that changes access, shows a secret or fails to authenticate. Rows are only ever added."
        actions={
          <>
            <ExportLink filters={settled} format="csv" label="Export CSV" />
            <ExportLink filters={settled} format="ndjson" label="Export NDJSON" />
          </>
        }
      />
      <AuditFilterBar filters={filters} onChange={setFilters} />
      <Card isFlush>
        <Events
          query={events}
          onClear={() => setFilters(NO_AUDIT_FILTERS)}
          isFiltered={isFiltered(settled)}
        />
      </Card>
      <AuditVerification />
    </>
  );
}

/** The filters as the server takes them: days as the moments where they begin and end here. */
function asked(filters: AuditFilters): AuditFilters {
  return {
    ...filters,
    from: startOfDay(filters.from) ?? '',
    to: startOfNextDay(filters.to) ?? '',
  };
}

function useAuditEvents(filters: AuditFilters) {
  return useInfiniteQuery(auditQuery(useCurrentUser().organization.id, filters));
}

function isFiltered(filters: AuditFilters): boolean {
  return Object.values(filters).some(value => value !== '');
}

function ExportLink({
  filters,
  format,
  label,
}: {
  filters: AuditFilters;
  format: 'csv' | 'ndjson';
  label: string;
}) {
  const { organization } = useCurrentUser();
  return (
    <a
      href={auditExportPath(organization.id, filters, format)}
      download={`sightline-audit.${format}`}
      className={buttonClass('secondary')}
    >
      <Download size={16} aria-hidden />
      {label}
    </a>
  );
}

interface EventsProps {
  query: ReturnType<typeof useAuditEvents>;
  isFiltered: boolean;
  onClear: () => void;
}

function Events({ query, isFiltered, onClear }: EventsProps) {
  if (query.isPending) {
    return (
      <div className="px-6 py-5">
        <SkeletonLines lines={8} label="Loading the audit log" />
      </div>
    );
  }
  if (query.data === undefined) return <ErrorState error={query.error} retry={() => query.refetch()} />;
  const events = rowsOf(query.data.pages, keyOf);
  if (events.length === 0) {
    return isFiltered ? (
      <EmptyState
        icon={SearchX}
        title="No event fits"
        actions={<Button onClick={onClear}>Clear filters</Button>}
      />
    ) : (
      <EmptyState icon={ScrollText} title="Nothing has happened yet" />
    );
  }
  return (
    <div className={classNames(query.isPlaceholderData && 'opacity-60 transition-opacity')}>
      <ul aria-label="Events, newest first" className="divide-y divide-line">
        {events.map(event => (
          <AuditEventItem key={event.sequence} event={event} />
        ))}
      </ul>
      <LoadMore query={query} />
    </div>
  );
}

function keyOf(event: AuditEvent): string {
  return String(event.sequence);
}
