import { Attempts } from '../access/attempts.ts';
import { ensureFirstAdmin, type FirstAdmin } from '../access/first-start.ts';
import { presetCompanyToken } from '../access/preset-token.ts';
import { checkTokenFormat } from '../access/token-format.ts';
import { createTokenServices } from '../access/token-services.ts';
import type { SandboxSettings } from '../config.ts';
import { OperatorError } from '../errors.ts';
import { authenticationHook } from '../http/authentication.ts';
import { createHttpServer, type ListeningAt } from '../http/server.ts';
import { newId } from '../ids.ts';
import type { Installation, Surroundings } from '../installation.ts';
import { NO_MAIL } from '../mail/no-mail.ts';
import { accountRoutes } from '../ratings/account-routes.ts';
import { RATINGS_DOCUMENT } from '../ratings/document/route.ts';
import { faultInjection } from '../ratings/fault-injection.ts';
import { FaultMix, parseFaults } from '../ratings/faults.ts';
import { LocalState } from '../ratings/local/local-state.ts';
import { localWrites } from '../ratings/local/local-writes.ts';
import { ratingsApi } from '../ratings/plugin.ts';
import { syntheticCompanies } from '../ratings/sources/synthetic/synthetic-companies.ts';
import {
  createSyntheticSource,
  type SyntheticSource,
} from '../ratings/sources/synthetic/synthetic-source.ts';
import { addReference } from '../unified/document/reference.ts';
import { VERSION } from '../version.ts';
import { baseUrlOf, httpOptions, orClose, withInstallation } from './running.ts';
import { controlSurface, takeUpState } from './sandbox-control.ts';
import { accountServices, groupService } from './services.ts';

export interface Sandbox extends Installation {
  at: ListeningAt;
  admin: FirstAdmin;
  source: SyntheticSource;
}

/** Starts the sandbox: the ratings API over the synthetic source. */
export async function startSandbox(
  settings: SandboxSettings & { dataDir: string },
  around: Surroundings,
): Promise<Sandbox> {
  const mix = new FaultMix(settings.seed, {
    faults: parseFaults(settings.fault),
    retryAfterSeconds: settings.faultRetryAfter,
  });
  if (settings.token !== undefined && !checkTokenFormat(settings.token)) {
    throw new OperatorError(
      '--token takes 40 printable ASCII characters without a colon; those of a token that begins with slu_ or slc_ must fit its checksum.',
      { exitCode: 2 },
    );
  }
  return withInstallation(settings.dataDir, around, async installation => {
    const { store, authority, clock } = installation;
    const local = new LocalState(store);
    const source = createSyntheticSource(
      {
        seed: settings.seed,
        companies: settings.companies,
        findingsPerCompany: settings.findingsPerCompany,
        date: settings.date ?? null,
        daySeconds: settings.daySeconds ?? null,
        clock,
      },
      local,
    );
    await takeUpState(settings, source, store);
    await local.hold();
    const control = controlSurface({ settings, source, mix, store, local, clock });
    const attempts = new Attempts({ clock });
    const mailer = NO_MAIL;
    // No page of the sandbox takes a link, so none is ever given out.
    const links = { attempts, mailer, baseUrl: () => '' };
    const accounts = accountServices(installation, { ...links, logger: around.logger });
    const tokens = createTokenServices({
      ...installation,
      ...links,
      revokeExposed: false,
      onFailure: err => around.logger.error({ err }, 'what is kept about tokens could not be written'),
    });
    const { witnesses, retrieval, exposed } = tokens;
    const authenticated = authenticationHook(authority, { challenge: true, ...witnesses });
    const server = await createHttpServer({
      ...httpOptions(settings, installation, around.logger),
      exposed,
      surfaces: async app => {
        control.watch(app);
        addReference(app, [RATINGS_DOCUMENT]);
        await app.register(async scope => {
          scope.addHook('onRequest', authenticated);
          await scope.register(control.routes);
          await scope.register(faultInjection({ mix, clock }));
          await scope.register(
            ratingsApi({
              source,
              writes: localWrites({ ...installation, base: source.base, local, newId }),
              accountRoutes: accountRoutes({
                authority,
                retrieval,
                store,
                groups: groupService(installation, syntheticCompanies(source)),
                users: accounts.users,
                canMail: () => accounts.canMail,
                baseUrlOf,
                myCompanyGuid: async () => source.ownCompany(),
              }),
              baseUrlOf,
            }),
          );
        });
      },
    });
    authority.start();
    installation.failures.start();
    tokens.start();
    const at = await server.listen();
    const admin = await orClose(server, async () => {
      const found = await ensureFirstAdmin({
        store,
        clock,
        newId,
        authority,
        organizationName: 'Sightline sandbox',
      });
      if (settings.token !== undefined) {
        await presetCompanyToken(
          { ...installation, newId },
          {
            value: settings.token,
            description: 'Preset by --token',
            organizationId: found.organizationId,
            creatorUserId: found.userId,
          },
        );
      }
      return found;
    });
    around.logger.info(
      { baseUrl: at.baseUrl, dataDir: settings.dataDir, version: VERSION },
      'the sandbox is up',
    );
    return {
      at,
      admin,
      source,
      stop: async () => {
        await server.close();
        await tokens.stop();
        authority.stop();
      },
    };
  });
}
