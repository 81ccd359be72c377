/**
 * The tree of a synthetic company: the company at its root, subsidiaries below, some of which have their own. Subsidiaries are not
 * in the portfolio. Fields: bitsight-api.md, 4.2.
 */
import type { JsonObject } from '../../../wire/json.ts';
import { bucketOf } from '../../derived/scales.ts';
import { type Answer, type Ask, type Queries, textOption, type View } from '../../source.ts';
import type { SyntheticContext } from './context.ts';
import type { Profile } from './profile.ts';
import { guidOf, mix } from './random.ts';
import { ratingOn } from './ratings.ts';

/** Queries about company trees by the names of their endpoints. */
export function treeQueries(context: SyntheticContext): Queries {
  return {
    'company.tree': (view, ask) => tree(context, view, ask),
    'company.tree.guids': (view, ask) => guids(context, view, ask),
  };
}

/** Has the company subsidiaries? */
export function hasCompanyTree(companyKey: number): boolean {
  return mix(companyKey, 207) % 3 === 0;
}

/** Does the company sell services that others depend on? */
export function isServiceProvider(companyKey: number): boolean {
  return mix(companyKey, 205) % 8 === 0;
}

const DIVISIONS = [
  'Labs',
  'Logistics',
  'Services',
  'Digital',
  'Trading',
  'Real Estate',
  'Ventures',
  'Academy',
];

interface Member {
  readonly key: number;
  readonly guid: string;
  readonly name: string;
  readonly domain: string;
  readonly rating: number | null;
  readonly children: readonly Member[];
}

function memberOf({ tenancy, name, shortname, domain, isRated }: Profile, day: number): Member {
  const { key, guid } = tenancy;
  return {
    key,
    guid,
    name,
    domain,
    rating: isRated ? ratingOn(key, day) : null,
    children: hasCompanyTree(key) ? subsidiaries(key, shortname, domain, 2, day) : [],
  };
}

/** Two to six divisions, each named after its parent; one in four has divisions of its own, down to so many levels. */
function subsidiaries(
  parentKey: number,
  parentName: string,
  domain: string,
  levels: number,
  day: number,
): readonly Member[] {
  const first = mix(parentKey, 71) % DIVISIONS.length;
  return Array.from({ length: 2 + (mix(parentKey, 72) % 5) }, (_, index) => {
    const key = mix(mix(parentKey, 73), index);
    const division = DIVISIONS[(first + index) % DIVISIONS.length] ?? '';
    const name = `${parentName} ${division}`;
    const own = `${division.toLowerCase().replaceAll(' ', '-')}.${domain}`;
    const isParent = levels > 1 && mix(key, 74) % 4 === 0;
    return {
      key,
      guid: guidOf(key, 7),
      name,
      domain: own,
      // Small subsidiaries have too little on the internet to be rated.
      rating: mix(key, 75) % 5 === 0 ? null : ratingOn(key, day),
      children: isParent ? subsidiaries(key, name, own, levels - 1, day) : [],
    };
  });
}

function tree(context: SyntheticContext, view: View, ask: Ask): Answer | null {
  const company = context.company(view, ask.path.guid ?? '');
  if (company === null) return null;
  const { expand } = ask.query;
  const node = (member: Member): JsonObject => {
    const isRoot = member.guid === company.tenancy.guid;
    return {
      guid: member.guid,
      name: member.name,
      rating: member.rating,
      rating_category: bucketOf(member.rating),
      industry: company.industry.name,
      is_service_provider: isServiceProvider(member.key),
      rating_type: isRoot ? (company.types[0] ?? 'CURATED') : 'CURATED',
      is_subscribed: isRoot,
      is_primary: isRoot && company.isOwn,
      is_bundled: false,
      has_control: company.isOwn,
      security_grade: null,
      ...(expand.has('is_shell') ? { is_shell: member.rating === null } : {}),
      ...(expand.has('confidence') ? { confidence: member.rating === null ? 'LOW' : 'HIGH' } : {}),
      children: member.children.map(node),
    };
  };
  return { kind: 'body', body: node(memberOf(company, context.day)) };
}

function guids(context: SyntheticContext, view: View, ask: Ask): Answer | null {
  const company = context.company(view, ask.path.guid ?? '');
  if (company === null) return null;
  const contains = (text: string, option: string) =>
    text.toLowerCase().includes(textOption(ask, option)?.toLowerCase() ?? '');
  const found = [...membersOf(memberOf(company, context.day))].filter(
    ({ name, domain }) =>
      contains(name, 'name') && contains(domain, 'domain') && (contains(name, 'q') || contains(domain, 'q')),
  );
  return { kind: 'body', body: found.map(({ guid }) => guid) };
}

function* membersOf(member: Member): Generator<Member> {
  yield member;
  for (const child of member.children) yield* membersOf(child);
}
