/**
 * A second process over the same database, for the test of how fast a revocation reaches it: says `live` once the token is
 * verified from memory, and `refused` as soon as it is not live any more.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { AuditLog } from '../../src/access/audit/audit-log.ts';
import { TokenAuthority } from '../../src/access/token-authority.ts';
import { systemClock } from '../../src/clock.ts';
import { newId } from '../../src/ids.ts';
import { Vault } from '../../src/secrets/vault.ts';
import { openSqliteStore } from '../../src/store/store.ts';

const [dataDir = '', databasePath = '', token = ''] = process.argv.slice(2);
const store = await openSqliteStore(databasePath);
const vault = Vault.open({ dataDir });
const audit = new AuditLog({ clock: systemClock, key: vault.deriveKey('audit') });
const authority = new TokenAuthority({ store, vault, audit, clock: systemClock, newId });
authority.start();
while (!authority.verifyCached(token)) {
  await authority.verify(token);
  await delay(5);
}
process.stdout.write('live\n');
while ((await authority.verify(token)) !== null) await delay(5);
process.stdout.write('refused\n');
authority.stop();
await store.close();
