/**
 * Time-based one-time codes (RFC 6238: SHA-1, six digits, 30 seconds) and recovery codes. The secret is sealed by the vault; a
 * code is taken in a window of one step to either side, and never twice.
 */
import { hash, randomInt } from 'node:crypto';
import { generateSecret, generateURI, verifySync } from 'otplib';
import type { Clock } from '../../clock.ts';
import type { Vault } from '../../secrets/vault.ts';

const STEP_SECONDS = 30;
const ISSUER = 'Sightline';
const CODE = /^\d{6}$/;

const RECOVERY_CODES = 10;
/** Without letters and digits that are taken for one another. */
const RECOVERY_ALPHABET = '23456789abcdefghjkmnpqrstuvwxyz';
/** Characters of a code: 79 bits, which need no slow hash. */
const RECOVERY_LENGTH = 16;

/** A new secret in base32, and the address that an authenticator app reads from a QR code. */
export function newTotpSecret(email: string): { secret: string; url: string } {
  const secret = generateSecret({ length: 20 });
  return { secret, url: generateURI({ issuer: ISSUER, label: email, secret }) };
}

export function sealTotp(vault: Vault, userId: string, secret: string): string {
  return vault.seal(secret, sealContext(userId));
}

export function unsealTotp(vault: Vault, userId: string, sealed: string): string {
  return vault.unseal(sealed, sealContext(userId));
}

function sealContext(userId: string): string {
  return `user:${userId}:totp`;
}

/** The time step whose code was given, or null for a code that is wrong, too old, or of a step no later than `lastStep`. */
export function totpStep(
  secret: string,
  code: string,
  clock: Pick<Clock, 'now'>,
  lastStep: number | null,
): number | null {
  const token = code.replaceAll(/\s/g, '');
  if (!CODE.test(token)) return null;
  const epoch = Math.floor(clock.now() / 1000);
  const present = Math.floor(epoch / STEP_SECONDS);
  // Step by step: a code that two steps share must count as the one that was not taken yet.
  for (const step of [present - 1, present, present + 1]) {
    if (lastStep !== null && step <= lastStep) continue;
    if (verifySync({ secret, token, epoch: step * STEP_SECONDS }).valid) return step;
  }
  return null;
}

/** Ten codes to be shown once, and what is kept of them. */
export function newRecoveryCodes(): { codes: string[]; stored: string } {
  const codes = Array.from({ length: RECOVERY_CODES }, newRecoveryCode);
  return { codes, stored: JSON.stringify(codes.map(recoveryHash)) };
}

/** What is left after the code was used, or null when it is none of them. */
export function withoutRecoveryCode(stored: string, code: string): string | null {
  const hashes = recoveryHashes(stored);
  const used = recoveryHash(code);
  return hashes.includes(used) ? JSON.stringify(hashes.filter(kept => kept !== used)) : null;
}

export function recoveryCodesLeft(stored: string): number {
  return recoveryHashes(stored).length;
}

function recoveryHashes(stored: string): string[] {
  const parsed: unknown = JSON.parse(stored);
  return Array.isArray(parsed) ? parsed.filter(kept => typeof kept === 'string') : [];
}

function newRecoveryCode(): string {
  let code = '';
  for (let position = 0; position < RECOVERY_LENGTH; position += 1) {
    if (position > 0 && position % 4 === 0) code += '-';
    code += RECOVERY_ALPHABET[randomInt(RECOVERY_ALPHABET.length)];
  }
  return code;
}

/** However it was typed: with or without dashes, in capitals. */
function recoveryHash(code: string): string {
  return hash('sha256', code.toLowerCase().replaceAll(/[\s-]/g, ''), 'hex');
}
