/** tokens.md, "Least privilege" and "A group is a wall", against a model: no token may more than whoever made or replaced it. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NO_ORIGIN } from '../../src/access/audit/audit-event.ts';
import { ACTIONS, may, mayGrantScope } from '../../src/access/permissions.ts';
import { type Principal, ROLES, type Via } from '../../src/access/principal.ts';
import type { TokenAuthority } from '../../src/access/token-authority.ts';
import { CallerError } from '../../src/errors.ts';
import { newId } from '../../src/ids.ts';
import type { Store } from '../../src/store/store.ts';
import { AccessLab, principalOf } from './lab.ts';

const NARROW = ['EMEA', 'APAC'] as const;

let lab: AccessLab;
let store: Store;
let authority: TokenAuthority;
let admin: Principal;
const groups = new Map<string, Principal['group']>();
beforeAll(async () => {
  lab = new AccessLab();
  ({ store, authority } = await lab.node());
  const first = await lab.firstStart({ store, authority });
  admin = await principalOf(authority, first.userToken);
  groups.set(admin.group.name, admin.group);
  for (const name of NARROW) {
    const guid = newId();
    groups.set(name, { guid, name, allCompanies: false, companies: new Set() });
    await store.db
      .insertInto('access_groups')
      .values({
        id: guid,
        organization_id: admin.organizationId,
        name,
        all_companies: 0,
        is_default: 0,
        created_at: 0,
      })
      .execute();
  }
});
afterAll(() => lab.close());

const scopes = fc.subarray(['read_only', 'provisioning']);
const creators = fc.record({
  role: fc.constantFrom(...ROLES),
  group: fc.constantFrom('All Companies', ...NARROW),
  scopes,
  via: fc.constantFrom<Via>('user_token', 'company_token', 'session'),
});
const requests = fc.record({
  role: fc.option(fc.constantFrom(...ROLES), { nil: undefined }),
  group: fc.option(fc.constantFrom('All Companies', ...NARROW, 'Nowhere', 'null'), { nil: undefined }),
  scopes,
  description: fc.string({ minLength: 1, maxLength: 40, unit: 'grapheme' }),
});

function principal(creator: {
  role: Principal['role'];
  group: string;
  scopes: string[];
  via: Via;
}): Principal {
  const group = groups.get(creator.group);
  if (group === undefined) throw new Error('no such group');
  return { ...admin, role: creator.role, scopes: creator.scopes, via: creator.via, group };
}

/** A right of the token that its maker had not, nor could give; `giver` is the maker as what it is, a person or a token. */
function excess(token: Principal, maker: Principal, giver: Principal = maker): string | null {
  for (const action of ACTIONS) {
    const isGiven = action.startsWith('organizations.') && mayGrantScope(giver, 'provisioning');
    if (may(token, action) && !may(maker, action) && !isGiven) return action;
  }
  const isWider = token.group.allCompanies && !maker.group.allCompanies;
  return isWider || (!maker.group.allCompanies && token.group.guid !== maker.group.guid) ? 'group' : null;
}

/** The token as a company token: what is `own_people` behind a wall is for persons. */
const asToken = (maker: Principal): Principal => ({ ...maker, via: 'company_token' });

describe('any creator, asking for anything', () => {
  it('gets a token that may no more than itself, in its own group, or a refusal and no token', async () => {
    await fc.assert(
      fc.asyncProperty(creators, requests, async (creator, asked) => {
        const maker = principal(creator);
        const before = await authority.companyTokens.list(admin);
        try {
          const made = await authority.companyTokens.create(maker, admin.organizationId, asked, NO_ORIGIN);
          const token = await principalOf(authority, made.value);
          expect(excess(token, maker)).toBeNull();
          expect(maker.scopes).not.toContain('read_only');
          expect(token.role).toBe(asked.role ?? maker.role);
          const wanted = asked.group === 'null' ? undefined : asked.group;
          expect(token.group.name).toBe(wanted ?? maker.group.name);
          expect(made.token.lastFour).toBe(made.value.slice(-4));
          const shown = JSON.stringify(await authority.companyTokens.list(admin));
          expect(shown).not.toContain(made.value.slice(4, 36));
        } catch (error) {
          expect(error).toBeInstanceOf(CallerError);
          expect(await authority.companyTokens.list(admin)).toEqual(before);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('replaces only tokens that it could have made, within its own group', async () => {
    await fc.assert(
      fc.asyncProperty(creators, requests, async (creator, asked) => {
        const group = asked.group === 'Nowhere' ? undefined : asked.group;
        const made = await authority.companyTokens.create(
          admin,
          admin.organizationId,
          { ...asked, group, description: 'to be replaced' },
          NO_ORIGIN,
        );
        const maker = principal(creator);
        try {
          const next = await authority.companyTokens.rotate(
            maker,
            admin.organizationId,
            made.token.guid,
            { overlapMs: 0 },
            NO_ORIGIN,
          );
          expect(excess(await principalOf(authority, next.value), asToken(maker), maker)).toBeNull();
          expect(await authority.verify(made.value)).toBeNull();
        } catch (error) {
          expect(error).toBeInstanceOf(CallerError);
          expect(await authority.verify(made.value)).not.toBeNull();
        }
      }),
      { numRuns: 100 },
    );
  });
});
