/**
 * The part of the Fetch standard this client uses, as plain shapes, so that the platform's `fetch`, undici's, and
 * a test's three-line function all fit without a cast. Source: https://fetch.spec.whatwg.org/.
 */

/** What the client passes to `fetch` beside the address. */
export interface FetchRequest {
  method: string;
  headers: Record<string, string>;
  body?: string;
  /** Always `manual`: a redirect could carry the token to another host. */
  redirect: 'manual';
  signal: AbortSignal;
}

/** A reader of the body's bytes, as `response.body.getReader()` gives it. */
export interface FetchBodyReader {
  read(): Promise<{ done: boolean; value?: Uint8Array | undefined }>;
  cancel(reason?: unknown): Promise<void>;
}

/** What the client needs of the answer. */
export interface FetchResponse {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  readonly body: { getReader(): FetchBodyReader; cancel(reason?: unknown): Promise<void> } | null;
  text(): Promise<string>;
}

/** Any function that behaves as `fetch` does. It is called without `this`. */
export type Fetch = (url: string, init: FetchRequest) => Promise<FetchResponse>;

/** Looked up at each call, so that instrumentation installed later is honoured. */
export const platformFetch: Fetch = (url, init) => globalThis.fetch(url, init);
