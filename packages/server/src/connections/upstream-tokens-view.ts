/**
 * A token on Bitsight as callers see it, and which one of a list is a connection's own. Facts of the wire: tokens.md, "Wire
 * contract", and bitsight-api.md, section 2. Values are masked anew here, whatever upstream sent.
 */
import { type ApiToken, lastFourOf } from '@sightline/bitsight';
import { z } from 'zod';
import { maskToken } from '../access/token-format.ts';

const MAX_TEXT = 500;

/** Missing, null and of a wrong type are the same to us: the field tells nothing. */
const text = z
  .string()
  .transform(value => value.toWellFormed().slice(0, MAX_TEXT))
  .catch('');

const Fields = z.object({
  description: text,
  created_date: text,
  creator_name: text,
  group: text,
  roles: z.array(z.object({ slug: text, display_name: text })).catch([]),
});

export const UpstreamToken = z
  .object({
    guid: z.string().meta({ description: 'Guid on Bitsight' }),
    description: z.string().meta({ description: 'Description on Bitsight' }),
    token: z.string().meta({ description: 'Five stars and the last four characters' }),
    created_at: z.iso.datetime().nullable().meta({ description: 'When it was made' }),
    creator_name: z.string().meta({ description: 'Who made it' }),
    group: z.string().nullable().meta({ description: 'Access control group; null is the default group' }),
    roles: z
      .array(z.object({ slug: z.string(), display_name: z.string() }))
      .meta({ description: 'Roles, where Bitsight tells them' }),
    is_own: z.boolean().meta({ description: 'Whether the connection itself works with it' }),
  })
  .meta({ id: 'UpstreamToken', description: 'A company API token on Bitsight' });
export type UpstreamToken = z.infer<typeof UpstreamToken>;

/** The token as Bitsight's record has it. */
export function upstreamTokenOf(record: ApiToken, ownGuid: string | null): UpstreamToken {
  const { description, created_date, creator_name, group, roles } = Fields.parse(record);
  return {
    guid: record.guid,
    description,
    token: maskToken(lastFourOf(record.token) ?? ''),
    created_at: timeOf(created_date),
    creator_name,
    group: groupOf(group),
    roles,
    is_own: record.guid === ownGuid,
  };
}

/** Whether the masked value of a token may be that of one with these last four characters. */
export function isMaskOf(token: UpstreamToken, lastFour: string): boolean {
  return token.token === maskToken(lastFour) || token.token === maskToken('');
}

/** The name of a group, null for the default one: Bitsight's clients write it as null, as nothing and as `"null"`. */
function groupOf(name: string): string | null {
  return name === '' || name === 'null' ? null : name;
}

function timeOf(date: string): string | null {
  const epochMs = Date.parse(date);
  return Number.isNaN(epochMs) ? null : new Date(epochMs).toISOString();
}

/** What is known of a token that somebody holds: the end of its value, and the name of its own user record. */
export interface HeldTokenTraits {
  readonly lastFour: string;
  /** `users/current.formal_name`, which is the token's description; null when upstream did not say. */
  readonly userName: string | null;
}

/** The guid that the held token certainly has, or those it may have; none for a token that is not listed, as a user's. */
export interface HeldTokenSearch {
  readonly guid: string | null;
  readonly candidates: readonly UpstreamToken[];
}

/**
 * Certain is the one token that ends alike and whose description is the record's name: four characters alone may be chance,
 * and what is revoked by mistake cannot be brought back.
 */
export function findHeldToken(tokens: readonly UpstreamToken[], traits: HeldTokenTraits): HeldTokenSearch {
  const candidates = tokens.filter(token => token.token === maskToken(traits.lastFour));
  const named = candidates.filter(token => token.description === traits.userName);
  const [only] = named;
  const isCertain = only !== undefined && named.length === 1 && only.description !== '';
  return { guid: isCertain ? only.guid : null, candidates };
}
