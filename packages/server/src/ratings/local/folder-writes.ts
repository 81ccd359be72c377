/** Folders, written. Facts: bitsight-api.md, 4.6. */
import type { Origin } from '../../access/audit/audit-event.ts';
import type { Queryable } from '../../store/store.ts';
import { type JsonObject, textAt } from '../../wire/json.ts';
import { badField } from '../account-requests.ts';
import type { View } from '../source.ts';
import { numberIn, textIn, type WriteAsk, type Writes } from '../writes.ts';
import {
  askedMembers,
  bodyOf,
  changeLists,
  type LocalWriting,
  memberAnswer,
  memberChange,
  recordChange,
  requireOpen,
} from './list-change.ts';
import { folderEntries, type ListEntry, type ListParts } from './list-entries.ts';
import { entryOf, folderShown } from './list-queries.ts';
import type { LocalFolder } from './local-lists.ts';
import { forgetMembers, removeFolder, saveFolder, saveMembers } from './local-repository.ts';

export function folderWrites(writing: LocalWriting): Writes {
  return {
    'folder.create': (view, ask) => create(writing, view, ask),
    'folder.update': (view, ask) => update(writing, view, ask),
    'folder.delete': (view, ask) => remove(writing, view, ask),
    'folder.companies': (view, ask) => changeCompanies(writing, view, ask),
  };
}

async function create(writing: LocalWriting, view: View, ask: WriteAsk): Promise<JsonObject> {
  const body = bodyOf(ask);
  refuseExpiry(body);
  const name = textIn(body, 'name') ?? '';
  const description = textIn(body, 'description') ?? '';
  const guid = writing.newId();
  const now = writing.clock.now();
  const { principal } = view;
  await changeLists(writing, view, 'folders', async (transaction, { organizationId }) => {
    await saveFolder(transaction, {
      organization_id: organizationId,
      guid,
      group_id: principal.group.guid,
      owner_user_id: principal.userId,
      owner_name: principal.name,
      name,
      description,
      created_at: now,
      updated_at: now,
      deleted_at: null,
    });
    await record(writing, transaction, view, ask.origin, {
      action: 'folder.created',
      folder: { guid, name },
      after: { name, description },
    });
  });
  return folderShown(writing, view, guid);
}

async function update(writing: LocalWriting, view: View, ask: WriteAsk): Promise<JsonObject> {
  const body = bodyOf(ask);
  refuseExpiry(body);
  const guid = ask.path.guid ?? '';
  await changeLists(writing, view, 'folders', async (transaction, parts) => {
    const entry = openFolder(parts, guid);
    const before = settingsOf(entry);
    const after = {
      name: textIn(body, 'name') ?? before.name,
      description: textIn(body, 'description') ?? before.description,
    };
    await saveFolder(transaction, rowOf(parts, entry, after, writing.clock.now()));
    await record(writing, transaction, view, ask.origin, {
      action: 'folder.updated',
      folder: { guid: entry.guid, name: after.name },
      before,
      after,
    });
  });
  return folderShown(writing, view, guid);
}

/** One of the account's own is hidden; one that was made here is gone. */
async function remove(writing: LocalWriting, view: View, ask: WriteAsk): Promise<undefined> {
  await changeLists(writing, view, 'folders', async (transaction, parts) => {
    const entry = openFolder(parts, ask.path.guid ?? '');
    const { organizationId } = parts;
    const now = writing.clock.now();
    const before = settingsOf(entry);
    if (entry.own === null) await removeFolder(transaction, organizationId, entry.guid);
    else await saveFolder(transaction, { ...rowOf(parts, entry, before, now), deleted_at: now });
    await record(writing, transaction, view, ask.origin, {
      action: 'folder.deleted',
      folder: { guid: entry.guid, name: before.name },
      before,
    });
  });
  return undefined;
}

async function changeCompanies(writing: LocalWriting, view: View, ask: WriteAsk): Promise<JsonObject> {
  const asked = askedMembers(bodyOf(ask));
  const guid = ask.path.guid ?? '';
  const { parts, change } = await changeLists(writing, view, 'folders', async (transaction, parts) => {
    const entry = openFolder(parts, guid);
    const change = memberChange(parts, entry, asked);
    const of = { organizationId: parts.organizationId, folder: entry.guid, now: writing.clock.now() };
    await saveMembers(transaction, { ...of, isMember: true }, change.added);
    if (entry.own === null) await forgetMembers(transaction, of, change.removed);
    else await saveMembers(transaction, { ...of, isMember: false }, change.removed);
    await record(writing, transaction, view, ask.origin, {
      action: 'folder.companies_changed',
      folder: { guid: entry.guid, name: settingsOf(entry).name },
      before: { removed: change.removed },
      after: { added: change.added },
    });
    return { parts, change };
  });
  return memberAnswer(parts, change, await folderShown(writing, view, guid));
}

/** The folder of a guid. Throws NOT_FOUND where the view sees none, FORBIDDEN where it may not change it. */
function openFolder(parts: ListParts, guid: string): ListEntry<LocalFolder> {
  const entry = entryOf(folderEntries(parts), guid);
  requireOpen(parts, entry, 'folder');
  return entry;
}

function settingsOf({ own, local }: ListEntry<LocalFolder>): { name: string; description: string } {
  if (local !== null) return { name: local.name, description: local.description };
  return { name: textAt(own ?? {}, 'name'), description: textAt(own ?? {}, 'description') };
}

/** The row that a change of a folder leaves. Group and owner are those of its making, which stay. */
function rowOf(
  { organizationId }: ListParts,
  { guid, local }: ListEntry<LocalFolder>,
  { name, description }: { readonly name: string; readonly description: string },
  now: number,
) {
  return {
    organization_id: organizationId,
    guid,
    group_id: local?.groupId ?? null,
    owner_user_id: local?.owner?.guid ?? null,
    owner_name: local?.owner?.name ?? null,
    name,
    description,
    created_at: now,
    updated_at: now,
    deleted_at: null,
  };
}

function refuseExpiry(body: JsonObject): void {
  if (numberIn(body, 'content_expiry_days') === undefined) return;
  const detail = 'content_expiry_days is not possible on this server: a company stays until it is taken out.';
  throw badField('content_expiry_days', detail);
}

async function record(
  writing: LocalWriting,
  transaction: Queryable,
  view: View,
  origin: Origin,
  {
    folder,
    ...event
  }: {
    readonly action: 'folder.created' | 'folder.updated' | 'folder.deleted' | 'folder.companies_changed';
    readonly folder: { readonly guid: string; readonly name: string };
    readonly before?: Readonly<Record<string, unknown>>;
    readonly after?: Readonly<Record<string, unknown>>;
  },
): Promise<void> {
  await recordChange(writing, transaction, view, origin, { ...event, target: { kind: 'folder', ...folder } });
}
