/**
 * What the contract tests work with: a sandbox's ratings API on a real server, and for every row of the endpoint table a request
 * that it answers. Nothing here knows an endpoint by name, so that a new row is tested without a new line.
 */
import { type Dispatcher, Pool } from 'undici';
import type { Principal } from '../../src/access/principal.ts';
import type { Endpoint, Option } from '../../src/ratings/endpoints/endpoint.ts';
import { ENDPOINTS } from '../../src/ratings/endpoints/table.ts';
import type { SyntheticSource } from '../../src/ratings/sources/synthetic/synthetic-source.ts';
import type { JsonObject } from '../../src/wire/json.ts';
import { isJsonObject } from '../../src/wire/json.ts';
import { type ListQuery, listQueryOf } from '../../src/wire/list-query.ts';
import { parametersOf } from '../../src/wire/parameters.ts';
import { at, type Json } from '../support/json.ts';
import { principalOf, type Served, serve, smallWorld } from './serve.ts';

export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly text: string;
  /** Null where the answer is no JSON. */
  readonly json: Json;
}

/** How a request differs from the plainest one. */
export interface Asked {
  readonly parameters?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** `/ratings` unless given. */
  readonly prefix?: string;
  /** Instead of the first that the endpoint has. */
  readonly method?: 'GET' | 'POST';
  /** What path parameters are replaced with, instead of samples. */
  readonly path?: string;
}

const contractWorld = () => smallWorld({ seed: 'contract', companies: 8, findingsPerCompany: 60 });

/** The endpoints of the table that the sandbox serves; the others the hub alone has, from upstream. */
const world = contractWorld();
export const SERVED: readonly Endpoint[] = ENDPOINTS.filter(endpoint => world.serves(endpoint));
/** Those of them that answer with what they have; the others say how far something is. */
export const ANSWERED: readonly Endpoint[] = SERVED.filter(({ statuses = [200] }) => statuses.includes(200));

export const EVERYTHING = '1000000000';
/** A value that nothing has. */
export const NOTHING = 'no-such-value';
/** What names a row, in the order in which it is looked for. */
const ROW_NAMES = ['guid', 'rolledup_observation_id', 'provider_guid', 'product_guid', 'company_guid', 'id'];

export class ContractLab {
  readonly source: SyntheticSource;
  readonly baseUrl: string;
  /** Who asks. */
  principal: Principal = principalOf();
  readonly #served: Served;
  readonly #pool: Pool;
  /** What path parameters are replaced with, by the path up to there. */
  readonly #samples = new Map<string, Promise<string>>();

  readonly #wholes = new Map<string, Promise<readonly JsonObject[]>>();
  /** A folder and a tier. */
  readonly #lists = new Map<string, string>();

  private constructor(source: SyntheticSource, served: Served) {
    this.source = source;
    this.#served = served;
    this.baseUrl = served.baseUrl;
    this.#pool = new Pool(served.baseUrl, { connections: 4 });
  }

  static async start(): Promise<ContractLab> {
    const source = contractWorld();
    const labs: ContractLab[] = [];
    const served = await serve(source, { principal: () => labs[0]?.principal ?? principalOf() });
    const lab = new ContractLab(source, served);
    labs.push(lab);
    for (const list of ['folder', 'tier']) {
      lab.#lists.set(list, await lab.#firstName(`/v1/${list}s`, `/v1/${list}s`));
    }
    return lab;
  }

  /** Guids of all companies, the own one first. */
  get companies(): readonly string[] {
    return [...this.source.companyNames().keys()];
  }

  /** Sees these companies alone. */
  walled(guids: readonly string[]): Principal {
    const group = { guid: 'g', name: 'EMEA', allCompanies: false, companies: new Set(guids) };
    return { ...principalOf(false), group };
  }

  async send(url: string, options: Partial<Dispatcher.RequestOptions> = {}): Promise<Answer> {
    const {
      statusCode: status,
      headers,
      body,
    } = await this.#pool.request({
      path: url,
      method: 'GET',
      ...options,
    });
    const text = await body.text();
    const type = String(headers['content-type'] ?? '');
    return { status, type, text, json: type.includes('json') ? JSON.parse(text) : null };
  }

  /** Asks an endpoint: parameters go into the query string of a GET and into the body of a POST. */
  async ask(endpoint: Endpoint, asked: Asked = {}): Promise<Answer> {
    const { headers = {}, prefix = '/ratings', method = endpoint.methods[0] } = asked;
    const path = `${prefix}${asked.path ?? (await this.pathOf(endpoint.path))}`;
    const parameters = { ...this.required(endpoint), ...asked.parameters };
    if (method !== 'POST') return this.send(`${path}?${new URLSearchParams(parameters)}`, { headers });
    return this.send(path, {
      method,
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(parameters),
    });
  }

  /** Every row of a list that answers an all-companies principal, in its order; the world stands still, so it is asked for once. */
  async all(
    endpoint: Endpoint,
    parameters: Readonly<Record<string, string>> = {},
  ): Promise<readonly JsonObject[]> {
    const key = JSON.stringify([endpoint.name, parameters]);
    const rows = this.#wholes.get(key) ?? this.#rows(endpoint, parameters);
    this.#wholes.set(key, rows);
    return rows;
  }

  async #rows(
    endpoint: Endpoint,
    parameters: Readonly<Record<string, string>>,
  ): Promise<readonly JsonObject[]> {
    const answer = await this.ask(endpoint, { parameters: { ...wholeOf(endpoint), ...parameters } });
    if (answer.status !== 200) throw new Error(`${endpoint.name} is ${answer.status}: ${answer.text}`);
    return rowsOf(endpoint, answer);
  }

  /** Values for the parameters without which an endpoint answers 400. */
  required({ options = [] }: Endpoint): Record<string, string> {
    const wanted = options.filter(option => option.required === true);
    return Object.fromEntries(wanted.map(option => [option.name, this.valueOf(option)]));
  }

  /** A value that an option accepts. */
  valueOf({ name, type, values }: Option): string {
    const [first] = values ?? [];
    if (first !== undefined) return first;
    switch (type) {
      case 'day':
        return '2026-06-01';
      case 'whole':
      case 'number':
        return '3';
      case 'flag':
        return 'true';
      default:
        return this.#lists.get(name) ?? (/guid|compan/.test(name) ? (this.companies[0] ?? '') : 'text');
    }
  }

  /** A path of the template: this company in it, and else what the lists above its parameters show. */
  async pathOf(template: string, company?: string): Promise<string> {
    const linked = await this.#linkedPath(template);
    if (linked !== null) return linked;
    let path = '';
    const parts = template.split('/').slice(1);
    for (const [index, part] of parts.entries()) {
      const above = `/${parts.slice(0, index).join('/')}`;
      path += `/${part.startsWith(':') ? encodeURIComponent(await this.#sample(above, path, company)) : part}`;
    }
    return path;
  }

  async close(): Promise<void> {
    await this.#pool.destroy();
    await this.#served.close();
  }

  async #sample(template: string, path: string, company?: string): Promise<string> {
    if (company !== undefined && template.endsWith('/companies')) return company;
    if (template === '/v1/companies') return this.companies[0] ?? '';
    const known = this.#samples.get(path) ?? this.#firstName(template, path);
    this.#samples.set(path, known);
    return known;
  }

  /** The path to which the first row of the list above links, where it is one of the template with several parameters. */
  async #linkedPath(template: string): Promise<string | null> {
    const [, above = '', below = ''] = /^([^:]*)\/(:.*)$/.exec(template) ?? [];
    const list = ENDPOINTS.find(({ path, methods }) => path === above && methods.includes('GET'));
    if (list === undefined || !/^:\w+\/:\w+$/.test(below)) return null;
    const [row] = rowsOf(list, await this.ask(list, { path: above }));
    return typeof row?.href === 'string' ? new URL(row.href).pathname.replace(/^\/ratings/, '') : null;
  }

  /** The name of the first row of the list at a path. */
  async #firstName(template: string, path: string): Promise<string> {
    const list = ENDPOINTS.find(endpoint => endpoint.path === template && endpoint.methods.includes('GET'));
    if (list === undefined) throw new Error(`nothing in the table names what is below ${template}`);
    const answer = await this.ask(list, { path });
    // Below what is not there, one name is as good as another.
    if (answer.status !== 200) return 'none';
    const [row] = rowsOf(list, answer);
    const name = ROW_NAMES.map(key => row?.[key]).find(value => value !== undefined && value !== '');
    if (name === undefined) throw new Error(`${template} has no row with a name`);
    return String(name);
  }
}

/** The parameters with which a list shows all its rows as JSON. */
export function wholeOf(endpoint: Endpoint): Record<string, string> {
  if (endpoint.shape === 'csv') return { format: 'json' };
  return isPaged(endpoint) ? { limit: EVERYTHING } : {};
}

export function isPaged({ shape }: Endpoint): boolean {
  return shape === 'page' || shape === 'wrapped';
}

/** Has the answer rows? */
export function hasRows({ shape }: Endpoint): boolean {
  return shape !== 'body';
}

/** The rows of an answer, wherever its shape has them. */
export function rowsOf({ shape, rowsKey = 'results' }: Endpoint, { json }: Answer): readonly JsonObject[] {
  const rows = shape === 'array' || shape === 'csv' ? json : at(json, rowsKey);
  return Array.isArray(rows) ? rows.filter(row => isJsonObject(row)) : [];
}

/** An answer without what says by which address it was asked. */
export function payloadOf({ json }: Answer): unknown {
  if (!isJsonObject(json)) return json;
  const { links, next, ...payload } = json;
  return payload;
}

/** A row as filters and sort keys read it: those of the portfolio read what they call the item. */
export function recordOf(row: JsonObject): JsonObject {
  return { ...row, item: row };
}

/** What the server understands of parameters. */
export function queryOf({ list }: Endpoint, parameters: Readonly<Record<string, string>>): ListQuery {
  if (list === undefined) throw new Error('the endpoint has no list');
  return listQueryOf(parametersOf(`/?${new URLSearchParams(parameters)}`), list);
}
