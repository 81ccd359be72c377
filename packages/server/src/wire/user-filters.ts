/** The filters and sort keys of `/v2/users`, as a table. Source: bitsight-api.md, 2. */

import type { Filter } from './filters.ts';
import { filter, listSchema } from './list-schema.ts';

/** A user is a contact for other users' requests, or for a vendor's, nowhere here: both are false of everyone. */
const NO_CONTACT: Filter = filter('is_preferred_contact', 'boolean', { read: () => [false] });

/** What the list of users can be asked for; guids are in the order of their making. */
export const USER_SCHEMA = listSchema({
  filters: [
    filter('guid', 'text'),
    filter('email', 'text', { suffixes: ['q'] }),
    filter('formal_name', 'text', { suffixes: ['q'] }),
    filter('status', 'text'),
    filter('roles.slug', 'text'),
    filter('group.guid', 'text'),
    filter('is_company_api_token', 'boolean'),
    filter('is_available_for_contact', 'boolean'),
    NO_CONTACT,
  ],
  sorts: ['guid', 'formal_name', 'last_login_time', 'email', 'group.name', 'status', 'joined_time'],
  order: 'guid',
  searched: ['formal_name', 'friendly_name', 'email'],
});
