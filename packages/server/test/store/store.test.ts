import { chmodSync, mkdtempSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { OperatorError } from '../../src/errors.ts';
import { bulkInsert } from '../../src/store/bulk-insert.ts';
import { tryDataLock } from '../../src/store/data-lock.ts';
import { databaseVersion } from '../../src/store/sql.ts';
import { openSqliteStore, type Queryable } from '../../src/store/store.ts';

function newFolder(): string {
  return mkdtempSync(join(tmpdir(), 'sightline-store-'));
}

describe('the SQLite store', () => {
  it('makes its file readable by its owner alone, and opens it again', async () => {
    const path = join(newFolder(), 'sightline.db');
    const store = await openSqliteStore(path);
    await store.db.insertInto('meta').values({ key: 'a', value: 'b' }).execute();
    await store.close();
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const again = await openSqliteStore(path);
    expect(await again.db.selectFrom('meta').selectAll().execute()).toEqual([{ key: 'a', value: 'b' }]);
    await again.close();
  });

  it('refuses a database written by a newer version, and leaves it as it was', async () => {
    const path = join(newFolder(), 'sightline.db');
    await (await openSqliteStore(path)).close();
    const database = new DatabaseSync(path);
    database.exec("insert into kysely_migration values ('9999-from-the-future', '2030-01-01T00:00:00Z')");
    database.close();
    await expect(openSqliteStore(path)).rejects.toThrow(/newer version of Sightline/);
    await expect(openSqliteStore(path)).rejects.toBeInstanceOf(OperatorError);
  });

  it('refuses a file that is not a database and a database that is not ours', async () => {
    const folder = newFolder();
    const text = join(folder, 'text.db');
    writeFileSync(text, 'not a database at all, but long enough to be looked at as one. '.repeat(20));
    await expect(openSqliteStore(text)).rejects.toThrow(/choose another --data-dir/);
    const foreign = join(folder, 'foreign.db');
    const database = new DatabaseSync(foreign);
    database.exec('create table recipes (name text)');
    database.close();
    await expect(openSqliteStore(foreign)).rejects.toThrow(/not a Sightline database/);
  });

  it('says what to do when the file cannot be made', async () => {
    await expect(openSqliteStore('/nonexistent-folder/sightline.db')).rejects.toThrow(
      /Check that the folder exists/,
    );
  });

  it('undoes a write that fails, and keeps other callers out of an open transaction', async () => {
    const store = await openSqliteStore(join(newFolder(), 'sightline.db'));
    const failing = store.write(async db => {
      await db.insertInto('meta').values({ key: 'lost', value: '1' }).execute();
      await Promise.resolve();
      throw new Error('no');
    });
    const beside = store.db.insertInto('meta').values({ key: 'kept', value: '1' }).execute();
    await expect(failing).rejects.toThrow('no');
    await beside;
    expect(await store.db.selectFrom('meta').select('key').execute()).toEqual([{ key: 'kept' }]);
    await store.close();
  });

  it('lets two connections write in turns', async () => {
    const path = join(newFolder(), 'sightline.db');
    const [one, two] = [await openSqliteStore(path), await openSqliteStore(path)];
    const writes = Array.from({ length: 40 }, (_, n) =>
      (n % 2 === 0 ? one : two).write(db =>
        db
          .insertInto('meta')
          .values({ key: String(n), value: '' })
          .execute(),
      ),
    );
    await Promise.all(writes);
    expect(await one.db.selectFrom('meta').select('key').execute()).toHaveLength(40);
    await one.close();
    await two.close();
  });

  it('migrates once when four open a new file at the same time', async () => {
    const path = join(newFolder(), 'sightline.db');
    const stores = await Promise.all([1, 2, 3, 4].map(() => openSqliteStore(path)));
    for (const store of stores) await store.close();
  });

  it('reads one state of the database, whatever is committed meanwhile, and keeps nobody from writing', async () => {
    const path = join(newFolder(), 'sightline.db');
    const store = await openSqliteStore(path);
    const other = await openSqliteStore(path);
    const keys = async (db: Queryable) =>
      (await db.selectFrom('meta').select('key').execute()).map(row => row.key);
    await other.db.insertInto('meta').values({ key: 'before', value: '' }).execute();
    const before = await databaseVersion(store.db);
    await store.read(async db => {
      expect(await databaseVersion(db)).toBe(before);
      await other.write(transaction =>
        transaction.insertInto('meta').values({ key: 'during', value: '' }).execute(),
      );
      expect(await keys(db)).toEqual(['before']);
      expect(await databaseVersion(db)).toBe(before);
    });
    expect(await keys(store.db)).toEqual(['before', 'during']);
    const after = await databaseVersion(store.db);
    expect(after).not.toBe(before);
    await store.db.insertInto('meta').values({ key: 'own', value: '' }).execute();
    expect(await databaseVersion(store.db)).not.toBe(after);
    await store.close();
    await other.close();
  });

  it('inserts many rows all or none, in a transaction and without one', async () => {
    const store = await openSqliteStore(join(newFolder(), 'sightline.db'));
    const insert = bulkInsert('meta', ['key', 'value'], query => query);
    const rowsOf = (...keys: string[]) => keys.map(key => ({ key, value: key }));
    const count = async () => (await store.db.selectFrom('meta').select('key').execute()).length;
    await insert(store.db, rowsOf('a', 'b', 'c'));
    await store.write(transaction => insert(transaction, rowsOf('d', 'e')));
    expect(await count()).toBe(5);
    await expect(insert(store.db, rowsOf('f', 'g', 'a'))).rejects.toThrow(/UNIQUE/);
    await expect(store.write(transaction => insert(transaction, rowsOf('f', 'a')))).rejects.toThrow(/UNIQUE/);
    expect(await count()).toBe(5);
    await insert(store.db, []);
    await insert(store.db, rowsOf('f'));
    expect(await count()).toBe(6);
    await store.close();
  });
});

describe('the lock of a data directory', () => {
  it('has one holder, and is free again when it is released', () => {
    const path = join(newFolder(), 'hub.lock');
    const lock = tryDataLock(path);
    expect(lock).not.toBeNull();
    expect(tryDataLock(path)).toBeNull();
    lock?.release();
    const again = tryDataLock(path);
    expect(again).not.toBeNull();
    again?.release();
  });

  it('says what to do when its folder cannot be written', () => {
    expect(() => tryDataLock('/nonexistent-folder/hub.lock')).toThrow(/you may write in it/);
    const folder = newFolder();
    writeFileSync(
      join(folder, 'x.lock'),
      'something else, longer than a header of a database would be'.repeat(10),
    );
    chmodSync(join(folder, 'x.lock'), 0o600);
    expect(() => tryDataLock(join(folder, 'x.lock'))).toThrow(/cannot be locked/);
  });
});
