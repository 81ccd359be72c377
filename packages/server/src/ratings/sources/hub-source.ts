/**
 * Where the hub gets each answer from, as its row of the endpoint table says: the synced store, the upstream account for what
 * the store does not have, or what this server keeps itself.
 */
import type { Endpoint, PassThrough } from '../endpoints/endpoint.ts';
import { type Ask, type Queries, type RatingsSource, sourceOf, type View } from '../source.ts';
import type { PassedSource } from './passed/passed-source.ts';
import { gapsOf, usesGap } from './passed/request.ts';

export interface HubSourceOptions {
  /** What the sync has stored. */
  readonly synced: RatingsSource & FindingsKnown;
  /** What is kept here and nowhere else, by endpoint. */
  readonly local: Queries;
  readonly passed: Pick<PassedSource, 'answer'>;
}

/** Tells whether the findings of a company were ever read. */
export interface FindingsKnown {
  /** False of a company that the view sees and whose findings no run has read to their end. */
  knowsFindings(view: View, guid: string): Promise<boolean>;
}

/** The hub's source. */
export function createHubSource({ synced, local, passed }: HubSourceOptions): RatingsSource {
  const own = sourceOf(local);
  return {
    serves(endpoint) {
      const { hub } = endpoint;
      if (hub.from === 'local') return own.serves(endpoint);
      return hub.from === 'upstream' || synced.serves(endpoint) || hub.passThrough !== undefined;
    },
    async answer(endpoint, view, ask) {
      if (endpoint.hub.from === 'local') return own.answer(endpoint, view, ask);
      const rule = passedBy(endpoint, ask, synced) ?? (await passedUntilRead(endpoint, view, ask, synced));
      return rule === null ? synced.answer(endpoint, view, ask) : passed.answer(endpoint, rule, view, ask);
    },
  };
}

/** The rule by which a request goes on to upstream; null: the store answers it. */
function passedBy(endpoint: Endpoint, { parameters }: Ask, synced: RatingsSource): PassThrough | null {
  const { hub } = endpoint;
  if (hub.from === 'local' || hub.passThrough === undefined) return null;
  if (hub.from === 'upstream' || !synced.serves(endpoint)) return hub.passThrough;
  return usesGap(parameters, gapsOf(endpoint)) ? hub.passThrough : null;
}

/**
 * A list of no findings would say that a company has none. Upstream tells what it has, or refuses: a company whose findings its
 * subscription does not show is 403 here too.
 */
async function passedUntilRead(
  { hub }: Endpoint,
  view: View,
  { path }: Ask,
  synced: FindingsKnown,
): Promise<PassThrough | null> {
  if (hub.from !== 'store' || hub.ofFindings !== true || hub.passThrough === undefined) return null;
  return (await synced.knowsFindings(view, path.guid ?? '')) ? null : hub.passThrough;
}
