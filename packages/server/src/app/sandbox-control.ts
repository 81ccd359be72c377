/** Puts the control API of a sandbox together: what it changes, and what of that is kept from one start to the next (`--state`). */
import type { FastifyInstance } from 'fastify';
import type { Clock } from '../clock.ts';
import type { SandboxSettings } from '../config.ts';
import { ENDPOINTS } from '../ratings/endpoints/table.ts';
import type { FaultMix } from '../ratings/faults.ts';
import { forgetLocalState, type LocalState } from '../ratings/local/local-state.ts';
import { RATINGS_PREFIXES } from '../ratings/plugin.ts';
import { CONTROL_PREFIX, controlRoutes } from '../ratings/sandbox-control/control-routes.ts';
import { forgetChanges, keepChanges, readKeptChanges } from '../ratings/sandbox-control/kept-changes.ts';
import { RequestCounts } from '../ratings/sandbox-control/request-counts.ts';
import { SandboxControl } from '../ratings/sandbox-control/sandbox-control.ts';
import type { SyntheticSource } from '../ratings/sources/synthetic/synthetic-source.ts';
import type { Store } from '../store/store.ts';
import { baseUrlOf } from './running.ts';

/** Takes up what an earlier start kept, or forgets it: what was changed by hand, and what callers wrote. */
export async function takeUpState(
  { state }: Pick<SandboxSettings, 'state'>,
  source: SyntheticSource,
  store: Store,
): Promise<void> {
  if (!state) {
    await forgetChanges(store);
    await forgetLocalState(store);
    return;
  }
  const kept = await readKeptChanges(store);
  if (kept !== null) source.world.changes.restore(kept);
}

export interface ControlSurface {
  /** Counts the requests of an instance and all below it. */
  readonly watch: (app: FastifyInstance) => void;
  readonly routes: (app: FastifyInstance) => Promise<void>;
}

/** The control API over a sandbox's parts. */
export function controlSurface(parts: {
  readonly settings: SandboxSettings;
  readonly source: SyntheticSource;
  readonly mix: FaultMix;
  readonly store: Store;
  readonly local: LocalState;
  readonly clock: Clock;
}): ControlSurface {
  const { settings, source, mix, store, local, clock } = parts;
  const counts = new RequestCounts({ clock, prefixes: RATINGS_PREFIXES, except: CONTROL_PREFIX });
  const control = new SandboxControl({
    source,
    mix,
    counts,
    startedWith: {
      day_seconds: settings.daySeconds ?? null,
      seed: settings.seed,
      profile: settings.profile,
      companies: settings.companies,
      findings_per_company: settings.findingsPerCompany,
      state: settings.state,
    },
    endpoints: ENDPOINTS.filter(endpoint => source.serves(endpoint)),
    keep: async changes => {
      if (settings.state) await keepChanges(store, changes);
    },
    forgetWritten: () => local.forget(),
  });
  return { watch: app => counts.watch(app), routes: controlRoutes({ control, baseUrlOf }) };
}
