/**
 * A second process over the same database, for the test of how fast a change reaches it: says `live` once the token is verified
 * from memory, and then, as soon as that is over, `refused` or the name of the group that the token has now.
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
const before = (await authority.verify(token))?.group.name;
let after = before;
while (after === before) {
  await delay(5);
  after = (await authority.verify(token))?.group.name;
}
process.stdout.write(`${after ?? 'refused'}\n`);
authority.stop();
await store.close();
