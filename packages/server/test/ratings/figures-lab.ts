/** What tests of figures work with: a small sandbox on a real server, asked by whoever is to ask, on whichever day it is to be. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Principal } from '../../src/access/principal.ts';
import type { SyntheticSource } from '../../src/ratings/sources/synthetic/synthetic-source.ts';
import { principalOf, type Served, serve, smallWorld } from './serve.ts';

export class FiguresLab {
  readonly source: SyntheticSource;
  #principal: Principal = principalOf();
  readonly #served: Served[] = [];

  private constructor(source: SyntheticSource) {
    this.source = source;
  }

  static async start(world: Parameters<typeof smallWorld>[0]): Promise<FiguresLab> {
    const lab = new FiguresLab(smallWorld(world));
    lab.#served.push(await serve(lab.source, { principal: () => lab.#principal }));
    return lab;
  }

  /** Guids of all companies of today, the own one first. */
  get companies(): readonly string[] {
    return [...this.source.companyNames().keys()];
  }

  /** From here on, a group of these companies asks; null: someone who sees all. */
  askedBy(guids: readonly string[] | null): void {
    const group = { guid: 'g', name: 'G', allCompanies: false, companies: new Set(guids) };
    this.#principal = guids === null ? principalOf() : { ...principalOf(false), group };
  }

  /** Lets days pass. */
  pass(days: number): void {
    const { world } = this.source;
    world.moveTo(world.day() + days);
  }

  /** The answer itself: for downloads, for bodies that are sent, and for redirections that are not followed. */
  raw(path: string, init: RequestInit = {}): Promise<Response> {
    return fetch(`${this.#served[0]?.baseUrl}/ratings${path}`, { redirect: 'manual', ...init });
  }

  /** The status of an answer, and its JSON. */
  async answer(path: string): Promise<{ readonly status: number; readonly json: unknown }> {
    const answer = await this.raw(path);
    return { status: answer.status, json: await answer.json() };
  }

  /** An answer of 200, by its schema. */
  async read<T>(path: string, schema: z.ZodType<T>): Promise<T> {
    const { status, json } = await this.answer(path);
    if (status !== 200) throw new Error(`${path} is ${status}: ${JSON.stringify(json)}`);
    return schema.parse(json);
  }

  /** Every row of a paged list. */
  async rows<T>(path: string, row: z.ZodType<T>): Promise<readonly T[]> {
    const { count, results } = await this.read(
      `${path}${path.includes('?') ? '&' : '?'}limit=1000000`,
      z.object({ count: z.number(), results: z.array(row) }),
    );
    if (results.length !== count) throw new Error(`${path} shows ${results.length} of ${count} rows`);
    return results;
  }

  /** How many rows a paged list says it has. */
  async count(path: string): Promise<number> {
    return (await this.read(path, z.object({ count: z.number() }))).count;
  }

  async close(): Promise<void> {
    for (const served of this.#served) await served.close();
  }
}

/** A recorded or documented payload. */
export function fixture(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`./fixtures/${name}`, import.meta.url), 'utf8'));
}

/** The names of all fields of a value, dotted; those of the items of a list stand for the list. */
export function fieldsOf(value: unknown, prefix = ''): readonly string[] {
  if (Array.isArray(value)) return [...new Set(value.flatMap(item => fieldsOf(item, prefix)))];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, below]) => {
    const name = prefix === '' ? key : `${prefix}.${key}`;
    return [name, ...fieldsOf(below, name)];
  });
}
