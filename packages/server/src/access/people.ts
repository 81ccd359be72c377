/** How a person comes into the database: the one place that knows which columns a user record of a person begins with. */
import type { Queryable } from '../store/store.ts';
import { emailKeyOf } from './accounts/email.ts';
import type { Role } from './principal.ts';
import { bumpAccessVersion } from './repository.ts';

export interface NewPerson {
  id: string;
  organizationId: string;
  groupId: string;
  email: string;
  formalName: string;
  /** The formal name unless given. */
  friendlyName?: string;
  role: Role;
  status: 'Created' | 'Activated';
  joinedAt: number;
  /** argon2id, PHC form; without one the person cannot sign in. */
  passwordHash?: string;
}

/** Adds the person. The caller has made sure that the address is free. */
export async function insertPerson(transaction: Queryable, person: NewPerson): Promise<void> {
  await transaction
    .insertInto('users')
    .values({
      id: person.id,
      organization_id: person.organizationId,
      group_id: person.groupId,
      email: person.email,
      email_key: emailKeyOf(person.email),
      formal_name: person.formalName,
      friendly_name: person.friendlyName ?? person.formalName,
      role: person.role,
      status: person.status,
      is_company_api_token: 0,
      joined_at: person.joinedAt,
      password_hash: person.passwordHash ?? null,
      password_changed_at: person.passwordHash === undefined ? null : person.joinedAt,
      recovery_codes: '[]',
    })
    .execute();
  await bumpAccessVersion(transaction);
}
