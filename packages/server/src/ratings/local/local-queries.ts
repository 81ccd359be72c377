/** Every query about what is kept here, for a source to answer with. */
import type { Queries } from '../source.ts';
import { type LocalSources, listQueries } from './list-queries.ts';
import { noteQueries } from './note-queries.ts';
import { standingQueries } from './standing-queries.ts';

export type { LocalSources } from './list-queries.ts';

export function localQueries(sources: LocalSources): Queries {
  return {
    ...listQueries(sources),
    ...standingQueries(sources.base.reader),
    ...noteQueries(sources),
  };
}
