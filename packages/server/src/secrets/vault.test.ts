import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSqliteStore } from '../store/store.ts';
import { ensureKeyOpensStore } from './key-check.ts';
import { Vault } from './vault.ts';

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'sightline-vault-'));
});
afterEach(() => rmSync(dataDir, { recursive: true }));

const decoded = (sealed: string) =>
  sealed
    .split('.')
    .map((part, index) => (index < 2 ? part : Buffer.from(part, 'base64url').toString('hex')))
    .join('.');

const newKey = () => randomBytes(32).toString('base64');

describe('the vault', () => {
  it('opens what it sealed, for the same context and no other', () => {
    const vault = Vault.open({ dataDir, key: newKey() });
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (secret, context) => {
        const sealed = vault.seal(secret, context);
        expect(vault.unseal(sealed, context)).toBe(secret);
        expect(() => vault.unseal(sealed, `${context}!`)).toThrow(/altered or moved/);
        expect(sealed).toMatch(/^v1\.[0-9a-f]{12}\.[\w-]+\.[\w-]+$/);
        expect(vault.seal(secret, context)).not.toBe(sealed);
      }),
    );
  });

  it('opens nothing of which one character was changed', () => {
    const vault = Vault.open({ dataDir, key: newKey() });
    const sealed = vault.seal('a secret of some length', 'x');
    fc.assert(
      fc.property(fc.nat(sealed.length - 1), fc.constantFrom(...'Aa0_-.'), (at, character) => {
        const edited = sealed.slice(0, at) + character + sealed.slice(at + 1);
        // The last character of a base64 text holds unused bits; an edit of those alone changes nothing.
        fc.pre(decoded(edited) !== decoded(sealed));
        expect(() => vault.unseal(edited, 'x')).toThrow();
      }),
    );
  });

  it('says which key a secret of another key was sealed with', () => {
    const first = Vault.open({ dataDir, key: newKey() });
    const second = Vault.open({ dataDir, key: newKey() });
    expect(() => second.unseal(first.seal('s', 'c'), 'c')).toThrow(first.keyId);
  });

  it('derives a key for each purpose, the same each time', () => {
    const vault = Vault.open({ dataDir });
    expect(vault.deriveKey('audit')).toEqual(Vault.open({ dataDir }).deriveKey('audit'));
    expect(vault.deriveKey('audit')).not.toEqual(vault.deriveKey('cursor'));
    expect(vault.deriveKey('audit')).toHaveLength(32);
  });
});

describe('the key file', () => {
  it('is made at first start with mode 0600, found later, and nothing else is left beside it', () => {
    const first = Vault.open({ dataDir });
    expect(first.madeKeyFile).toBe(true);
    expect(statSync(join(dataDir, 'server.key')).mode & 0o777).toBe(0o600);
    const second = Vault.open({ dataDir });
    expect(second.madeKeyFile).toBe(false);
    expect(second.unseal(first.seal('s', 'c'), 'c')).toBe('s');
    expect(readdirSync(dataDir)).toEqual(['server.key']);
  });

  it('is refused when others may read it, with the line that mends it', () => {
    Vault.open({ dataDir });
    const path = join(dataDir, 'server.key');
    chmodSync(path, 0o640);
    expect(() => Vault.open({ dataDir })).toThrow(`chmod 600 '${path}'`);
  });

  it('is refused when it holds no key, and so is SIGHTLINE_KEY', () => {
    writeFileSync(join(dataDir, 'server.key'), 'hello\n', { mode: 0o600 });
    expect(() => Vault.open({ dataDir })).toThrow(/openssl rand -base64 32/);
    expect(() => Vault.open({ dataDir, key: randomBytes(16).toString('base64') })).toThrow(/SIGHTLINE_KEY/);
  });

  it('is not made when SIGHTLINE_KEY is given', () => {
    Vault.open({ dataDir, key: newKey() });
    expect(existsSync(join(dataDir, 'server.key'))).toBe(false);
  });
});

describe('the key check at start', () => {
  it('accepts the key a database was written with, and refuses another', async () => {
    const store = await openSqliteStore(join(dataDir, 'a.db'));
    const key = newKey();
    await ensureKeyOpensStore(store, Vault.open({ dataDir, key }));
    await ensureKeyOpensStore(store, Vault.open({ dataDir, key }));
    await expect(ensureKeyOpensStore(store, Vault.open({ dataDir, key: newKey() }))).rejects.toThrow(
      /does not open this database/,
    );
    await store.close();
  });

  it('refuses a database whose key file is missing, and leaves no new one behind', async () => {
    const store = await openSqliteStore(join(dataDir, 'a.db'));
    await ensureKeyOpensStore(store, Vault.open({ dataDir }));
    const path = join(dataDir, 'server.key');
    const key = readFileSync(path, 'utf8');
    rmSync(path);
    await expect(ensureKeyOpensStore(store, Vault.open({ dataDir }))).rejects.toThrow(
      /is missing.*SIGHTLINE_KEY/s,
    );
    expect(existsSync(path)).toBe(false);
    await ensureKeyOpensStore(store, Vault.open({ dataDir, key }));
    await store.close();
  });
});
