/** One kept-alive connection over TLS that reads whole answers and says how long each took. */
import { readFileSync } from 'node:fs';
import { Agent, fetch } from 'undici';

/** A server as its ready line tells of it, and a token for it. */
export interface ServerAddress {
  readonly base_url: string;
  readonly ca_file: string;
  readonly token: string;
}

export class TimedReader {
  readonly #address: ServerAddress;
  readonly #dispatcher: Agent;

  constructor(address: ServerAddress) {
    this.#address = address;
    this.#dispatcher = new Agent({ connect: { ca: readFileSync(address.ca_file) }, connections: 1 });
  }

  /** Milliseconds from the request to the end of its answer. */
  async time(path: string): Promise<number> {
    const startedMs = performance.now();
    await this.text(path);
    return performance.now() - startedMs;
  }

  /** Throws for anything but 200. */
  async text(path: string): Promise<string> {
    const response = await this.#answer(path);
    const text = await response.text();
    if (response.status !== 200) throw new Error(`${path} answered ${response.status}: ${text}`);
    return text;
  }

  /** Bytes of an answer that is too large to be held. */
  async bytes(path: string): Promise<number> {
    const response = await this.#answer(path);
    let bytes = 0;
    for await (const chunk of response.body ?? []) bytes += chunk.byteLength;
    if (response.status !== 200) throw new Error(`${path} answered ${response.status}`);
    return bytes;
  }

  async close(): Promise<void> {
    await this.#dispatcher.close();
  }

  #answer(path: string) {
    return fetch(`${this.#address.base_url}${path}`, {
      dispatcher: this.#dispatcher,
      headers: { 'x-api-key': this.#address.token },
    });
  }
}
