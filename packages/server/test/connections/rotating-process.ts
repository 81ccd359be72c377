/** A process that rotates the tokens of the connections it is given, all at once, until it is killed. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { NO_ORIGIN } from '../../src/access/audit/audit-event.ts';
import { ADMIN, ORGANIZATION, RotationLab } from './rotation-lab.ts';

const [folder = '', host = '', ...connections] = process.argv.slice(2);
const lab = await RotationLab.open({ folder, host }, readFileSync(join(folder, 'ca.pem'), 'utf8'));
await Promise.all(
  connections.map(connectionId =>
    lab.rotations.rotate(ADMIN, { organizationId: ORGANIZATION, connectionId }, NO_ORIGIN),
  ),
);
