/** The companies of one group: what is in it, a search over all companies, and guids pasted at once. Nothing changes until it is saved. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useBlocker, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { ApiError, messageOf } from '../../api/api-error.ts';
import {
  type Group,
  type GroupCompany,
  groupCompaniesQuery,
  groupQuery,
  replaceGroupCompanies,
} from '../../api/groups.ts';
import { queryKeys } from '../../api/query-keys.ts';
import { Alert } from '../../components/alert.tsx';
import { Button } from '../../components/button.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { ErrorState, SkeletonLines } from '../../components/states.tsx';
import { toast } from '../../components/toasts.tsx';
import { useCan, useCurrentUser } from '../../shell/current-user.ts';
import { countOf } from '../../text/format.ts';
import { CompanyPicker, GuidPaste } from './company-picker.tsx';
import { CompanySelection } from './company-selection.tsx';
import { ORGANIZATION_TRAIL } from './trail.ts';

const TRAIL = [...ORGANIZATION_TRAIL, { label: 'Groups', to: '/settings/organization/groups' }] as const;

export function Page() {
  const { group: guid } = useParams({ from: '/guarded/settings/organization/groups/$group' });
  const { organization } = useCurrentUser();
  const group = useQuery(groupQuery(organization.id, guid));
  const companies = useQuery(groupCompaniesQuery(organization.id, guid));
  const title = group.data === undefined ? 'Group' : group.data.name;
  const error = group.error ?? companies.error;
  const retry = () => Promise.all([group.refetch(), companies.refetch()]);
  return (
    <>
      <PageHeader
        title={title}
        trail={TRAIL}
        description="Users and tokens of this group see the companies you choose here, and no others."
      />
      {error !== null && <ErrorState error={error} retry={retry} />}
      {error === null && (group.data === undefined || companies.data === undefined) && (
        <SkeletonLines lines={6} />
      )}
      {error === null && group.data !== undefined && companies.data !== undefined && (
        <Editor key={guid} group={group.data} saved={companies.data} />
      )}
    </>
  );
}

function Editor({ group, saved }: { group: Group; saved: readonly GroupCompany[] }) {
  const { organization } = useCurrentUser();
  const mayManage = useCan('groups.manage');
  const queryClient = useQueryClient();
  const [chosen, setChosen] = useState(saved);
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const changes = changeCount(saved, chosen);
  useBlocker({
    shouldBlockFn: () => !window.confirm('Leave without saving the companies of this group?'),
    enableBeforeUnload: changes > 0,
    disabled: changes === 0,
  });

  const add = (companies: readonly GroupCompany[]) => setChosen(withCompanies(chosen, companies));
  const remove = (guid: string) => setChosen(chosen.filter(company => company.guid !== guid));

  async function save(): Promise<void> {
    const guids = chosen.map(company => company.guid);
    const stored = await replaceGroupCompanies(organization.id, group.guid, guids);
    setChosen(stored);
    queryClient.setQueryData(groupCompaniesQuery(organization.id, group.guid).queryKey, stored);
    toast.done('Companies saved');
    await queryClient.invalidateQueries({ queryKey: queryKeys.groups(organization.id) });
  }

  function press(): void {
    setBusy(true);
    setFailure(null);
    save()
      .catch(setFailure)
      .finally(() => setBusy(false));
  }

  if (group.all_companies) {
    return <Alert>This group holds every company, also those that are added later.</Alert>;
  }
  if (!mayManage) return <CompanySelection companies={chosen} />;
  return (
    <>
      <div className="grid items-start gap-6 xl:grid-cols-2">
        <CompanySelection companies={chosen} onRemove={remove} />
        <div className="flex flex-col gap-6">
          <CompanyPicker chosen={chosen} onAdd={company => add([company])} />
          <GuidPaste onAdd={guids => add(guids.map(guid => ({ guid, name: null })))} />
        </div>
      </div>
      {failure !== null && (
        <Alert tone="danger" isLive className="mt-6" title="Not saved">
          {refusalOf(failure).map(text => (
            <p key={text}>{text}</p>
          ))}
        </Alert>
      )}
      <div className="sticky bottom-0 z-10 mt-6 flex flex-wrap items-center gap-3 border-t border-line bg-canvas py-3">
        {/* On the left: messages appear on the right. */}
        <Button look="primary" disabled={changes === 0} isBusy={isBusy} onClick={press}>
          Save companies
        </Button>
        <Button look="quiet" disabled={changes === 0 || isBusy} onClick={() => setChosen(saved)}>
          Undo
        </Button>
        <p role="status" className="text-ink-soft">
          {changes === 0 ? 'Nothing to save' : `${countOf(changes, 'change')} to save`}
        </p>
      </div>
    </>
  );
}

/** The companies with others behind them, each once. */
function withCompanies(present: readonly GroupCompany[], added: readonly GroupCompany[]): GroupCompany[] {
  const guids = new Set(present.map(company => company.guid));
  return [...present, ...added.filter(company => !guids.has(company.guid))];
}

/** How many companies came or went. */
function changeCount(saved: readonly GroupCompany[], chosen: readonly GroupCompany[]): number {
  const before = new Set(saved.map(company => company.guid));
  const after = new Set(chosen.map(company => company.guid));
  const added = [...after].filter(guid => !before.has(guid));
  const removed = [...before].filter(guid => !after.has(guid));
  return added.length + removed.length;
}

/** Why it was not saved: what is said of each company, without the name the field has for programs. */
function refusalOf(error: unknown): readonly string[] {
  const said = error instanceof ApiError ? error.fields.map(problem => problem.message) : [];
  return said.length === 0 ? [messageOf(error)] : said;
}
