/**
 * Answers from the upstream account, deny by default: a row of the endpoint table says who may ask, which guids are checked and
 * whose each row is (endpoints/endpoint.ts, PassThrough). Counts, pages and links are those of what the view sees, and nothing
 * upstream says about itself is passed on. Facts: bitsight-api.md, 3.1 (shapes) and 8 (what clients cannot survive).
 */
import { atLeast } from '../../../access/permissions.ts';
import {
  isJsonArray,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  parsedJson,
} from '../../../wire/json.ts';
import type { Endpoint, PassThrough } from '../../endpoints/endpoint.ts';
import { type Answer, type Ask, JsonText, type View } from '../../source.ts';
import { nameOneConnection, unknownForm } from './failures.ts';
import type { PassedCache } from './passed-cache.ts';
import { type Cut, cutBody, cutOf, cutRows, cutTexts, isHarmless, leavesOut } from './rows.ts';
import { type Target, targetsOf } from './targets.ts';
import { inOrder, unionOf, withoutLinks } from './together.ts';
import type { ListPart, UpstreamAccounts, Window } from './upstream-accounts.ts';
import { behindWall } from './wall.ts';

export interface PassedSourceOptions {
  readonly upstream: UpstreamAccounts;
  readonly cache: PassedCache;
}

/** A request on its way to one account. */
interface Passing {
  readonly endpoint: Endpoint;
  readonly target: Target;
  readonly cut: Cut;
}

const WHOLE: Window = Object.freeze({ offset: 0, limit: null });

export class PassedSource {
  readonly #upstream: UpstreamAccounts;
  readonly #cache: PassedCache;

  constructor({ upstream, cache }: PassedSourceOptions) {
    this.#upstream = upstream;
    this.#cache = cache;
  }

  /** The answer to a request that goes on by `rule`; null: not permitted. Throws CallerError for what upstream fails at. */
  async answer(endpoint: Endpoint, rule: PassThrough, view: View, ask: Ask): Promise<Answer | null> {
    if (!atLeast(view.principal, rule.minimumRole)) return null;
    // Nothing tells whose the rows are.
    if (rule.rows === null && view.scope.companies !== 'all') return null;
    const reach = await this.#upstream.reach(view);
    const targets = await targetsOf(this.#upstream, reach, { endpoint, rule, view, ask });
    if (targets === null) return null;
    const passings = targets.map(target => ({
      endpoint,
      target,
      cut: cutOf(rule.rows, target.account, reach.wall),
    }));
    switch (endpoint.shape) {
      case 'page':
      case 'wrapped':
        return this.#page(passings, ask);
      case 'array':
        return listAnswer(
          endpoint,
          passings,
          ask,
          await this.#each(passings, passing => this.#array(passing)),
        );
      case 'framed': {
        const parts = await this.#each(passings, passing => this.#framed(passing));
        return { ...listAnswer(endpoint, passings, ask, parts), frame: frameOf(passings, parts) };
      }
      case 'csv':
        return this.#download(passings);
      case 'body':
        return bodyAnswer(await this.#each(passings, passing => this.#body(passing, rule.rows?.at ?? '')));
    }
  }

  #each(passings: readonly Passing[], read: (passing: Passing) => Promise<ListPart>): Promise<ListPart[]> {
    return Promise.all(passings.map(read));
  }

  /** A page: cut by upstream where it shows the view all of its list, else out of the complete list. */
  async #page(passings: readonly Passing[], ask: Ask): Promise<Answer> {
    const { offset, limit } = ask.query;
    const [only, ...others] = passings;
    if (only !== undefined && others.length === 0 && !leavesOut(only.cut)) {
      const part = await this.#list(only, { offset, limit });
      return { kind: 'page', page: { count: part.count, rows: rowsOf(part.texts) }, ...summariesOf(part) };
    }
    const parts = await this.#each(passings, passing => this.#list(passing, WHOLE));
    const texts = inOrder(unionOf(parts.map(part => part.texts)), parts.length, only?.endpoint, ask);
    const page = { count: texts.length, rows: rowsOf(texts.slice(offset, offset + limit)) };
    return { kind: 'page', page };
  }

  #list({ endpoint, target, cut }: Passing, window: Window): Promise<ListPart> {
    return this.#known(endpoint, target, [window.offset, window.limit], async () => {
      const part = await target.account.list(target.request, window);
      const texts = cutTexts(part.texts, cut);
      return leavesOut(cut) ? { texts, count: texts.length, beside: null } : part;
    });
  }

  #array({ endpoint, target, cut }: Passing): Promise<ListPart> {
    return this.#known(endpoint, target, [], async () => {
      const body = await target.account.json(target.request);
      if (!isJsonArray(body)) throw unknownForm();
      return partOf(cutRows(body, cut), null);
    });
  }

  #framed({ endpoint, target, cut }: Passing): Promise<ListPart> {
    const { rowsKey = 'results' } = endpoint;
    return this.#known(endpoint, target, [], async () => {
      const body = await target.account.json(target.request);
      if (!isJsonObject(body)) throw unknownForm();
      const { [rowsKey]: rows, ...frame } = body;
      if (!isJsonArray(rows)) throw unknownForm();
      const harmless = leavesOut(cut) ? harmlessOf(frame) : withoutLinks(frame);
      const seen = cut.wall === null ? harmless : behindWall(harmless, cut.wall);
      return partOf(cutRows(rows, cut), seen ?? null);
    });
  }

  /** A body is kept as a list of one text, or of none where nothing of it is the view's. */
  #body({ endpoint, target, cut }: Passing, at: string): Promise<ListPart> {
    return this.#known(endpoint, target, [], async () => {
      const body = cutBody(withoutLinks(await target.account.json(target.request)), at, cut);
      return partOf(body === undefined ? [] : [body], null);
    });
  }

  /** Text of which nothing can be left out: a company's own, and refused whole where it names another that the view does not see. */
  async #download([passing]: readonly Passing[]): Promise<Answer | null> {
    if (passing === undefined) return null;
    const { endpoint, target, cut } = passing;
    if (cut.company !== null) return null;
    const { parameters } = target.request;
    const request = { ...target.request, parameters: { ...parameters, format: 'csv' } };
    const part = await this.#known(endpoint, target, [], async () => {
      const text = await target.account.text(request);
      const isSeen = cut.wall === null || behindWall(text, cut.wall) !== undefined;
      return { count: 1, texts: isSeen ? [text] : [], beside: null };
    });
    const [text] = part.texts;
    return text === undefined ? null : { kind: 'csv', text };
  }

  /** What was read lately under the same connection, scope, endpoint and request, or is read now. */
  #known(
    { name }: Endpoint,
    { account, request }: Target,
    part: readonly (number | null)[],
    read: () => Promise<ListPart>,
  ): Promise<ListPart> {
    const { segments, parameters, inBody } = request;
    const asked = Object.entries(parameters).sort(([left], [right]) => (left < right ? -1 : 1));
    const key = [account.connectionId, account.version, name, segments, asked, inBody, part];
    return this.#cache.get(JSON.stringify(key), read);
  }
}

function partOf(rows: readonly JsonValue[], beside: JsonValue): ListPart {
  const texts = rows.map(row => JSON.stringify(row));
  return { count: texts.length, texts, beside: beside === null ? null : JSON.stringify(beside) };
}

function rowsOf(texts: readonly string[]): readonly JsonText[] {
  return texts.map(text => new JsonText(text));
}

/** A whole list; a part of it where its row of the table says that it can be asked for in parts. */
function listAnswer(
  endpoint: Endpoint,
  passings: readonly Passing[],
  ask: Ask,
  parts: readonly ListPart[],
): Answer & { kind: 'page' } {
  const texts = inOrder(unionOf(parts.map(part => part.texts)), passings.length, endpoint, ask);
  const { offset, limit } = ask.query;
  const shown = endpoint.list?.defaultLimit === undefined ? texts : texts.slice(offset, offset + limit);
  return { kind: 'page', page: { count: texts.length, rows: rowsOf(shown) } };
}

/** What stands beside the rows: of several accounts what the first says of itself without counting. */
function frameOf(passings: readonly Passing[], [part]: readonly ListPart[]): JsonObject {
  const frame = besideOf(part);
  return passings.length === 1 ? frame : harmlessOf(frame);
}

function harmlessOf(frame: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(frame).filter(([, value]) => isHarmless(value)));
}

function summariesOf(part: ListPart): { summaries?: JsonObject } {
  return part.beside === null ? {} : { summaries: besideOf(part) };
}

function besideOf(part: ListPart | undefined): JsonObject {
  const beside = part === undefined || part.beside === null ? null : parsedJson(part.beside);
  return beside !== null && isJsonObject(beside) ? beside : {};
}

/** One body of those of all accounts: lists are put together, objects have to say the same. */
function bodyAnswer(parts: readonly ListPart[]): Answer | null {
  const texts = [...new Set(parts.flatMap(part => part.texts))];
  const [first, ...others] = texts;
  if (first === undefined) return null;
  const body = parsedJson(first);
  if (others.length === 0) return { kind: 'body', body };
  const lists = texts.map(parsedJson).filter(isJsonArray);
  if (lists.length < texts.length) throw nameOneConnection();
  const rows = unionOf(lists.map(list => list.map(row => JSON.stringify(row))));
  return { kind: 'body', body: rows.map(parsedJson) };
}
