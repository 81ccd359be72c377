/**
 * Envelope encryption of the few secrets that must be read again: user tokens and upstream credentials. AES-256-GCM with a
 * random data key for each secret, wrapped by the server key (architecture.md, "Secrets"); nothing else sees plaintext.
 */
import { createHash, hkdfSync, randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { OperatorError } from '../errors.ts';
import { decrypt, encrypt } from './aes-gcm.ts';
import { createPrivateFile, readPrivateFile } from './private-file.ts';

const KEY_BYTES = 32;
const VERSION = 'v1';
const KEY_FILE = 'server.key';

export interface VaultOptions {
  dataDir: string;
  /** SIGHTLINE_KEY: 32 bytes in base64. Takes the place of the key file. */
  key?: string;
}

export class Vault {
  readonly #key: Buffer;
  /** Names the server key inside what it sealed, so that a second key can come beside it. It tells nothing about the key. */
  readonly keyId: string;
  /** Where the key came from, in words for an operator. */
  readonly keySource: string;
  readonly #newKeyFile: string | null;

  private constructor(key: Buffer, keySource: string, newKeyFile: string | null) {
    this.#key = key;
    this.keyId = createHash('sha256').update('sightline/key-id\0').update(key).digest('hex').slice(0, 12);
    this.keySource = keySource;
    this.#newKeyFile = newKeyFile;
  }

  /** Takes SIGHTLINE_KEY, else the key file, else makes the key file. Throws OperatorError with what to do. */
  static open(options: VaultOptions): Vault {
    if (options.key !== undefined && options.key !== '') {
      return new Vault(decodeKey(options.key, 'SIGHTLINE_KEY'), 'SIGHTLINE_KEY', null);
    }
    const path = join(options.dataDir, KEY_FILE);
    const found = readPrivateFile(path);
    if (found !== null) return new Vault(decodeKey(found, `The key file ${path}`), path, null);
    const fresh = randomBytes(KEY_BYTES);
    if (createPrivateFile(path, `${fresh.toString('base64')}\n`)) return new Vault(fresh, path, path);
    // Another process made it between the look and the write; its key is the key.
    return Vault.open(options);
  }

  /** True when this opening made the key file. */
  get madeKeyFile(): boolean {
    return this.#newKeyFile !== null;
  }

  /** Takes back the key file that this opening made; one that was there before stays. */
  discardNewKeyFile(): void {
    if (this.#newKeyFile !== null) rmSync(this.#newKeyFile, { force: true });
  }

  /**
   * Encrypts a secret. `context` says what and whose it is (`api-token:<guid>`); it is bound to the result, so that a sealed
   * value copied into another row does not open there.
   */
  seal(plaintext: string, context: string): string {
    const dataKey = randomBytes(KEY_BYTES);
    const binding = bindingOf(this.keyId, context);
    const wrapped = encrypt(this.#key, dataKey, binding);
    const body = encrypt(dataKey, Buffer.from(plaintext, 'utf8'), binding);
    dataKey.fill(0);
    return [VERSION, this.keyId, wrapped.toString('base64url'), body.toString('base64url')].join('.');
  }

  /** The secret that `seal` was given, for the same context. Throws OperatorError when it was sealed by another key or altered. */
  unseal(sealed: string, context: string): string {
    const [version, keyId, wrapped, body, ...rest] = sealed.split('.');
    if (
      version !== VERSION ||
      keyId === undefined ||
      wrapped === undefined ||
      body === undefined ||
      rest.length > 0
    ) {
      throw new OperatorError(
        'A sealed secret in the database has an unknown form; a newer version may have written it.',
      );
    }
    if (keyId !== this.keyId) {
      throw new OperatorError(
        `A secret in the database was sealed by the server key ${keyId}, and ${this.keySource} is the key ${this.keyId}. Give the key it was sealed with.`,
      );
    }
    const binding = bindingOf(keyId, context);
    try {
      const dataKey = decrypt(this.#key, Buffer.from(wrapped, 'base64url'), binding);
      return decrypt(dataKey, Buffer.from(body, 'base64url'), binding).toString('utf8');
    } catch (cause) {
      throw new OperatorError(
        'A sealed secret in the database was altered or moved and does not open. Restore the database from a backup, or enter the secret anew.',
        { cause },
      );
    }
  }

  /** A key for one purpose (HKDF-SHA256): the same for the same server key, and no way back to it or to another purpose's. */
  deriveKey(purpose: string): Buffer {
    return Buffer.from(hkdfSync('sha256', this.#key, '', `sightline/${purpose}`, KEY_BYTES));
  }
}

function decodeKey(text: string, source: string): Buffer {
  const trimmed = text.trim();
  const key = Buffer.from(trimmed, 'base64');
  // Buffer.from skips what is no base64; only a text that comes out again as it went in was one.
  if (key.length === KEY_BYTES && key.toString('base64') === trimmed) return key;
  throw new OperatorError(
    `${source} does not hold a server key: 32 bytes in base64 (44 characters). Make one with: openssl rand -base64 32`,
  );
}

function bindingOf(keyId: string, context: string): Buffer {
  return Buffer.from(`${VERSION}\0${keyId}\0${context}`, 'utf8');
}
