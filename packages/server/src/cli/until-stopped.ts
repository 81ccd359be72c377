/** Keeps a server up until Ctrl-C or SIGTERM, then closes it; a second Ctrl-C does not wait. */
import { note } from './output.ts';

export async function untilStopped(close: () => Promise<void>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const onSignal = () => {
    process.once('SIGINT', () => process.exit(130));
    resolve();
  };
  process.once('SIGINT', onSignal);
  process.once('SIGTERM', onSignal);
  await promise;
  if (process.stderr.isTTY) note('\nStopping …');
  await close();
}
