/** AES-256-GCM as the vault and one-time links use it: a random nonce before the ciphertext, the tag after it. */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const IV_BYTES = 12;
const TAG_BYTES = 16;

/** Encrypts under a key of 32 bytes. `binding` is authenticated with it: under another one the result does not open. */
export function encrypt(key: Buffer, plaintext: Buffer, binding: Buffer): Buffer {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(binding);
  return Buffer.concat([iv, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
}

/** What `encrypt` was given. Throws for another key or binding, and for anything altered. */
export function decrypt(key: Buffer, sealed: Buffer, binding: Buffer): Buffer {
  const iv = sealed.subarray(0, IV_BYTES);
  const tag = sealed.subarray(-TAG_BYTES);
  const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: TAG_BYTES });
  decipher.setAAD(binding).setAuthTag(tag);
  return Buffer.concat([decipher.update(sealed.subarray(IV_BYTES, -TAG_BYTES)), decipher.final()]);
}
