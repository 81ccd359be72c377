/**
 * Any read of the API by its path, for callers that pass answers on without knowing them. Only the outermost shape is checked:
 * what the records mean is up to the caller. Paths: Bitsight's OpenAPI, version 1 and 2.
 */
import { type BodyReader, json } from '../envelope.ts';
import { BitsightArgumentError } from '../errors.ts';
import { failed, read } from '../failure.ts';
import { type ListOptions, PagedList } from '../page.ts';
import { guidSegment, type QueryValue } from '../query.ts';
import type { RequestOptions, RequestSpec, Transport } from '../transport.ts';

/** What is read. */
export interface ReadRequest {
  /** The path's segments, from the version on: `['v1', 'companies', guid, 'assets']`. Each is encoded as one segment. */
  readonly segments: readonly string[];
  readonly query?: Readonly<Record<string, QueryValue>>;
  /** Makes it a POST that asks and changes nothing (the POST twin of a GET), with the parameters in its body. */
  readonly body?: Readonly<Record<string, unknown>>;
}

/** What is read in pages. */
export interface ListRequest extends Omit<ReadRequest, 'body'> {
  /** Rows per page. */
  readonly limit: number;
  /** True: by the POST twin of the GET, with everything in its body. */
  readonly inBody?: boolean;
}

export class Reads {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** The answer's JSON, whatever it is. Throws BitsightArgumentError for a segment that would change the path. */
  async json(request: ReadRequest, options?: RequestOptions): Promise<unknown> {
    return this.#transport.send(specOf(request, json(read)), options);
  }

  /** The answer's text: for downloads that are no JSON. A web page is refused as unreadable: it is a proxy's. */
  async text(request: ReadRequest, options?: RequestOptions): Promise<string> {
    return this.#transport.send(specOf(request, plainText), options);
  }

  /** A list in pages. Throws BitsightArgumentError at once for a segment that would change the path. */
  list({ segments, query = {}, limit, inBody = false }: ListRequest, options?: ListOptions): PagedList {
    const spec = { path: pathOf(segments), params: { ...query, limit }, defaultLimit: limit, inBody };
    return new PagedList(this.#transport, spec, options);
  }
}

function specOf<T>({ segments, query, body }: ReadRequest, reader: BodyReader<T>): RequestSpec<T> {
  const path = pathOf(segments);
  const asked = query === undefined ? {} : { query };
  if (body === undefined) return { method: 'GET', path, read: reader, ...asked };
  return { method: 'POST', path, read: reader, body, isQuery: true, ...asked };
}

function pathOf(segments: readonly string[]): string {
  if (segments.length === 0) throw new BitsightArgumentError('The path is empty.');
  return `/ratings/${segments.map(guidSegment).join('/')}`;
}

const plainText: BodyReader<string> = text =>
  /^\s*<(!doctype|html)\b/i.test(text) ? failed({ kind: 'unreadable', status: null }) : read(text);
