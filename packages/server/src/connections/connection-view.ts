/** A connection as callers see it. Its credentials have no place here: whether there are any is all that is told. */
import { z } from 'zod';
import type { ConnectionsTable } from '../store/schema.ts';
import { VENDORS } from './catalogue.ts';
import { Health, readHealth } from './health.ts';
import { ConnectionOptions, readOptions } from './options.ts';

const CONNECTION_STATES = ['PENDING', 'ACTIVE', 'PAUSED', 'DELETED'] as const;

/** What of the account is read; empty lists and nulls are no limit. */
const ConnectionScope = z
  .object({
    folders: z.array(z.string()),
    tiers: z.array(z.string()),
    companies: z.array(z.string()),
    risk_vectors: z.array(z.string()),
    minimum_severity: z.string().nullable(),
    backfill_from: z.string().nullable(),
  })
  .meta({
    id: 'ConnectionScope',
    description: 'What of the account is read; empty lists and nulls are no limit',
  });

export const Connection = z
  .object({
    id: z.string().meta({ description: 'Id; also the value of X-CONNECTION-ID' }),
    vendor: z.enum(VENDORS).meta({ description: 'Connector' }),
    organization_id: z.string().meta({ description: 'Organization it belongs to' }),
    organization_name: z.string().meta({ description: 'Name of the organization' }),
    identifier: z.string().nullable().meta({ description: 'Your own name for it' }),
    state: z
      .enum(CONNECTION_STATES)
      .meta({ description: 'PENDING waits for credentials; PAUSED is not synced; DELETED lists no data' }),
    is_active: z.boolean().meta({ description: 'Whether it is synced' }),
    has_credentials: z
      .boolean()
      .meta({ description: 'Whether credentials are stored; they are never returned' }),
    refresh_interval_secs: z.int().meta({ description: 'Seconds between runs' }),
    timeout_secs: z.int().meta({ description: 'Longest time of a run in seconds' }),
    options: ConnectionOptions,
    scope: ConnectionScope,
    health: Health,
    last_synced_at: z.iso.datetime().nullable().meta({ description: 'End of the last run that went well' }),
    next_sync_at: z.iso.datetime().nullable().meta({ description: 'When the next run is due' }),
    created_at: z.iso.datetime().meta({ description: 'When it was made' }),
    updated_at: z.iso.datetime().meta({ description: 'When its settings last changed' }),
  })
  .meta({ id: 'Connection', description: 'One upstream account: vendor, credentials, schedule and health' });
export type Connection = z.infer<typeof Connection>;

/** A connection's row with the name of its organization. */
export type ConnectionRow = ConnectionsTable & { organization_name: string };

/** The connection of a row. */
export function connectionOf(row: ConnectionRow): Connection {
  const options = readOptions(row.options);
  return {
    id: row.id,
    vendor: VENDORS.find(vendor => vendor === row.vendor) ?? VENDORS[0],
    organization_id: row.organization_id,
    organization_name: row.organization_name,
    identifier: row.identifier,
    state: row.state,
    is_active: row.state === 'ACTIVE',
    has_credentials: row.sealed_credentials !== null,
    refresh_interval_secs: row.refresh_interval_secs,
    timeout_secs: row.timeout_secs,
    options,
    scope: {
      folders: options.folders ?? [],
      tiers: options.tiers ?? [],
      companies: options.companies ?? [],
      risk_vectors: options.risk_vectors ?? [],
      minimum_severity: options.minimum_severity ?? null,
      backfill_from: options.backfill_from ?? null,
    },
    health: readHealth(row.health),
    last_synced_at: timeOf(row.last_synced_at),
    next_sync_at: timeOf(row.next_sync_at),
    created_at: new Date(row.created_at).toISOString(),
    updated_at: new Date(row.updated_at).toISOString(),
  };
}

function timeOf(epochMs: number | null): string | null {
  return epochMs === null ? null : new Date(epochMs).toISOString();
}
