/** A data directory as a first start leaves it, made without a server, and the program on it. */
import { ensureOwnerOrganization } from '../../src/access/accounts/set-up.ts';
import { systemClock } from '../../src/clock.ts';
import { newId } from '../../src/ids.ts';
import { type Installation, openInstallation } from '../../src/installation.ts';
import { createLogger } from '../../src/log.ts';
import { type Finished, ProgramLab } from '../support/program-lab.ts';

export class AccountsLab {
  readonly lab = new ProgramLab();
  readonly dataDir = this.lab.path('hub');
  organizationId = '';

  async begin(): Promise<void> {
    await this.open(async ({ store }) => {
      this.organizationId = await ensureOwnerOrganization({
        store,
        clock: systemClock,
        newId,
        organizationName: 'Acme',
      });
    });
  }

  /** `sightline <args>` on the data directory. */
  run(...args: string[]): Promise<Finished> {
    return this.lab.run([...args, '--data-dir', this.dataDir]);
  }

  /** The data directory opened in this process. */
  async open<T>(work: (installation: Installation) => Promise<T>): Promise<T> {
    const installation = await openInstallation(this.dataDir, { logger: createLogger({ level: 'silent' }) });
    try {
      return await work(installation);
    } finally {
      await installation.close();
    }
  }

  close(): Promise<void> {
    return this.lab.close();
  }
}
