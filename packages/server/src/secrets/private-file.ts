/**
 * Files that hold a key: mode 0600, written whole or not at all, and never two of them when two processes start at once.
 * Source: architecture.md, "Secrets"; the link call is what makes "create unless it is there" atomic with its content.
 */
import {
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { OperatorError } from '../errors.ts';

let temporaryFiles = 0;

/** Makes the file unless it exists. False when another process was first; its content is untouched then. */
export function createPrivateFile(path: string, content: string): boolean {
  const temporary = writeTemporary(path, content);
  try {
    linkSync(temporary, path);
    syncFolder(path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw cannotWrite(path, error);
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** Puts new content in the place of the old in one step: a reader sees the one or the other. */
export function replacePrivateFile(path: string, content: string): void {
  const temporary = writeTemporary(path, content);
  try {
    renameSync(temporary, path);
    syncFolder(path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw cannotWrite(path, error);
  }
}

/** The file's text, or null when there is none. Throws OperatorError when others may read it. */
export function readPrivateFile(path: string): string | null {
  try {
    const { mode } = statSync(path);
    // Windows keeps no such bits: there the folder's own access list protects the file.
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
      throw new OperatorError(
        `The key file ${path} may be read or changed by others (mode ${(mode & 0o777).toString(8)}). Run: chmod 600 '${path}'`,
      );
    }
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof OperatorError) throw error;
    if (codeOf(error) === 'ENOENT') return null;
    throw new OperatorError(`The key file ${path} cannot be read (${messageOf(error)}).`, { cause: error });
  }
}

function writeTemporary(path: string, content: string): string {
  temporaryFiles += 1;
  const temporary = `${path}.${process.pid}.${temporaryFiles}.tmp`;
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    // A file of that name can only be what a process of the same id left behind when it was killed.
    rmSync(temporary, { force: true });
    const descriptor = openSync(temporary, 'wx', 0o600);
    try {
      writeSync(descriptor, content);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    return temporary;
  } catch (error) {
    throw cannotWrite(path, error);
  }
}

/** Without this the name of a fsynced file may be lost with the power. Windows cannot open a folder. */
function syncFolder(path: string): void {
  if (process.platform === 'win32') return;
  const descriptor = openSync(dirname(path), 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function cannotWrite(path: string, cause: unknown): OperatorError {
  return new OperatorError(
    `The key file ${path} cannot be written (${messageOf(cause)}). Check that you may write in its folder, or choose another --data-dir.`,
    { cause },
  );
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
