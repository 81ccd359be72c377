/**
 * Folders and tiers behind walls: whatever an Admin and two groups do to them, in any order, comes out as a model says, and no
 * group is told of a company that is not its own.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { at, type Json } from '../support/json.ts';
import { type AccountLab, startAccountLab } from './account-lab.ts';

const ORIGIN = { address: null, client: null };
type Who = 'admin' | 'a' | 'b';
type Kind = 'folders' | 'tiers';

/** A folder or tier as it must be. */
interface Model {
  readonly guid: string;
  readonly kind: Kind;
  readonly owner: Who | 'account';
  name: string;
  readonly companies: Set<string>;
}

interface Step {
  readonly who: Who;
  readonly kind: Kind;
  readonly act: 'create' | 'rename' | 'delete' | 'add' | 'remove';
  /** Which of the lists there are. */
  readonly target: number;
  readonly companies: readonly number[];
}

let lab: AccountLab;
let guids: string[];
let initial: readonly Model[];
const tokens = new Map<Who, string>();
const groups = new Map<Who, string>();

beforeAll(async () => {
  lab = await startAccountLab({ companies: 8, findingsPerCompany: 4 });
  guids = [...lab.source.companyNames().keys()];
  for (const who of ['a', 'b'] as const) {
    const name = `group ${who}`;
    const made = await lab.groups.create(lab.admin, lab.admin.organizationId, { name }, ORIGIN);
    groups.set(who, made.guid);
    tokens.set(who, await lab.token(name, 'customer_portfolio_manager'));
  }
  tokens.set('admin', lab.first.userToken);
  initial = (await Promise.all((['folders', 'tiers'] as const).map(accountLists))).flat();
});
afterAll(() => lab.close());

async function accountLists(kind: Kind): Promise<Model[]> {
  const query = kind === 'folders' ? '?exclude_subscription_folders=true' : '';
  return rows((await call('admin', 'GET', `/v1/${kind}${query}`)).json).map(row => ({
    guid: String(at(row, 'guid')),
    kind,
    owner: 'account',
    name: String(at(row, 'name')),
    companies: new Set(rows(at(row, 'companies')).map(String)),
  }));
}

const rows = (list: Json): Json[] => (Array.isArray(list) ? list : []);

async function call(who: Who, method: string, path: string, body?: unknown) {
  const token = tokens.get(who) ?? '';
  const answer = await lab.call(method, path, body === undefined ? { token } : { token, body });
  return { ...answer, json: answer.json as Json };
}

const stepOf: fc.Arbitrary<Step> = fc.record({
  who: fc.constantFrom<Who>('admin', 'a', 'b'),
  kind: fc.constantFrom<Kind>('folders', 'tiers'),
  act: fc.constantFrom<Step['act']>('create', 'rename', 'delete', 'add', 'add', 'remove'),
  target: fc.nat(30),
  companies: fc.uniqueArray(fc.nat(7), { minLength: 1, maxLength: 3 }),
});

/** The model and the server go the same way. */
class Race {
  readonly lists: Model[] = initial.map(list => ({ ...list, companies: new Set(list.companies) }));
  readonly #seen: ReadonlyMap<Who, ReadonlySet<string>>;

  constructor(a: ReadonlySet<string>, b: ReadonlySet<string>) {
    this.#seen = new Map<Who, ReadonlySet<string>>([
      ['admin', new Set(guids)],
      ['a', a],
      ['b', b],
    ]);
  }

  seen(who: Who): ReadonlySet<string> {
    return this.#seen.get(who) ?? new Set();
  }

  shows(who: Who, { owner, companies }: Model): boolean {
    return who === 'admin' || owner === who || [...companies].some(company => this.seen(who).has(company));
  }

  async take(step: Step): Promise<void> {
    const { who, kind, act } = step;
    if (act === 'create') return this.#create(who, kind);
    const ofKind = this.lists.filter(list => list.kind === kind);
    const list = ofKind[step.target % Math.max(1, ofKind.length)];
    if (list === undefined) return;
    const named = step.companies.map(index => guids[index] ?? '');
    const expected = !this.shows(who, list) ? 404 : who !== 'admin' && list.owner !== who ? 403 : null;
    const path = `/v1/${kind}/${list.guid}`;
    if (act === 'delete') {
      const { status } = await call(who, 'DELETE', path);
      expect(status).toBe(expected ?? 204);
      if (expected === null) this.lists.splice(this.lists.indexOf(list), 1);
      return;
    }
    if (act === 'rename') {
      const { status } = await call(who, 'PATCH', path, { name: `by ${who}` });
      expect(status).toBe(expected ?? 200);
      if (expected === null) list.name = `by ${who}`;
      return;
    }
    const body = act === 'add' ? { add_companies: named } : { remove_companies: named };
    const { status, json } = await call(who, 'PATCH', `${path}/companies`, body);
    expect(status).toBe(expected ?? 200);
    if (expected !== null) return;
    const open = named.filter(company => this.seen(who).has(company));
    const moved = open.filter(company => list.companies.has(company) !== (act === 'add'));
    expect(at(json, act === 'add' ? 'added' : 'removed')).toEqual(moved);
    expect(at(json, act === 'add' ? 'not_added' : 'not_removed')).toEqual(
      named.filter(company => !moved.includes(company)),
    );
    for (const company of moved) {
      if (act === 'remove') list.companies.delete(company);
      else {
        if (kind === 'tiers') for (const other of ofKind) other.companies.delete(company);
        list.companies.add(company);
      }
    }
  }

  async #create(who: Who, kind: Kind): Promise<void> {
    const made = await call(who, 'POST', `/v1/${kind}`, { name: `new of ${who}` });
    expect(made.status).toBe(201);
    const guid = String(at(made.json, 'guid'));
    this.lists.push({ guid, kind, owner: who, name: `new of ${who}`, companies: new Set() });
  }

  /** What a caller is shown is what the model says, and nothing of a company that is not seen is in any answer. */
  async check(who: Who): Promise<void> {
    const seen = this.seen(who);
    const texts: string[] = [];
    const get = async (path: string) => {
      const answer = await call(who, 'GET', path);
      expect(answer.status, path).toBe(200);
      texts.push(answer.text);
      return answer.json;
    };
    const shown = this.lists.filter(list => this.shows(who, list));
    for (const kind of ['folders', 'tiers'] as const) {
      const wanted = shown.filter(list => list.kind === kind);
      const query = kind === 'folders' ? '?exclude_subscription_folders=true' : '';
      const listed = rows(await get(`/v1/${kind}${query}`));
      expect(listed.map(row => String(at(row, 'guid'))).sort()).toEqual(
        wanted.map(({ guid }) => guid).sort(),
      );
      for (const row of listed) {
        const list = wanted.find(({ guid }) => guid === at(row, 'guid'));
        const companies = [...(list?.companies ?? [])].filter(company => seen.has(company)).sort();
        expect(at(row, 'name')).toBe(list?.name);
        expect(rows(at(row, 'companies')).map(String).sort()).toEqual(companies);
        if (kind === 'folders') expect(at(row, 'companies_count')).toBe(companies.length);
        const filtered = await get(`/v2/portfolio?${kind.slice(0, -1)}=${at(row, 'guid')}`);
        expect(
          rows(at(filtered, 'results'))
            .map(one => String(at(one, 'guid')))
            .sort(),
        ).toEqual(companies);
      }
    }
    const tiers = shown.filter(list => list.kind === 'tiers');
    for (const row of rows(await get('/v1/tiers/summary'))) {
      const tier = tiers.find(({ guid }) => guid === at(row, 'guid'));
      expect(at(row, 'count')).toBe([...(tier?.companies ?? [])].filter(company => seen.has(company)).length);
    }
    await get('/v1/tiers/thresholds');
    await get('/v1/folders');
    await get('/v1/company-life-cycles');
    await get('/v1/company-relationships');
    for (const row of rows(at(await get('/v2/portfolio'), 'results'))) {
      const tier = tiers.find(({ companies }) => companies.has(String(at(row, 'guid'))));
      expect(at(row, 'tier')).toBe(tier?.guid ?? null);
      expect(at(row, 'tier_name')).toBe(tier?.name ?? null);
    }
    const names = lab.source.companyNames();
    for (const guid of guids.filter(company => !seen.has(company))) {
      expect(
        texts.find(text => text.includes(guid) || text.includes(String(names.get(guid)))),
      ).toBeUndefined();
    }
    // People of other groups are not named to a group.
    if (who !== 'admin') expect(texts.find(text => text.includes(lab.first.userEmail))).toBeUndefined();
  }
}

test('whatever is done comes out as the model says, and stays behind the walls', async () => {
  const mask = fc.array(fc.boolean(), { minLength: 8, maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(
      mask,
      mask,
      fc.array(stepOf, { minLength: 4, maxLength: 14 }),
      async (ofA, ofB, steps) => {
        await lab.local.forget();
        const of = (flags: boolean[]) => guids.filter((_, index) => flags[index] === true);
        for (const [who, flags] of [['a', ofA] as const, ['b', ofB] as const]) {
          const group = groups.get(who) ?? '';
          await lab.groups.replaceCompanies(lab.admin, lab.admin.organizationId, group, of(flags), ORIGIN);
        }
        const race = new Race(new Set(of(ofA)), new Set(of(ofB)));
        for (const step of steps) await race.take(step);
        for (const who of ['admin', 'a', 'b'] as const) await race.check(who);
      },
    ),
    { numRuns: 12 },
  );
}, 60_000);
