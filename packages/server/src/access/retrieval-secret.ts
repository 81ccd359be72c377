/**
 * The secret of a one-time link to a token: it proves who may fetch the value and is the key that the value is sealed under, so
 * that the database alone opens nothing. Source: tokens.md, "Wire contract" (HKDF from `auth_token`, only a hash stored).
 */
import { hash, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';
import { decrypt, encrypt } from '../secrets/aes-gcm.ts';

const SECRET_BYTES = 32;
const KEY_BYTES = 32;

/** A new secret as text for a URL. */
export function newAuthToken(): string {
  return randomBytes(SECRET_BYTES).toString('base64url');
}

/** SHA-256 in hex: the secret is 256 random bits, so there is nothing to guess. */
export function authHashOf(authToken: string): string {
  return hash('sha256', authToken, 'hex');
}

/** The value, sealed for one token under the link's secret. */
export function sealForLink(value: string, authToken: string, tokenGuid: string): string {
  return encrypt(keyOf(authToken, tokenGuid), Buffer.from(value, 'utf8'), bindingOf(tokenGuid)).toString(
    'base64url',
  );
}

/** What `sealForLink` was given. Throws for another secret or token. */
export function unsealFromLink(sealed: string, authToken: string, tokenGuid: string): string {
  const bytes = Buffer.from(sealed, 'base64url');
  return decrypt(keyOf(authToken, tokenGuid), bytes, bindingOf(tokenGuid)).toString('utf8');
}

/** Compares two texts in a time that tells nothing of where they differ. */
export function isSameSecret(expected: string, given: string): boolean {
  return timingSafeEqual(hash('sha256', expected, 'buffer'), hash('sha256', given, 'buffer'));
}

function keyOf(authToken: string, tokenGuid: string): Buffer {
  return Buffer.from(hkdfSync('sha256', authToken, tokenGuid, 'sightline/token-retrieval', KEY_BYTES));
}

function bindingOf(tokenGuid: string): Buffer {
  return Buffer.from(`token-retrieval\0${tokenGuid}`, 'utf8');
}
