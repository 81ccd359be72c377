/**
 * Makes, changes and ends access control groups (tokens.md, "Access control groups"; bitsight-api.md, 1.5). An organization
 * has exactly one default group, at least one group of all companies, and never loses its last Admin who sees all of it.
 */
import type { Clock } from '../../clock.ts';
import { CallerError } from '../../errors.ts';
import type { IdSource } from '../../ids.ts';
import type { Queryable, Store } from '../../store/store.ts';
import { keepingAnAdmin } from '../accounts/last-admin.ts';
import { type AuditAction, actorOf, type Origin } from '../audit/audit-event.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import { requirePermission } from '../permissions.ts';
import type { Principal } from '../principal.ts';
import { bumpAccessVersion, findDefaultGroup } from '../repository.ts';
import { type Reach, reachIn } from '../scope.ts';
import type { CompanyDirectory, NamedCompanies } from './company-directory.ts';
import {
  addGroupCompanies,
  countAllCompaniesGroups,
  findGroup,
  type GroupMember,
  type GroupRow,
  type GroupWindow,
  insertGroup,
  isNameTaken,
  makeDefault,
  moveMembers,
  readGroupCompanies,
  readGroups,
  readLiveMembers,
  removeGroup,
  removeGroupCompanies,
  setGroup,
} from './group-repository.ts';
import {
  canonicalGuids,
  checkCompanyGuids,
  checkGroupName,
  holdsAll,
  invalidGroup,
  nameTaken,
  noGroup,
  stillUsed,
} from './group-rules.ts';
import { type GroupView, groupViews } from './group-view.ts';

export type { GroupView } from './group-view.ts';

/** A new group; `unknown` where the value comes straight from a request body. */
export interface NewGroup {
  readonly name: unknown;
  readonly allCompanies?: boolean | undefined;
  readonly isDefault?: boolean | undefined;
  /** Guids. */
  readonly companies?: unknown;
}

export interface GroupChange {
  readonly name?: unknown;
  readonly allCompanies?: boolean | undefined;
  readonly isDefault?: boolean | undefined;
}

export interface GroupServiceOptions {
  readonly store: Store;
  readonly audit: AuditLog;
  readonly clock: Clock;
  readonly newId: IdSource;
  readonly companies: CompanyDirectory;
  /** Told after a change has been committed: this process then forgets whom it verified. */
  readonly onAccessChanged: () => void;
}

export class GroupService {
  readonly #store: Store;
  readonly #audit: AuditLog;
  readonly #clock: Clock;
  readonly #newId: IdSource;
  readonly #companies: CompanyDirectory;
  readonly #onAccessChanged: () => void;

  constructor(options: GroupServiceOptions) {
    this.#store = options.store;
    this.#audit = options.audit;
    this.#clock = options.clock;
    this.#newId = options.newId;
    this.#companies = options.companies;
    this.#onAccessChanged = options.onAccessChanged;
  }

  /** The groups within the principal's reach, in the order of reading. */
  async list(principal: Principal, organizationId: string, window: GroupWindow): Promise<GroupView[]> {
    const reach = readReach(principal, organizationId);
    return groupViews(this.#store.db, this.#companies, await readGroups(this.#store.db, reach, window));
  }

  /** Throws CallerError NOT_FOUND for a group that is unknown or out of reach. */
  async get(principal: Principal, organizationId: string, guid: string): Promise<GroupView> {
    const reach = readReach(principal, organizationId);
    return this.#view(reach, guid);
  }

  /** The guid of the organization's default group, or null where it is out of the principal's reach. */
  async defaultGuid(principal: Principal, organizationId: string): Promise<string | null> {
    const reach = readReach(principal, organizationId);
    const group = await findDefaultGroup(this.#store.db, organizationId);
    return group !== undefined && (reach.groupId === null || reach.groupId === group.id) ? group.id : null;
  }

  /** The companies of a group with their names; null for one that left the organization's connections. */
  async companies(
    principal: Principal,
    organizationId: string,
    guid: string,
  ): Promise<{ guid: string; name: string | null }[]> {
    const reach = readReach(principal, organizationId);
    const group = await groupWithin(this.#store.db, reach, guid);
    if (group.all_companies === 1) {
      const all = await this.#companies.all(organizationId);
      return [...all].map(([company, name]) => ({ guid: company, name }));
    }
    const held = await readGroupCompanies(this.#store.db, guid);
    const names = await this.#companies.known(organizationId, held);
    return held.map(company => ({ guid: company, name: names.get(company) ?? null }));
  }

  /** Throws CallerError INVALID for a value that is not accepted, CONFLICT for a name that is taken. */
  async create(
    principal: Principal,
    organizationId: string,
    request: NewGroup,
    origin: Origin,
  ): Promise<GroupView> {
    const reach = manageReach(principal, organizationId);
    const name = checkGroupName(request.name);
    const guids = request.companies === undefined ? [] : checkCompanyGuids(request.companies);
    const allCompanies = request.allCompanies ?? false;
    if (allCompanies && guids.length > 0) throw holdsAll();
    const companies = canonicalGuids(guids, await this.#companies.known(organizationId, guids));
    const guid = this.#newId();
    const createdAt = this.#clock.now();
    await this.#store.write(async transaction => {
      if (await isNameTaken(transaction, { organizationId, name, guid })) throw nameTaken();
      await insertGroup(transaction, {
        id: guid,
        organization_id: organizationId,
        name,
        all_companies: allCompanies ? 1 : 0,
        is_default: 0,
        created_at: createdAt,
      });
      await addGroupCompanies(transaction, guid, companies);
      if (request.isDefault === true) await makeDefault(transaction, { organizationId, guid });
      await this.#record(transaction, principal, origin, organizationId, {
        action: 'group.created',
        target: { guid, name },
        after: { name, all_companies: allCompanies, is_default: request.isDefault ?? false, companies },
      });
    });
    this.#onAccessChanged();
    return this.#view(reach, guid);
  }

  /**
   * Changes name, reach or default. Throws CallerError CONFLICT for a name that is taken, and for a change after which no
   * group, or no Admin, of all companies would be left.
   */
  async update(
    principal: Principal,
    organizationId: string,
    guid: string,
    change: GroupChange,
    origin: Origin,
  ): Promise<GroupView> {
    const reach = manageReach(principal, organizationId);
    const name = change.name === undefined ? undefined : checkGroupName(change.name);
    await this.#store.write(async transaction => {
      const group = await groupWithin(transaction, reach, guid);
      if (name !== undefined && (await isNameTaken(transaction, { organizationId, name, guid })))
        throw nameTaken();
      if (change.isDefault === false && group.is_default === 1) {
        throw new CallerError('CONFLICT', 'There is always one default group. Make another one the default.');
      }
      await keepingAnAdmin(transaction, organizationId, () =>
        setGroup(transaction, guid, {
          ...(name === undefined ? {} : { name }),
          ...(change.allCompanies === undefined ? {} : { all_companies: change.allCompanies ? 1 : 0 }),
        }),
      );
      await keepWholeGroup(transaction, organizationId);
      if (change.allCompanies === true) {
        // A list that was kept would come back unseen when the group is narrowed again.
        await removeGroupCompanies(transaction, guid, await readGroupCompanies(transaction, guid));
      }
      if (change.isDefault === true) await makeDefault(transaction, { organizationId, guid });
      const changed = await groupWithin(transaction, reach, guid);
      await this.#record(transaction, principal, origin, organizationId, {
        action: 'group.updated',
        target: { guid, name: changed.name },
        before: settingsOf(group),
        after: settingsOf(changed),
      });
    });
    this.#onAccessChanged();
    return this.#view(reach, guid);
  }

  /**
   * Gives the group these companies and no other. A company that the group holds already may stay although it is none of the
   * organization's any more; any other unknown guid is CallerError INVALID, as is a group of all companies.
   */
  async replaceCompanies(
    principal: Principal,
    organizationId: string,
    guid: string,
    companies: unknown,
    origin: Origin,
  ): Promise<void> {
    const reach = manageReach(principal, organizationId);
    const wanted = checkCompanyGuids(companies);
    const known = await this.#companies.known(organizationId, wanted);
    await this.#store.write(async transaction => {
      const group = await groupWithin(transaction, reach, guid);
      await this.#setCompanies(transaction, principal, origin, group, () => wanted, known);
      await bumpAccessVersion(transaction);
    });
    this.#onAccessChanged();
  }

  /** Adds companies to each of the groups: to all of them, or to none. */
  async addCompanies(
    principal: Principal,
    organizationId: string,
    groups: readonly string[],
    companies: unknown,
    origin: Origin,
  ): Promise<void> {
    const reach = manageReach(principal, organizationId);
    const added = checkCompanyGuids(companies);
    const known = await this.#companies.known(organizationId, added);
    await this.#store.write(async transaction => {
      for (const guid of new Set(groups)) {
        const group = await groupWithin(transaction, reach, guid);
        await this.#setCompanies(transaction, principal, origin, group, held => [...held, ...added], known);
      }
      await bumpAccessVersion(transaction);
    });
    this.#onAccessChanged();
  }

  /**
   * Deletes a group. Users and tokens that live in it are in the way (CallerError CONFLICT lists them) unless `moveTo` names
   * another group of the organization for them. Dead records go there too, or into the default group.
   */
  async delete(
    principal: Principal,
    organizationId: string,
    guid: string,
    moveTo: string | null,
    origin: Origin,
  ): Promise<void> {
    const reach = manageReach(principal, organizationId);
    const now = this.#clock.now();
    await this.#store.write(async transaction => {
      const group = await groupWithin(transaction, reach, guid);
      if (group.is_default === 1) {
        throw new CallerError(
          'CONFLICT',
          'The default group cannot be deleted. Make another one the default.',
        );
      }
      const members = await readLiveMembers(transaction, guid, now);
      if (moveTo === null && members.length > 0) throw stillUsed(members);
      const target = await targetOf(transaction, reach, guid, moveTo);
      await keepingAnAdmin(transaction, organizationId, () => moveMembers(transaction, guid, target));
      await removeGroup(transaction, guid);
      await keepWholeGroup(transaction, organizationId);
      await this.#record(transaction, principal, origin, organizationId, {
        action: 'group.deleted',
        target: { guid, name: group.name },
        before: settingsOf(group),
        after: { moved_to: target, users: guidsOf(members, 'user'), tokens: guidsOf(members, 'token') },
      });
    });
    this.#onAccessChanged();
  }

  async #setCompanies(
    transaction: Queryable,
    principal: Principal,
    origin: Origin,
    group: GroupRow,
    wantedOf: (held: readonly string[]) => readonly string[],
    known: NamedCompanies,
  ): Promise<void> {
    if (group.all_companies === 1) throw holdsAll();
    const held = await readGroupCompanies(transaction, group.id);
    const wanted = new Set(
      canonicalGuids(wantedOf(held), new Map([...held.map(one => [one, ''] as const), ...known])),
    );
    const before = new Set(held);
    const added = [...wanted].filter(guid => !before.has(guid));
    const removed = held.filter(guid => !wanted.has(guid));
    await removeGroupCompanies(transaction, group.id, removed);
    await addGroupCompanies(transaction, group.id, added);
    await this.#audit.append(transaction, {
      organizationId: group.organization_id,
      action: 'group.companies_changed',
      actor: actorOf(principal),
      origin,
      target: { kind: 'group', guid: group.id, name: group.name },
      before: { company_count: held.length, removed },
      after: { company_count: wanted.size, added },
    });
  }

  async #record(
    transaction: Queryable,
    principal: Principal,
    origin: Origin,
    organizationId: string,
    event: {
      action: AuditAction;
      target: { guid: string; name: string };
      before?: Record<string, unknown>;
      after: Record<string, unknown>;
    },
  ): Promise<void> {
    await this.#audit.append(transaction, {
      organizationId,
      actor: actorOf(principal),
      origin,
      ...event,
      target: { kind: 'group', ...event.target },
    });
    await bumpAccessVersion(transaction);
  }

  async #view(reach: Reach, guid: string): Promise<GroupView> {
    const group = await groupWithin(this.#store.db, reach, guid);
    const [view] = await groupViews(this.#store.db, this.#companies, [group]);
    if (view === undefined) throw noGroup();
    return view;
  }
}

function readReach(principal: Principal, organizationId: string): Reach {
  const reach = reachIn(principal, organizationId);
  requirePermission(principal, 'groups.read');
  return reach;
}

function manageReach(principal: Principal, organizationId: string): Reach {
  const reach = reachIn(principal, organizationId);
  requirePermission(principal, 'groups.manage');
  return reach;
}

async function groupWithin(db: Queryable, reach: Reach, guid: string): Promise<GroupRow> {
  const group = await findGroup(db, reach, guid);
  if (group === undefined) throw noGroup();
  return group;
}

/** The group that those of a deleted one come into. */
async function targetOf(
  transaction: Queryable,
  reach: Reach,
  guid: string,
  moveTo: string | null,
): Promise<string> {
  if (moveTo === null) {
    const standing = await findDefaultGroup(transaction, reach.organizationId);
    if (standing === undefined) throw noGroup();
    return standing.id;
  }
  const target = moveTo === guid ? undefined : await findGroup(transaction, reach, moveTo);
  if (target !== undefined) return target.id;
  throw invalidGroup(
    'move_to',
    'move_to is not the guid of another access control group of this organization.',
  );
}

/** Throws CallerError CONFLICT when no group of all companies is left. */
async function keepWholeGroup(transaction: Queryable, organizationId: string): Promise<void> {
  if ((await countAllCompaniesGroups(transaction, organizationId)) > 0) return;
  throw new CallerError('CONFLICT', 'This is the last group of all companies. An organization needs one.');
}

function settingsOf(group: GroupRow): Record<string, unknown> {
  return { name: group.name, all_companies: group.all_companies === 1, is_default: group.is_default === 1 };
}

function guidsOf(members: readonly GroupMember[], kind: GroupMember['kind']): string[] {
  return members.filter(member => member.kind === kind).map(member => member.guid);
}
