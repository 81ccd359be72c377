/**
 * The account routes for the document: what account-routes.ts serves, one row a call. They are written by hand there, because
 * they change things; a test holds this list to the routes.
 */
import type { Option } from '../endpoints/endpoint.ts';

/** A call that is no row of the endpoint table. */
export interface DescribedCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly about: string;
  /** Status of success; 200 where it is absent. */
  readonly status?: 201 | 204;
  readonly parameters?: readonly Option[];
  /** Fields of the JSON body. */
  readonly body?: readonly Option[];
  /** Needs no credentials. */
  readonly isOpen?: boolean;
}

const text = (name: string, about: string, more: Partial<Option> = {}): Option => ({
  name,
  type: 'text',
  about,
  ...more,
});
const flag = (name: string, about: string): Option => ({ name, type: 'flag', about });
const texts = (name: string, about: string, more: Partial<Option> = {}): Option => ({
  name,
  type: 'texts',
  about,
  ...more,
});
const REQUIRED = { required: true };

const GROUP_BODY = [
  text('name', 'Unique in the organization.'),
  flag('all_companies', 'Whether its members see every company.'),
  flag('is_default', 'Whether new users and tokens join it.'),
];
const COMPANY_GUIDS = [texts('companies', 'Guids of companies.', REQUIRED)];
const USER_BODY = [
  text('formal_name', 'Full name.'),
  text('friendly_name', 'Short name.'),
  text('group', 'Guid of the access control group.'),
  text('status', 'State of the account.', { values: ['Activated', 'Deactivated'] }),
];

export const ACCOUNT_CALLS: readonly DescribedCall[] = Object.freeze([
  { method: 'GET', path: '/v1/users/current', about: 'The user whose token it is.' },
  { method: 'GET', path: '/v1/customers/:customer', about: 'The organization; `current` names the own one.' },
  {
    method: 'GET',
    path: '/v1/customers/:customer/api-tokens',
    about: 'Company API tokens, their values masked.',
  },
  {
    method: 'POST',
    path: '/v1/customers/:customer/api-tokens',
    about: 'Makes a company API token; this answer alone has its value.',
    status: 201,
    body: [
      text('description', 'What the token is for.', REQUIRED),
      text('group', 'Name of an access control group; the default one where it is absent.'),
      flag('send_token_retrieval_email', 'Mails a link to fetch the value with, instead of answering it.'),
      text('email', 'Where the link goes.'),
    ],
  },
  {
    method: 'DELETE',
    path: '/v1/customers/:customer/api-tokens/:guid',
    about: 'Revokes a company API token.',
    status: 204,
  },
  {
    method: 'POST',
    path: '/v1/api-tokens/retrieve',
    about: 'The value of a token whose link was mailed, once.',
    isOpen: true,
    body: [
      text('email', 'Address that the link went to.', REQUIRED),
      text('user_guid', 'From the link.', REQUIRED),
      text('auth_token', 'From the link.', REQUIRED),
    ],
  },
  {
    method: 'GET',
    path: '/v1/users',
    about: 'Users of the organization.',
    parameters: [
      flag('include_details', 'Says more of each user.'),
      flag('show_all', 'With users that are not active, and those of company tokens.'),
      text('view_company', 'Guid of a company: only users whose group holds it.'),
    ],
  },
  { method: 'GET', path: '/v1/users/quota', about: 'How many users there are.' },
  { method: 'GET', path: '/v1/users/:guid', about: 'A user.' },
  { method: 'GET', path: '/v2/users', about: 'Users of the organization, in pages.' },
  { method: 'GET', path: '/v2/users/:guid', about: 'A user.' },
  {
    method: 'POST',
    path: '/v2/users',
    about: 'Invites a user.',
    status: 201,
    body: [text('email', 'Address of the person.', REQUIRED), ...USER_BODY],
  },
  { method: 'PATCH', path: '/v2/users/:guid', about: 'Changes a user.', body: USER_BODY },
  { method: 'DELETE', path: '/v2/users/:guid', about: 'Deletes a user.', status: 204 },
  {
    method: 'POST',
    path: '/v2/users/:guid/resend-activation-email',
    about: 'Mails the invitation once more.',
    status: 201,
  },
  { method: 'POST', path: '/v2/users/:guid/reset-mfa', about: 'Takes two-factor sign-in off a user.' },
  {
    method: 'POST',
    path: '/v2/users/:guid/require-mfa',
    about: 'Asks that a user has two-factor sign-in; 409 where it is off.',
  },
  {
    method: 'GET',
    path: '/v1/access-groups',
    about: 'Access control groups, and which one is the default.',
  },
  {
    method: 'POST',
    path: '/v1/access-groups',
    about: 'Makes an access control group.',
    status: 201,
    body: [...GROUP_BODY, texts('companies', 'Guids of its companies.')],
  },
  {
    method: 'PUT',
    path: '/v1/access-groups/companies',
    about: 'Adds companies to access control groups.',
    body: [texts('groups', 'Guids of groups.', REQUIRED), ...COMPANY_GUIDS],
  },
  {
    method: 'POST',
    path: '/v1/access-groups/query',
    about: 'Some access control groups.',
    body: [texts('guid', 'Guids of groups.')],
  },
  {
    method: 'GET',
    path: '/v1/access-groups/:guid',
    about: 'An access control group.',
    parameters: [texts('expand', 'Adds its users.', { values: ['users'] })],
  },
  {
    method: 'PATCH',
    path: '/v1/access-groups/:guid',
    about: 'Changes an access control group.',
    body: GROUP_BODY,
  },
  {
    method: 'DELETE',
    path: '/v1/access-groups/:guid',
    about: 'Deletes an access control group.',
    status: 204,
  },
  {
    method: 'GET',
    path: '/v1/access-groups/:guid/companies/guids',
    about: 'Guids of the companies of an access control group.',
  },
  {
    method: 'PUT',
    path: '/v1/access-groups/:guid/companies/guids',
    about: 'Replaces the companies of an access control group.',
    body: COMPANY_GUIDS,
  },
]);
