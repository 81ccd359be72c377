/** A company token whose value the operator chose (`--token` of the sandbox), with its creator's role. */
import type { Clock } from '../clock.ts';
import { OperatorError } from '../errors.ts';
import type { IdSource } from '../ids.ts';
import type { Store } from '../store/store.ts';
import { NO_ORIGIN, SYSTEM } from './audit/audit-event.ts';
import type { AuditLog } from './audit/audit-log.ts';
import { findDefaultGroup, findUser } from './repository.ts';
import { checkTokenFormat } from './token-format.ts';
import { findTokenByHash, insertToken } from './token-repository.ts';
import { companyTokenUser, hashOf, roleOf, tokenRow } from './token-rows.ts';
import { checkDescription } from './token-rules.ts';

export interface PresetToken {
  value: string;
  description: string;
  organizationId: string;
  creatorUserId: string;
}

/**
 * Makes the token, or finds it: the same value of the same organization is not made again. Throws OperatorError for a value
 * that cannot be a token or is taken.
 */
export async function presetCompanyToken(
  parts: { store: Store; audit: AuditLog; clock: Clock; newId: IdSource },
  preset: PresetToken,
): Promise<{ guid: string }> {
  const { value, organizationId } = preset;
  if (!checkTokenFormat(value)) {
    throw new OperatorError(
      'A preset token must be 40 printable ASCII characters without a colon; one that begins with slu_ or slc_ must also carry a right checksum.',
      { exitCode: 2 },
    );
  }
  const description = checkDescription(preset.description);
  const ids = { token: parts.newId(), user: parts.newId() };
  const createdAt = parts.clock.now();
  const guid = await parts.store.write(async transaction => {
    const existing = await findTokenByHash(transaction, hashOf(value));
    if (existing !== undefined) {
      if (existing.revoked_at === null && existing.organization_id === organizationId) return existing.id;
      throw new OperatorError(
        'This preset token was revoked, or belongs to another organization. Choose another value.',
      );
    }
    const creator = await findUser(transaction, preset.creatorUserId);
    const group = await findDefaultGroup(transaction, organizationId);
    if (creator === undefined || group === undefined || creator.organization_id !== organizationId) {
      throw new OperatorError('A preset token needs an organization and a user of it as its creator.');
    }
    const role = roleOf(creator.role);
    const user = companyTokenUser(ids.user, organizationId, group.id, description, role, createdAt);
    const token = tokenRow('company', value, {
      id: ids.token,
      organization_id: organizationId,
      user_id: ids.user,
      description,
      scopes: '[]',
      creator_user_id: creator.id,
      creator_name: creator.formal_name,
      created_at: createdAt,
    });
    await insertToken(transaction, token, user);
    await parts.audit.append(transaction, {
      organizationId,
      action: 'token.created',
      actor: SYSTEM,
      origin: NO_ORIGIN,
      target: { kind: 'token', guid: ids.token, name: description },
      after: { description, group: group.name, role, scopes: [], expires_at: null },
    });
    return ids.token;
  });
  return { guid };
}
