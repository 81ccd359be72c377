/** What the gateway remembers holds exactly as long as the database is as it was, whoever changes it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { EncodedRows, JsonText } from '../../src/ratings/source.ts';
import { keptPage, pageBytes, Remembered } from '../../src/ratings/sources/synced/remembered.ts';
import { openSqliteStore, type Store } from '../../src/store/store.ts';

let folder: string;
let store: Store;
let other: Store;
let reads = 0;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sightline-remembered-'));
  store = await openSqliteStore(join(folder, 'a.db'));
  other = await openSqliteStore(join(folder, 'a.db'));
  reads = 0;
});
afterEach(async () => {
  await store.close();
  await other.close();
  rmSync(folder, { recursive: true });
});

async function read(): Promise<number> {
  reads += 1;
  return reads;
}

const note = (writer: Store, key: string) =>
  writer.db.insertInto('meta').values({ key, value: '' }).execute();

test('the same question is read once, another one for itself', async () => {
  const remembered = new Remembered<number>(store.db, () => 8);
  expect([
    await remembered.get(['a'], read),
    await remembered.get(['a'], read),
    await remembered.get(['b'], read),
    await remembered.get(['a'], read),
  ]).toEqual([1, 1, 2, 1]);
});

test('a change by this process or another makes it forget everything', async () => {
  const remembered = new Remembered<number>(store.db, () => 8);
  for (const [index, writer] of [store, other].entries()) {
    await remembered.get(['a'], read);
    const before = reads;
    await note(writer, `key-${index}`);
    expect(await remembered.get(['a'], read)).toBe(before + 1);
    expect(await remembered.get(['a'], read)).toBe(before + 1);
  }
});

test('what was read while somebody wrote is not kept for the state that came of it', async () => {
  const remembered = new Remembered<number>(store.db, () => 8);
  const early = await remembered.get(['a'], async () => {
    await note(other, 'meanwhile');
    return read();
  });
  expect(await remembered.get(['a'], read)).toBe(early + 1);
});

test('what fails is asked again, what is too large is not kept, and the rest stays within its bytes', async () => {
  const remembered = new Remembered<number>(store.db, value => (value === 2 ? null : 1_000), 5_000);
  await expect(remembered.get(['a'], () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await remembered.get(['a'], read)).toBe(1);
  expect(await remembered.get(['large'], read)).toBe(2);
  expect(await remembered.get(['large'], read)).toBe(3);
  for (let index = 0; index < 20; index += 1) {
    await remembered.get([index], read);
    expect(remembered.bytes).toBeLessThanOrEqual(5_000);
  }
  const before = reads;
  expect(await remembered.get([19], read)).toBeLessThanOrEqual(before);
  expect(await remembered.get(['a'], read)).toBe(before + 1);
});

test('a page is kept as it is sent, and read back as its rows; one that is read while it is sent is not kept', () => {
  const texts = ['{"a":"ä"}', '{"b":[1,2]}'];
  const page = keptPage({ count: 7, rows: texts.map(text => new JsonText(text)) });
  expect(page.count).toBe(7);
  if (!(page.rows instanceof EncodedRows)) throw new Error('the page is not kept');
  expect([...page.rows]).toEqual([{ a: 'ä' }, { b: [1, 2] }]);
  expect(pageBytes(page)).toBe(Buffer.byteLength(texts.join(',')));
  expect([...new EncodedRows([])]).toEqual([]);
  const streamed = {
    count: 1,
    rows: (function* () {
      yield new JsonText('{}');
    })(),
  };
  expect(keptPage(streamed)).toBe(streamed);
  expect(pageBytes(streamed)).toBeNull();
});
