/** The data directory: what lies where in it, made private, and held by one server at a time. */
import { accessSync, constants, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { OperatorError } from './errors.ts';
import { type DataLock, tryDataLock } from './store/data-lock.ts';

export interface DataFiles {
  database: string;
  serverLock: string;
  workerLock: string;
  /** Number of the process that serves this directory, for messages. */
  serverPid: string;
  /** Where people reach the hub that serves this directory, for links that commands print. */
  serverAddress: string;
}

export function dataFiles(dataDir: string): DataFiles {
  return {
    database: join(dataDir, 'sightline.db'),
    serverLock: join(dataDir, 'server.lock'),
    workerLock: join(dataDir, 'worker.lock'),
    serverPid: join(dataDir, 'server.pid'),
    serverAddress: join(dataDir, 'server.address'),
  };
}

/** Makes the directory when absent (mode 0700). Throws OperatorError when it cannot be made, read or written. */
export function openDataDirectory(dataDir: string): DataFiles {
  try {
    makeFolder(dataDir);
    accessSync(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (cause) {
    throw new OperatorError(
      `The data directory ${dataDir} cannot be used (${codeOf(cause)}). Give a folder you may read and write with --data-dir.`,
      { cause },
    );
  }
  return dataFiles(dataDir);
}

/** Node's own recursive mkdir never returns where a parent is there but takes no folder, as /proc. */
function makeFolder(path: string): void {
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    const code = codeOf(error);
    if (code === 'EEXIST' && statSync(path).isDirectory()) return;
    if (code !== 'ENOENT' || existsSync(dirname(path))) throw error;
    makeFolder(dirname(path));
    makeFolder(path);
  }
}

/** Throws OperatorError when another server holds the directory. */
export function holdDataDirectory(dataDir: string): DataLock {
  const files = dataFiles(dataDir);
  const lock = tryDataLock(files.serverLock);
  if (lock === null) {
    throw new OperatorError(
      `Another Sightline server${pidText(files)} uses the data directory ${dataDir}. Stop it, or give another --data-dir.`,
    );
  }
  writeFileSync(files.serverPid, `${process.pid}\n`, { mode: 0o600 });
  return lock;
}

/** Whether a server holds the directory right now. */
export function isServed(dataDir: string): boolean {
  const lock = tryDataLock(dataFiles(dataDir).serverLock);
  lock?.release();
  return lock === null;
}

/** Notes where people reach the hub; it counts while the hub runs. */
export function noteServerAddress(dataDir: string, baseUrl: string): void {
  writeFileSync(dataFiles(dataDir).serverAddress, `${baseUrl}\n`, { mode: 0o600 });
}

/** Where people reach the hub that serves the directory right now; null when none does or it did not say. */
export function servedAddress(dataDir: string): string | null {
  const path = dataFiles(dataDir).serverAddress;
  if (!existsSync(path) || !isServed(dataDir)) return null;
  const address = readFileSync(path, 'utf8').trim();
  return URL.canParse(address) && address.startsWith('https://') ? address : null;
}

function pidText(files: DataFiles): string {
  try {
    return ` (process ${Number.parseInt(readFileSync(files.serverPid, 'utf8'), 10)})`;
  } catch {
    return '';
  }
}

function codeOf(cause: unknown): string {
  return cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
}
