/** The port to the sync engine: asking for a run of a connection, and calling its runs off. */
import type { SyncRunsTable } from '../store/schema.ts';

/** Streams a run may be limited to. Ratings come with the companies. */
export const STREAMS = ['companies', 'findings'] as const;
type Stream = (typeof STREAMS)[number];

/** What a run is to do. */
export interface RunRequest {
  readonly mode: 'incremental' | 'full';
  readonly streams: readonly Stream[];
  /** 'schedule' | 'api' | 'cli' | 'first' */
  readonly requestedBy: string;
}

export interface RunQueue {
  /** Queues a run and gives its row; a run that already waits or works may be given instead of a second one. */
  request(connectionId: string, request: RunRequest): Promise<{ run: SyncRunsTable }>;
  /** Ends all queued and running runs of a connection with the state CANCELLED. */
  cancel(connectionId: string): Promise<void>;
}
