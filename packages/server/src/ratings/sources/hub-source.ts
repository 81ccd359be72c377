/**
 * Where the hub gets each answer from, as its row of the endpoint table says: the synced store, the upstream account for what
 * the store does not have, or what this server keeps itself.
 */
import type { Endpoint, PassThrough } from '../endpoints/endpoint.ts';
import { type Ask, type Queries, type RatingsSource, sourceOf } from '../source.ts';
import type { PassedSource } from './passed/passed-source.ts';
import { gapsOf, usesGap } from './passed/request.ts';

export interface HubSourceOptions {
  /** What the sync has stored. */
  readonly synced: RatingsSource;
  /** What is kept here and nowhere else, by endpoint. */
  readonly local: Queries;
  readonly passed: Pick<PassedSource, 'answer'>;
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
    answer(endpoint, view, ask) {
      if (endpoint.hub.from === 'local') return own.answer(endpoint, view, ask);
      const rule = passedBy(endpoint, ask, synced);
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
