/** How tokens look on the unified API: what is asked for, and what is answered. */
import { z } from 'zod';
import { TOKEN_SCOPES } from '../../access/permissions.ts';
import { ROLE_NAMES, ROLES } from '../../access/principal.ts';
import type { ApiTokenView } from '../../access/token-authority.ts';
import { maskToken } from '../../access/token-format.ts';
import type { TokenUse } from '../../access/token-rows.ts';
import { MAX_OVERLAP_MS } from '../../access/token-rules.ts';
import type { UserTokenView } from '../../access/user-tokens.ts';
import { timeText } from '../item-text.ts';

const time = z.iso.datetime();

const use = {
  last_used_at: time.nullable().meta({ description: 'Time of the last request; written every ten seconds' }),
  last_used_address: z.string().nullable().meta({ description: 'Address it came from' }),
  last_used_client: z.string().nullable().meta({ description: 'User-Agent it came with' }),
  request_count: z.int().meta({ description: 'Requests so far' }),
};

export const CompanyToken = z
  .object({
    guid: z.string().meta({ description: 'Id' }),
    user_guid: z.string().meta({ description: 'The user record it speaks through' }),
    description: z.string().meta({ description: 'What it is for' }),
    token: z.string().meta({ description: 'In full where it was just made, else its last four characters' }),
    created_at: time.meta({ description: 'When it was made' }),
    creator_name: z.string().meta({ description: 'Who made it' }),
    group: z.object({ guid: z.string(), name: z.string() }).meta({ description: 'Whose companies it sees' }),
    role: z.enum(ROLES).meta({ description: 'What it may do' }),
    role_name: z.string().meta({ description: 'The role in words' }),
    scopes: z.array(z.enum(TOKEN_SCOPES)).meta({ description: 'What it may beyond or below its role' }),
    expires_at: time.nullable().meta({ description: 'From when on it is dead' }),
    ...use,
    needs_review: z.boolean().meta({ description: 'Its creator may no longer do what it may' }),
    replaced_by: z.string().nullable().meta({ description: 'Guid of the token that a rotation made' }),
  })
  .meta({ id: 'CompanyToken', description: 'An API token of the organization' });

const description = z
  .string()
  .meta({ description: 'What it is for, up to 255 characters', examples: ['SIEM'] });
const expiry = z.iso
  .datetime({ offset: true })
  .transform(text => Date.parse(text))
  .nullish()
  .meta({ description: 'From when on it is dead; null for never' });

export const NewToken = z
  .strictObject({
    description,
    group: z
      .string()
      .nullish()
      .meta({ description: 'Name of an access control group; the default one, or your own narrower one' }),
    role: z
      .enum(ROLES)
      .default('customer_user')
      .meta({ description: 'What it may do; never above your own' }),
    scopes: z.array(z.enum(TOKEN_SCOPES)).default([]).meta({ description: 'read_only, provisioning' }),
    expires_at: expiry,
    email: z.string().nullish().meta({ description: 'Where to mail a one-time link to the value' }),
    send_token_retrieval_email: z
      .boolean()
      .default(false)
      .meta({ description: 'Mail the link instead of answering the value' }),
  })
  .refine(body => !body.send_token_retrieval_email || body.email != null, {
    path: ['email'],
    message: 'Give the address to mail the link to.',
  })
  .meta({ id: 'NewCompanyToken', description: 'What a token is to be' });

export const TokenPatch = z
  .strictObject({
    description: description.optional(),
    expires_at: expiry,
    reviewed: z.literal(true).optional().meta({ description: 'Takes the mark needs_review away' }),
  })
  .meta({ id: 'CompanyTokenPatch', description: 'A change of a token; what is absent stays' });

export const TokenRotation = z
  .strictObject({
    overlap_secs: z
      .int()
      .min(0)
      .max(MAX_OVERLAP_MS / 1_000)
      .default(0)
      .meta({ description: 'Seconds for which the old token goes on working' }),
  })
  .meta({ id: 'CompanyTokenRotation', description: 'How a token is replaced' });

export const TokenGroups = z
  .object({ items: z.array(z.object({ guid: z.string(), name: z.string() })) })
  .meta({ id: 'TokenGroups', description: 'Groups that a new token may be bound to' });

const UserToken = z
  .object({
    guid: z.string().meta({ description: 'Id' }),
    masked: z.string().meta({ description: 'Its last four characters' }),
    created_at: time.meta({ description: 'When it was made' }),
    ...use,
  })
  .meta({ id: 'UserToken', description: 'Your own API token' });

export const OwnToken = z
  .object({ token: UserToken.nullable() })
  .meta({ id: 'OwnToken', description: 'Your own API token, or null' });
export const NewUserToken = z
  .object({ guid: z.string(), token: z.string(), created_at: time })
  .meta({ id: 'NewUserToken', description: 'Your new API token, in full' });
export const RevealedToken = z
  .object({ token: z.string() })
  .meta({ id: 'RevealedToken', description: 'Your API token, in full' });

/** A token as the API shows it; `value` is in it for as long as its maker has not seen it. */
export function companyTokenOf(token: ApiTokenView, value?: string) {
  return {
    guid: token.guid,
    user_guid: token.userId,
    description: token.description,
    token: value ?? maskToken(token.lastFour),
    created_at: timeText(token.createdAt),
    creator_name: token.creatorName,
    group: token.group,
    role: token.role,
    role_name: ROLE_NAMES[token.role],
    scopes: token.scopes,
    expires_at: timeText(token.expiresAt),
    ...useOf(token),
    needs_review: token.needsReview,
    replaced_by: token.replacedBy,
  };
}

export function userTokenOf(token: UserTokenView | null) {
  if (token === null) return { token: null };
  const masked = maskToken(token.lastFour);
  return { token: { guid: token.guid, masked, created_at: timeText(token.createdAt), ...useOf(token) } };
}

function useOf(token: TokenUse) {
  return {
    last_used_at: timeText(token.lastUsedAt),
    last_used_address: token.lastUsedAddress,
    last_used_client: token.lastUsedClient,
    request_count: token.requestCount,
  };
}
