/**
 * What an API token looks like: 40 characters, `slu_` (user) or `slc_` (company), 30 random base62 characters and 6 of CRC-32
 * (tokens.md, "Kinds"). The checksum lets a mistyped token be refused without a look-up and a leaked one be recognised.
 */
import { randomInt } from 'node:crypto';
import { crc32 } from 'node:zlib';

export type TokenKind = 'user' | 'company';

const TOKEN_LENGTH = 40;
const PREFIXES: Readonly<Record<TokenKind, string>> = Object.freeze({ user: 'slu_', company: 'slc_' });
const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const RANDOM_LENGTH = 30;
const CHECKSUM_LENGTH = 6;
const CHECKED_LENGTH = TOKEN_LENGTH - CHECKSUM_LENGTH;
const OWN_FORM = /^sl[uc]_[0-9A-Za-z]{36}$/;
/** Printable ASCII; a colon would end the username of HTTP Basic. */
const ANY_FORM = /^[ -9;-~]{40}$/;

/** A new random token of that kind: 178 bits of randomness. */
export function newTokenValue(kind: TokenKind): string {
  let checked = PREFIXES[kind];
  for (let position = 0; position < RANDOM_LENGTH; position += 1)
    checked += ALPHABET[randomInt(ALPHABET.length)];
  return checked + checksumOf(checked);
}

/** False for a value that cannot be a live token, so that it is refused without a look-up. */
export function checkTokenFormat(value: string): boolean {
  if (value.length !== TOKEN_LENGTH) return false;
  return hasOwnPrefix(value) ? looksLikeToken(value) : ANY_FORM.test(value);
}

/** True for a whole value of our own form whose checksum holds. */
export function looksLikeToken(text: string): boolean {
  return OWN_FORM.test(text) && checksumOf(text.slice(0, CHECKED_LENGTH)) === text.slice(CHECKED_LENGTH);
}

/** The first token of our own form inside a longer text, such as a URL, or null. */
export function findToken(text: string): string | null {
  for (let at = text.indexOf('sl'); at >= 0; at = text.indexOf('sl', at + 1)) {
    const candidate = text.slice(at, at + TOKEN_LENGTH);
    if (looksLikeToken(candidate)) return candidate;
  }
  return null;
}

/** `*****` and the last four characters: how a token is shown after its creation. */
export function maskToken(lastFour: string): string {
  return `*****${lastFour}`;
}

function hasOwnPrefix(value: string): boolean {
  return value.startsWith(PREFIXES.user) || value.startsWith(PREFIXES.company);
}

/** CRC-32 of the characters in base62, six of them: 62^6 is more than 2^32, so no two checksums share a text. */
function checksumOf(text: string): string {
  let rest = crc32(text);
  let digits = '';
  for (let position = 0; position < CHECKSUM_LENGTH; position += 1) {
    digits = ALPHABET[rest % ALPHABET.length] + digits;
    rest = Math.floor(rest / ALPHABET.length);
  }
  return digits;
}
