/** The gateway's portfolio as a source: what the syncs have stored of an organization's connections, as upstream sent it. */
import type { Store } from '../../../store/store.ts';
import { portfolioQueries } from '../../derived/portfolio-queries.ts';
import type { AccountBase } from '../../local/account-base.ts';
import { localQueries } from '../../local/local-queries.ts';
import { type LocalReader, NOTHING_LOCAL } from '../../local/local-state.ts';
import { type Queries, type RatingsSource, sourceOf } from '../../source.ts';
import type { FindingsKnown } from '../hub-source.ts';
import { SyncedFindings } from './findings.ts';
import { SyncedPortfolio } from './portfolio.ts';
import { syncedBase } from './synced-base.ts';

export interface SyncedSource extends RatingsSource, FindingsKnown {
  readonly reader: SyncedPortfolio;
  /** The accounts' own folders and tiers. */
  readonly base: AccountBase;
  /** What is kept here, read: by the names of endpoints, those that the hub answers from nowhere else among them. */
  readonly local: Queries;
}

/** Makes the source. It holds nothing that the database does not have. */
export function createSyncedSource({
  store,
  local = NOTHING_LOCAL,
}: {
  readonly store: Store;
  readonly local?: LocalReader;
}): SyncedSource {
  const reader = new SyncedPortfolio({ store, findings: new SyncedFindings(store) });
  const base = syncedBase(store.db, reader);
  const kept = localQueries({ base, local });
  return {
    ...sourceOf({ ...portfolioQueries(reader), ...kept }),
    knowsFindings: (view, guid) => reader.knowsFindings(view, guid),
    reader,
    base,
    local: kept,
  };
}
