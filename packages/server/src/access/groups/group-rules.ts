/** What an access control group may be called and hold, checked before anything is written. Source: tokens.md, "Access control groups". */
import { CallerError } from '../../errors.ts';
import type { NamedCompanies } from './company-directory.ts';
import type { GroupMember } from './group-repository.ts';

const MAX_NAME_LENGTH = 255;
/** More companies than this no portfolio has; a request of more is a mistake or an attack. */
const MAX_COMPANIES = 100_000;
/** Unknown guids that an error names. */
const MAX_NAMED = 20;
/** Of those in the way of a deletion, how many an error names. */
const MAX_NAMED_MEMBERS = 100;

/** The trimmed name. Throws CallerError INVALID that names the field. */
export function checkGroupName(value: unknown): string {
  if (typeof value !== 'string') throw invalidGroup('name', 'name must be a text.');
  const name = value.trim();
  if (name === '') throw invalidGroup('name', 'name must not be empty.');
  if ([...name].length > MAX_NAME_LENGTH) {
    throw invalidGroup('name', `name must have at most ${MAX_NAME_LENGTH} characters.`);
  }
  // Tested on the untrimmed text: trimming takes away a newline that the caller should hear of.
  if (/\p{Cc}/u.test(value) || !value.isWellFormed()) {
    throw invalidGroup('name', 'name must not contain control characters.');
  }
  // Where a token is made the text "null" means the default group (tokens.md, "Wire contract").
  if (name === 'null')
    throw invalidGroup('name', 'name must not be "null": for tokens that means the default group.');
  return name;
}

/** The guids in lower case, each once. Throws CallerError INVALID for what is no list of texts, or too long a one. */
export function checkCompanyGuids(value: unknown): string[] {
  if (!Array.isArray(value)) throw invalidGroup('companies', 'companies must be a list of company guids.');
  if (value.length > MAX_COMPANIES) {
    throw invalidGroup('companies', `companies must be at most ${MAX_COMPANIES} guids.`);
  }
  const guids = value.map((guid: unknown) => {
    if (typeof guid === 'string') return guid.trim().toLowerCase();
    throw invalidGroup('companies', 'companies must be a list of company guids.');
  });
  return [...new Set(guids)];
}

/** The error for guids that are no companies of the organization. */
function unknownCompanies(guids: readonly string[]): CallerError {
  const problems = guids.slice(0, MAX_NAMED).map(guid => ({
    field: 'companies',
    message: `${guid.slice(0, 60)} is not a company of this organization.`,
  }));
  const more = guids.length > 1 ? ` (and ${guids.length - 1} more)` : '';
  return new CallerError('INVALID', `companies: ${problems[0]?.message ?? ''}${more}`, { problems });
}

/** A value of a group that is not accepted. */
export function invalidGroup(field: string, message: string): CallerError {
  return new CallerError('INVALID', message, { problems: [{ field, message }] });
}

/** The guids as the companies have them. Throws CallerError INVALID that names those that are no companies. */
export function canonicalGuids(guids: readonly string[], known: NamedCompanies): string[] {
  const byKey = new Map([...known.keys()].map(guid => [guid.toLowerCase(), guid]));
  const missing = guids.filter(guid => !byKey.has(guid.toLowerCase()));
  if (missing.length > 0) throw unknownCompanies(missing);
  return [...new Set(guids.flatMap(guid => byKey.get(guid.toLowerCase()) ?? []))];
}

/** The error for a group that users or tokens live in. */
export function stillUsed(members: readonly GroupMember[]): CallerError {
  const problems = members
    .slice(0, MAX_NAMED_MEMBERS)
    .map(({ kind, guid, name }) => ({ field: `${kind}s.${guid}`, message: name }));
  const users = members.filter(member => member.kind === 'user').length;
  const detail = `The group still has members (users: ${users}, API tokens: ${members.length - users}). Move them to another group with move_to.`;
  return new CallerError('CONFLICT', detail, { problems });
}

/** The error for a list of companies where there is none. */
export function holdsAll(): CallerError {
  return invalidGroup(
    'companies',
    'A group of all companies has no list of companies. Set all_companies to false.',
  );
}

/** The error for a name that another group has. */
export function nameTaken(): CallerError {
  const message = 'Another access control group of this organization has this name.';
  return new CallerError('CONFLICT', message, { problems: [{ field: 'name', message }] });
}

/** One answer for a group that is unknown and for one that is out of reach. */
export function noGroup(): CallerError {
  return new CallerError('NOT_FOUND', 'There is no such access control group.');
}
