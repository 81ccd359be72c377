/**
 * The name of this installation among others on the same host: cookies know no ports, so the cookie of each has its own name.
 * Made once, twelve hex characters, kept in `meta`.
 */
import { randomBytes } from 'node:crypto';
import { keptOnce } from '../../store/meta.ts';
import type { Store } from '../../store/store.ts';

const META_KEY = 'instance';

export async function ensureInstanceName(store: Store): Promise<string> {
  return keptOnce(store, META_KEY, randomBytes(6).toString('hex'));
}
