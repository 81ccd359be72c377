/** What the end of a run means for its connection: its health, when it was last synced, and when it is due again. */
import type { RunState } from '../store/schema.ts';
import type { Store } from '../store/store.ts';
import type { RunFailure, SyncRun } from '../sync/run-repository.ts';
import { HEALTH_NAMES, type HealthName, healthOf } from './health.ts';

export async function recordRunEnd(
  store: Store,
  run: SyncRun,
  end: { state: RunState; failure: RunFailure | null },
  nowMs: number,
): Promise<void> {
  const streams = new Set(end.failure?.companies.map(company => company.stream) ?? []);
  const details = [...streams].map(stream => ({ data_export_type: stream, endpoint: null }));
  const health = healthOf(healthNameOfReason(end.failure?.reason ?? null), details);
  const isSynced = end.state === 'SUCCESS' || end.state === 'PARTIAL';
  await store.write(async transaction => {
    const connection = await transaction
      .selectFrom('connections')
      .select(['refresh_interval_secs', 'state'])
      .where('id', '=', run.connectionId)
      .executeTakeFirst();
    if (connection === undefined || connection.state === 'DELETED') return;
    await transaction
      .updateTable('connections')
      .set({
        health: JSON.stringify(health),
        next_sync_at: connection.state === 'ACTIVE' ? nowMs + connection.refresh_interval_secs * 1000 : null,
        ...(isSynced ? { last_synced_at: nowMs } : {}),
      })
      .where('id', '=', run.connectionId)
      .execute();
  });
}

function healthNameOfReason(reason: string | null): HealthName {
  if (reason === null) return 'HEALTHY';
  return isHealthName(reason) ? reason : 'INTERNAL_ERROR';
}

function isHealthName(reason: string): reason is HealthName {
  return Object.hasOwn(HEALTH_NAMES, reason);
}
