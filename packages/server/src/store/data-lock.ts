/**
 * One holder of a data directory at a time. The lock is SQLite's own exclusive file lock on a small file: the operating
 * system drops it when its holder dies, however it dies, so there is no stale lock to clean up.
 */
import { DatabaseSync } from 'node:sqlite';
import { OperatorError } from '../errors.ts';
import { isBusy } from './sqlite-dialect.ts';

export interface DataLock {
  release(): void;
}

/** The lock, or null when another process holds it. Throws OperatorError when the file cannot be used. */
export function tryDataLock(path: string): DataLock | null {
  let database: DatabaseSync;
  try {
    database = new DatabaseSync(path, { timeout: 0 });
  } catch (cause) {
    throw new OperatorError(
      `The lock file ${path} cannot be opened. Check that the data directory exists and that you may write in it.`,
      { cause },
    );
  }
  try {
    database.exec('begin exclusive');
  } catch (error) {
    database.close();
    if (isBusy(error)) return null;
    throw new OperatorError(
      `The lock file ${path} cannot be locked. Remove it if it is not a Sightline lock.`,
      {
        cause: error,
      },
    );
  }
  return { release: () => database.close() };
}
