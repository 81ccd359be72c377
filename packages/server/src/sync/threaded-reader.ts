/**
 * Reads upstream in a thread of its own: this side asks, `serveReader` answers on the other. Nothing is
 * fetched ahead: several companies are walked at once, so that there is always a page to write while others are fetched.
 */
import { once } from 'node:events';
import { type MessagePort, Worker } from 'node:worker_threads';
import type { WalkContext } from './finding-row.ts';
import { type PackedRows, packRows, unpackRows } from './row-transfer.ts';
import type { UpstreamUse } from './run-writer.ts';
import {
  type FindingPage,
  type FindingQuery,
  type PortfolioPage,
  UpstreamFailure,
  type UpstreamFailureFacts,
  type UpstreamReader,
} from './upstream-reader.ts';

type Question =
  | { op: 'portfolio'; filters: Readonly<Record<string, string>> }
  | { op: 'company'; guid: string }
  | { op: 'findings'; context: WalkContext; query: FindingQuery };

type Request = { id: number } & ({ op: 'open'; question: Question } | { op: 'next' } | { op: 'cancel' });

type PackedFindingPage = Omit<FindingPage, 'rows'> & { rows: PackedRows };

type Answer =
  | { is: 'portfolio'; page: PortfolioPage }
  | { is: 'company'; company: Record<string, unknown> }
  | { is: 'findings'; page: PackedFindingPage };

type Reply = { id: number; use: UpstreamUse } & (
  | { kind: 'answer'; answer: Answer }
  | { kind: 'end' }
  | { kind: 'failure'; failure: UpstreamFailureFacts }
  | { kind: 'fault'; message: string }
);

interface Waiting {
  resolve(answer: Answer | null): void;
  reject(error: unknown): void;
}

export interface ReaderThreadOptions {
  /** The module that calls `serveReader`, and what it is given as `workerData`. */
  module: URL;
  workerData: unknown;
  /** Young and old generation of the thread's heap, in MiB. */
  heapMib: { young: number; old: number };
}

export class ThreadedReader implements UpstreamReader {
  readonly #worker: Worker;
  readonly #use: UpstreamUse;
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;
  #ended: Error | null = null;

  /** Requests and retries of the thread are kept up to date in `use`. */
  constructor(options: ReaderThreadOptions, use: UpstreamUse) {
    this.#use = use;
    this.#worker = new Worker(options.module, {
      workerData: options.workerData,
      resourceLimits: {
        maxYoungGenerationSizeMb: options.heapMib.young,
        maxOldGenerationSizeMb: options.heapMib.old,
      },
    });
    this.#worker.on('message', (reply: Reply) => this.#receive(reply));
    this.#worker.on('error', error => this.#end(error));
    this.#worker.on('exit', () => this.#end(new Error('the reader thread ended')));
  }

  async *portfolioPages(filters: Readonly<Record<string, string>>, signal: AbortSignal) {
    for await (const answer of this.#ask({ op: 'portfolio', filters }, signal)) {
      if (answer.is === 'portfolio') yield answer.page;
    }
  }

  async company(guid: string, signal: AbortSignal): Promise<Record<string, unknown>> {
    for await (const answer of this.#ask({ op: 'company', guid }, signal)) {
      if (answer.is === 'company') return answer.company;
    }
    throw new Error('the reader thread gave no company');
  }

  async *findingPages(context: WalkContext, query: FindingQuery, signal: AbortSignal) {
    for await (const answer of this.#ask({ op: 'findings', context, query }, signal)) {
      if (answer.is === 'findings') yield { ...answer.page, rows: unpackRows(answer.page.rows) };
    }
  }

  /** Ends the thread. Calls that still wait fail. */
  async close(): Promise<void> {
    if (this.#ended !== null) return;
    const exit = once(this.#worker, 'exit');
    // Asked to end by itself: stopping a thread in the middle of a native call can abort the process.
    this.#worker.postMessage(null);
    await exit;
  }

  async *#ask(question: Question, signal: AbortSignal): AsyncGenerator<Answer, void, undefined> {
    const id = ++this.#lastId;
    let open = true;
    try {
      let answer = await this.#send({ id, op: 'open', question }, signal);
      while (answer !== null) {
        yield answer;
        answer = await this.#send({ id, op: 'next' }, signal);
      }
      open = false;
    } finally {
      if (open && this.#ended === null) this.#worker.postMessage({ id, op: 'cancel' } satisfies Request);
    }
  }

  #send(request: Request, signal: AbortSignal): Promise<Answer | null> {
    signal.throwIfAborted();
    if (this.#ended !== null) throw this.#ended;
    const { promise, resolve, reject } = Promise.withResolvers<Answer | null>();
    const onAbort = () => {
      this.#waiting.delete(request.id);
      reject(signal.reason);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    this.#waiting.set(request.id, {
      resolve: answer => {
        signal.removeEventListener('abort', onAbort);
        resolve(answer);
      },
      reject: error => {
        signal.removeEventListener('abort', onAbort);
        reject(error);
      },
    });
    this.#worker.postMessage(request);
    return promise;
  }

  #receive(reply: Reply): void {
    this.#use.requests = Math.max(this.#use.requests, reply.use.requests);
    this.#use.retries = Math.max(this.#use.retries, reply.use.retries);
    const waiting = this.#waiting.get(reply.id);
    if (waiting === undefined) return;
    this.#waiting.delete(reply.id);
    if (reply.kind === 'answer') waiting.resolve(reply.answer);
    else if (reply.kind === 'end') waiting.resolve(null);
    else if (reply.kind === 'failure') waiting.reject(new UpstreamFailure(reply.failure));
    else waiting.reject(new Error(reply.message));
  }

  #end(error: unknown): void {
    this.#ended ??= error instanceof Error ? error : new Error(String(error));
    for (const waiting of this.#waiting.values()) waiting.reject(this.#ended);
    this.#waiting.clear();
  }
}

/** The other side: answers on `port` from `reader` until it is told to end, then calls `onEnd`. */
export function serveReader(
  port: MessagePort,
  reader: UpstreamReader,
  use: UpstreamUse,
  onEnd: () => Promise<void>,
): void {
  const open = new Map<number, { answers: AsyncIterator<Answer>; stop: AbortController }>();

  const drop = (id: number) => {
    open.get(id)?.stop.abort(new Error('cancelled'));
    open.delete(id);
  };

  const answerNext = async (id: number) => {
    const list = open.get(id);
    if (list === undefined) return;
    try {
      const { done, value } = await list.answers.next();
      if (done === true) {
        open.delete(id);
        port.postMessage({ id, use: { ...use }, kind: 'end' } satisfies Reply);
        return;
      }
      port.postMessage({ id, use: { ...use }, kind: 'answer', answer: value } satisfies Reply);
    } catch (error) {
      open.delete(id);
      port.postMessage({ id, use: { ...use }, ...failureReply(error) } satisfies Reply);
    }
  };

  port.on('message', (request: Request | null) => {
    if (request === null) {
      for (const id of open.keys()) drop(id);
      port.close();
      void onEnd();
      return;
    }
    if (request.op === 'cancel') {
      drop(request.id);
      return;
    }
    if (request.op === 'open') {
      const stop = new AbortController();
      open.set(request.id, { answers: answersTo(reader, request.question, stop.signal), stop });
    }
    void answerNext(request.id);
  });
}

async function* answersTo(
  reader: UpstreamReader,
  question: Question,
  signal: AbortSignal,
): AsyncGenerator<Answer, void, undefined> {
  if (question.op === 'company') {
    yield { is: 'company', company: await reader.company(question.guid, signal) };
    return;
  }
  if (question.op === 'portfolio') {
    for await (const page of reader.portfolioPages(question.filters, signal)) yield { is: 'portfolio', page };
    return;
  }
  for await (const page of reader.findingPages(question.context, question.query, signal)) {
    yield { is: 'findings', page: { ...page, rows: packRows(page.rows) } };
  }
}

function failureReply(
  error: unknown,
): { kind: 'failure'; failure: UpstreamFailureFacts } | { kind: 'fault'; message: string } {
  if (error instanceof UpstreamFailure) {
    return { kind: 'failure', failure: { kind: error.kind, reason: error.reason, message: error.message } };
  }
  return { kind: 'fault', message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}
