/** What a route answers, head and body, for the bare server that sends the same without looking. */
import { readFileSync } from 'node:fs';
import { Agent, fetch } from 'undici';

/** Of each answer, not of the route: the bare server sends its own. */
const PER_ANSWER = new Set(['date', 'connection', 'keep-alive', 'transfer-encoding']);

export interface RecordedAnswer {
  readonly head: Record<string, string>;
  readonly body: string;
}

/** Asks once. Throws for anything but 200. */
export async function recordedAnswer(
  url: string,
  { ca_file, token }: { ca_file: string; token: string },
): Promise<RecordedAnswer> {
  const dispatcher = new Agent({ connect: { ca: readFileSync(ca_file) } });
  const response = await fetch(url, { dispatcher, headers: { 'x-api-key': token } });
  const body = await response.text();
  await dispatcher.close();
  if (response.status !== 200) throw new Error(`${url} answered ${response.status}`);
  return { head: Object.fromEntries([...response.headers].filter(([name]) => !PER_ANSWER.has(name))), body };
}
