/**
 * Which accounts a request goes to, and with which guids: every company that a path or a parameter names is looked up in what
 * the view sees first. A company that is not the view's is not asked about, whoever could answer.
 */
import { canonicalName, splitValues, valuesOf } from '../../../wire/parameters.ts';
import type { Endpoint, PassThrough } from '../../endpoints/endpoint.ts';
import type { Ask } from '../../source.ts';
import { notFound } from '../../wire-errors.ts';
import { accountNotReadable } from './failures.ts';
import { isPathValue, pathNamesOf, segmentsOf, sentParameters } from './request.ts';
import type {
  Located,
  Reach,
  SentValue,
  UpstreamAccount,
  UpstreamAccounts,
  UpstreamRequest,
  UpstreamView,
} from './upstream-accounts.ts';

/** A request to one account. */
export interface Target {
  readonly account: UpstreamAccount;
  readonly request: UpstreamRequest;
}

/**
 * The requests that a view's request becomes; none when the companies it names are in no account. null: it names a company that
 * is unknown or not the view's. Throws CallerError NOT_FOUND for a path that no guid or name of Bitsight's is in, UNAVAILABLE
 * when the company's account cannot be read.
 */
export async function targetsOf(
  upstream: UpstreamAccounts,
  reach: Reach,
  { endpoint, rule, view, ask }: Passed,
): Promise<readonly Target[] | null> {
  const path = await pathOf(upstream, reach, rule, endpoint, view, ask);
  if (path === null) return null;
  const parameters = sentParameters(endpoint, rule, ask);
  const named = guidsIn(parameters, rule);
  if (!named.every(guid => path.accounts.some(account => sees(account, guid)))) return null;
  const inBody = ask.isPost === true;
  const fields = fieldsOf(reach, path, ask);
  return path.accounts.flatMap(account => {
    const own = ownParameters(parameters, rule, account, inBody);
    const request = { segments: path.segments, parameters: { ...own, ...fields }, inBody };
    return own === null ? [] : [{ account, request }];
  });
}

/** One request and the rule it is passed on by. */
export interface Passed {
  readonly endpoint: Endpoint;
  readonly rule: PassThrough;
  readonly view: UpstreamView;
  readonly ask: Ask;
}

interface Path {
  readonly segments: readonly string[];
  /** All accounts, or the one that has the company in the path. */
  readonly accounts: readonly UpstreamAccount[];
}

async function pathOf(
  upstream: UpstreamAccounts,
  { accounts }: Reach,
  { pathGuids }: PassThrough,
  { path }: Endpoint,
  view: UpstreamView,
  ask: Ask,
): Promise<Path | null> {
  const located = new Map<string, readonly Located[]>();
  for (const name of pathNamesOf(path)) {
    const value = ask.path[name] ?? '';
    if (!pathGuids.includes(name)) {
      if (!isPathValue(value)) throw notFound();
      continue;
    }
    const places = isPathValue(value) ? await upstream.locate(view, value) : [];
    if (places.length === 0) return null;
    located.set(name, places);
  }
  const [first, ...others] = [...located.values()];
  if (first === undefined) {
    return { accounts, segments: segmentsOf(path, name => ask.path[name] ?? '') };
  }
  // Companies of one path have to be in one account; where they are in several, the newest record of the first decides.
  const shared = first.filter(({ connectionId }) =>
    others.every(places => places.some(place => place.connectionId === connectionId)),
  );
  if (shared.length === 0) return null;
  const account = shared.flatMap(place => accounts.filter(one => one.connectionId === place.connectionId))[0];
  if (account === undefined) throw accountNotReadable();
  const spelled = (name: string) =>
    located.get(name)?.find(({ connectionId }) => connectionId === account.connectionId)?.guid;
  return {
    accounts: [account],
    segments: segmentsOf(path, name => spelled(name) ?? ask.path[name] ?? ''),
  };
}

/**
 * `fields` as upstream is sent them: there they can also add, and spare what is not wanted. Not where rows are chosen by a field
 * that they may leave out, or told apart by their text; they are applied here in any case.
 */
function fieldsOf(
  { wall }: Reach,
  { accounts }: Path,
  { parameters }: Ask,
): Readonly<Record<string, SentValue>> {
  const fields = valuesOf(parameters, 'fields').map(canonicalName);
  const isWhole = wall === null && accounts.length === 1 && accounts[0]?.companies === 'all';
  return isWhole && fields.length > 0 ? { fields: fields.join(',') } : {};
}

/** Every company guid among the parameters. */
function guidsIn(
  parameters: Readonly<Record<string, SentValue>>,
  { parameterGuids }: PassThrough,
): readonly string[] {
  return parameterGuids.flatMap(name => valuesIn(parameters[name]));
}

/** The parameters for one account: of the company guids those it may be asked about. null: there were some, and none is left. */
function ownParameters(
  parameters: Readonly<Record<string, SentValue>>,
  { parameterGuids }: PassThrough,
  account: UpstreamAccount,
  inBody: boolean,
): Readonly<Record<string, SentValue>> | null {
  const own = { ...parameters };
  for (const name of parameterGuids) {
    if (own[name] === undefined) continue;
    const kept = valuesIn(own[name]).filter(guid => sees(account, guid));
    // An empty list would ask for all of them.
    if (kept.length === 0) return null;
    own[name] = inBody ? kept : kept.join(',');
  }
  return own;
}

function valuesIn(value: SentValue | undefined): readonly string[] {
  if (value === undefined) return [];
  return typeof value === 'object' ? value : splitValues(String(value));
}

function sees({ companies }: UpstreamAccount, guid: string): boolean {
  return companies === 'all' || companies.has(guid.toLowerCase());
}
