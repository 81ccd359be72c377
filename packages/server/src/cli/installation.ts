/** Opens a data directory for one command and closes it again, whether a server runs on it or not. */
import { existsSync } from 'node:fs';
import { dataFiles } from '../data-directory.ts';
import { OperatorError } from '../errors.ts';
import { type Installation, openInstallation } from '../installation.ts';
import { createLogger } from '../log.ts';

/** Throws OperatorError when there is nothing in the directory: a command is no reason to begin an installation. */
export async function withInstallation<T>(
  dataDir: string,
  work: (installation: Installation) => Promise<T>,
): Promise<T> {
  if (!existsSync(dataFiles(dataDir).database)) {
    throw new OperatorError(
      `There is no Sightline data in ${dataDir}. Start the hub there first, or name its folder with --data-dir.`,
    );
  }
  const installation = await openInstallation(dataDir, {
    logger: createLogger({ level: 'warn' }),
    serverKey: process.env.SIGHTLINE_KEY,
  });
  try {
    return await work(installation);
  } finally {
    await installation.close();
  }
}
