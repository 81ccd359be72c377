/**
 * How folders and tiers are changed: what they are is read in the transaction of the change, who may change which is decided
 * here, and the audit row is written beside.
 */
import { type AuditAction, type AuditTarget, actorOf, type Origin } from '../../access/audit/audit-event.ts';
import type { AuditLog } from '../../access/audit/audit-log.ts';
import { requirePermission } from '../../access/permissions.ts';
import type { Clock } from '../../clock.ts';
import { CallerError } from '../../errors.ts';
import type { IdSource } from '../../ids.ts';
import type { Queryable, Store } from '../../store/store.ts';
import type { JsonObject } from '../../wire/json.ts';
import { badField } from '../account-requests.ts';
import type { View } from '../source.ts';
import { notPermitted } from '../wire-errors.ts';
import { textsIn, type WriteAsk } from '../writes.ts';
import { isOpenTo, type ListEntry, type ListParts, listParts } from './list-entries.ts';
import type { LocalSources } from './list-queries.ts';
import { readLists } from './local-repository.ts';
import type { LocalState } from './local-state.ts';

/** What the writers work with. */
export interface LocalWriting extends LocalSources {
  readonly local: LocalState;
  readonly store: Store;
  readonly audit: AuditLog;
  readonly clock: Clock;
  readonly newId: IdSource;
}

/**
 * The organization that a view writes to: the caller's own. Throws FORBIDDEN for a caller who may not manage data, and for a view
 * of another organization's companies.
 */
export async function ownOrganization({ base }: LocalSources, view: View): Promise<string> {
  requirePermission(view.principal, 'data.manage');
  const organizationId = await base.organizationOf(view);
  if (organizationId !== view.principal.organizationId) throw notPermitted();
  return organizationId;
}

/** Runs a change in one transaction, with the lists as they are in it; afterwards everyone reads the new ones. */
export async function changeLists<T>(
  writing: LocalWriting,
  view: View,
  kind: 'folders' | 'tiers',
  change: (transaction: Queryable, parts: ListParts) => Promise<T>,
): Promise<T> {
  const organizationId = await ownOrganization(writing, view);
  const before = await listParts(writing, view, kind);
  const changed = await writing.store.write(async transaction => {
    const lists = await readLists(transaction, organizationId);
    return change(transaction, { ...before, lists });
  });
  await writing.local.changed(organizationId);
  return changed;
}

const UPSTREAM =
  'It is Bitsight’s: change it in the Bitsight platform or through Bitsight’s own API, and this server has it after its next sync. Folders and tiers made here can be changed here.';

/** Throws FORBIDDEN for what is Bitsight’s in the gateway, and for what another group made. */
export function requireOpen<Local extends { readonly groupId: string | null }>(
  { view, isEditable }: ListParts,
  { own, local }: ListEntry<Local>,
  what: 'folder' | 'tier',
): void {
  if ((own?.subscription_type ?? null) !== null) {
    const reason = 'It holds the companies of a subscription, and no others.';
    throw new CallerError('FORBIDDEN', `This ${what} cannot be changed. ${reason}`);
  }
  if (own !== null && !isEditable)
    throw new CallerError('FORBIDDEN', `This ${what} cannot be changed here. ${UPSTREAM}`);
  if (!isOpenTo(view, local?.groupId ?? null)) throw notPermitted();
}

/** Appends the audit row of a change. */
export async function recordChange(
  { audit }: LocalWriting,
  transaction: Queryable,
  view: View,
  origin: Origin,
  event: {
    readonly action: AuditAction;
    readonly target: AuditTarget;
    readonly before?: Readonly<Record<string, unknown>>;
    readonly after?: Readonly<Record<string, unknown>>;
  },
): Promise<void> {
  const { principal } = view;
  await audit.append(transaction, {
    organizationId: principal.organizationId,
    actor: actorOf(principal),
    origin,
    ...event,
  });
}

/** The one body of a request. */
export function bodyOf({ bodies }: WriteAsk): JsonObject {
  return bodies[0] ?? {};
}

/** What a change of members comes to. */
export interface MemberChange {
  readonly added: readonly string[];
  readonly notAdded: readonly string[];
  readonly removed: readonly string[];
  readonly notRemoved: readonly string[];
}

/** The two lists of a change of members. Throws BAD_PARAMETER without either, and for a company that is in both. */
export function askedMembers(body: JsonObject): {
  readonly add: readonly string[];
  readonly remove: readonly string[];
} {
  const add = textsIn(body, 'add_companies');
  const remove = textsIn(body, 'remove_companies');
  if (add === undefined && remove === undefined)
    throw badField('add_companies', 'Give add_companies or remove_companies.');
  if (add?.some(company => remove?.includes(company)) === true)
    throw badField('remove_companies', 'A company is in add_companies and in remove_companies.');
  return { add: add ?? [], remove: remove ?? [] };
}

/** Companies that the view does not see are neither put in nor taken out, and are answered like those that do not exist. */
export function memberChange(
  { seen }: ListParts,
  { companies }: ListEntry<unknown>,
  asked: { readonly add: readonly string[]; readonly remove: readonly string[] },
): MemberChange {
  const members = new Set(companies);
  const isNew = (company: string) => seen.has(company) && !members.has(company);
  return {
    added: asked.add.filter(isNew),
    notAdded: asked.add.filter(company => !isNew(company)),
    removed: asked.remove.filter(company => members.has(company)),
    notRemoved: asked.remove.filter(company => !members.has(company)),
  };
}

/** The answer to a change of members. */
export function memberAnswer(
  { seen }: ListParts,
  { added, notAdded, removed, notRemoved }: MemberChange,
  row: JsonObject,
): JsonObject {
  const name = String(row.name ?? '');
  const companies = (guids: readonly string[]) => {
    const only = guids.length === 1 ? seen.get(guids[0] ?? '')?.name : undefined;
    return typeof only === 'string' ? `${only} was` : `${guids.length} companies were`;
  };
  const sentences = [
    ...(added.length > 0 ? [`${companies(added)} added to ${name}.`] : []),
    ...(removed.length > 0 ? [`${companies(removed)} removed from ${name}.`] : []),
  ];
  return {
    added,
    not_added: notAdded,
    removed,
    not_removed: notRemoved,
    companies: row.companies ?? [],
    detail: sentences.length > 0 ? sentences.join(' ') : `Nothing was changed in ${name}.`,
  };
}
