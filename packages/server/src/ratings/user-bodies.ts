/** What a caller may say of a user on Bitsight's wire. Source: bitsight-api.md, 2: fields inside `data`, one role, the group by guid. */
import { ROLES, type Role } from '../access/principal.ts';
import { isJsonObject, type JsonObject } from '../wire/json.ts';
import { badField, bodyFields, flagField, textField } from './account-requests.ts';

const USER_FIELDS = [
  'email',
  'formal_name',
  'friendly_name',
  'group',
  'roles',
  'status',
  'is_company_api_token',
  'is_available_for_contact',
  'features',
];

/** A body about a user, understood; what is absent was not said. */
export interface UserBody {
  readonly email: string | undefined;
  readonly formalName: string | undefined;
  readonly friendlyName: string | undefined;
  /** Guid. */
  readonly group: string | undefined;
  readonly role: Role | undefined;
  readonly status: string | undefined;
}

/** Throws CallerError BAD_PARAMETER that names the field. */
export function userBody(body: unknown): UserBody {
  const fields = bodyFields(body, USER_FIELDS);
  if (flagField(fields, 'is_company_api_token') === true) {
    throw badField(
      'is_company_api_token',
      'is_company_api_token cannot be set: make a token at customers/current/api-tokens.',
    );
  }
  if (flagField(fields, 'is_available_for_contact') === true) {
    throw badField('is_available_for_contact', 'is_available_for_contact is not possible on this server.');
  }
  return {
    email: textField(fields, 'email'),
    formalName: textField(fields, 'formal_name'),
    friendlyName: textField(fields, 'friendly_name'),
    group: groupOf(fields),
    role: roleOf(fields),
    status: textField(fields, 'status'),
  };
}

/** The guid of a group, bare as documented or in an object as answers have it. */
function groupOf(fields: JsonObject): string | undefined {
  const { group } = fields;
  return isJsonObject(group) ? textField(group, 'guid') : textField(fields, 'group');
}

/** One role: `[{"slug": "customer_user"}]`. */
function roleOf({ roles }: JsonObject): Role | undefined {
  if (roles === undefined || roles === null) return undefined;
  const [role, ...more] = Array.isArray(roles) ? roles : [];
  const slug = isJsonObject(role) ? role.slug : undefined;
  const known = ROLES.find(name => name === slug);
  if (known !== undefined && more.length === 0) return known;
  throw badField('roles', `roles must be one of ${ROLES.map(name => `[{"slug": "${name}"}]`).join(', ')}.`);
}
