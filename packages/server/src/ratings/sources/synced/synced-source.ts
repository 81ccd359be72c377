/** The gateway's portfolio as a source: what the syncs have stored of an organization's connections, as upstream sent it. */
import type { Store } from '../../../store/store.ts';
import { portfolioQueries } from '../../derived/portfolio-queries.ts';
import { type RatingsSource, sourceOf } from '../../source.ts';
import { SyncedFindings } from './findings.ts';
import { SyncedPortfolio } from './portfolio.ts';

export interface SyncedSource extends RatingsSource {
  readonly reader: SyncedPortfolio;
}

/** Makes the source. It holds nothing that the database does not have. */
export function createSyncedSource({ store }: { readonly store: Store }): SyncedSource {
  const reader = new SyncedPortfolio({ store, findings: new SyncedFindings(store) });
  return { ...sourceOf(portfolioQueries(reader)), reader };
}
