/**
 * Which addresses a connection may send its token to: HTTPS, and a host that the operator listed (unified API, "base_url").
 * Anything a URL can hide a second host or a credential in is refused rather than cleaned.
 */

/** Hosts of Bitsight itself; the operator may list more. */
export const BITSIGHT_HOSTS: readonly string[] = Object.freeze([
  'api.bitsighttech.com',
  'service.bitsighttech.com',
]);

export const DEFAULT_BASE_URL = 'https://api.bitsighttech.com';

const MAX_LENGTH = 300;
const HTTPS_PORT = '443';
/** Letters, digits and the marks of an ordinary path: no backslash, no blank, no control character, no percent sign. */
const PLAIN = /^https:\/\/[A-Za-z0-9.\-:[\]]+(?:\/[A-Za-z0-9._~/-]*)?$/i;

export type CheckedBaseUrl = { ok: true; url: string } | { ok: false; message: string };

/** The address in its one spelling, without a slash at the end, or why it is refused. `hosts` are `host` or `host:port`. */
export function checkBaseUrl(text: string, hosts: readonly string[]): CheckedBaseUrl {
  if (text.length > MAX_LENGTH || !URL.canParse(text))
    return refused('Give an address such as https://api.bitsighttech.com.');
  const url = new URL(text);
  if (url.protocol !== 'https:')
    return refused('Must begin with https://: a token is never sent over plain HTTP.');
  if (url.username !== '' || url.password !== '' || text.includes('@'))
    return refused('Must not contain credentials.');
  if (text.includes('#') || text.includes('?'))
    return refused('Must end with its path: no query, no fragment.');
  if (!PLAIN.test(text) || text.includes('/.')) return refused('Give a plain host and path.');
  const port = url.port === '' ? HTTPS_PORT : url.port;
  const allowed = hosts.some(entry => {
    const [host, listedPort] = splitHost(entry);
    return host === url.hostname && listedPort === port;
  });
  if (!allowed) {
    const message = `${url.host} is not on the list of upstream hosts of this server. The operator adds one with --upstream-host.`;
    return refused(message);
  }
  return { ok: true, url: url.origin + url.pathname.replace(/\/+$/, '') };
}

/** `host` and `port` of a list entry; without one it is the port of HTTPS. */
function splitHost(entry: string): [string, string] {
  const match = /^(.*?)(?::(\d+))?$/.exec(entry.trim().toLowerCase());
  return [match?.[1] ?? '', match?.[2] ?? HTTPS_PORT];
}

function refused(message: string): CheckedBaseUrl {
  return { ok: false, message };
}
