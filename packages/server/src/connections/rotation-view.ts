/** A rotation as callers see it, and what its row keeps as JSON. Source: tokens.md, "Upstream tokens". */
import { z } from 'zod';
import type { ConnectionRotationsTable } from '../store/schema.ts';

const Leftover = z
  .object({
    guid: z.string().nullable().meta({ description: 'Guid on Bitsight, where it is known' }),
    description: z.string().meta({ description: 'Description on Bitsight' }),
    message: z.string().meta({ description: 'Why it is left over, and what to do' }),
  })
  .meta({ id: 'UpstreamLeftover', description: 'A token on Bitsight that somebody should look at' });

/** A leftover as stored. `ours`: certainly one that a rotation made or replaced, so that the next one may take it away. */
const StoredLeftover = z.object({ ...Leftover.shape, ours: z.boolean() });
export type StoredLeftover = z.infer<typeof StoredLeftover>;

export const RotationStatus = z
  .object({
    state: z.enum(['none', 'running', 'done', 'failed']).meta({
      description:
        'running is under way, or waits for a sync run to end before the old token is revoked; a failed one left a working token in place',
    }),
    step: z
      .enum(['creating', 'testing', 'switching', 'revoking', 'done'])
      .nullable()
      .meta({ description: 'Where it is, or where it failed' }),
    message: z.string().meta({ description: 'What happened' }),
    leftover: z.array(Leftover).meta({ description: 'What is left over on Bitsight' }),
  })
  .meta({ id: 'Rotation', description: 'The last rotation of the own token of a connection' });
export type RotationStatus = z.infer<typeof RotationStatus>;

/** What is known of the old token, from before anything was changed. */
const RotationFacts = z.object({
  /** The address that both tokens are for. */
  baseUrl: z.string(),
  lastFour: z.string(),
  /** Null until upstream was asked, and where it did not say. */
  userName: z.string().nullable(),
  customerGuid: z.string().nullable(),
  /** Companies the old token saw; null when it could not say. */
  portfolioCount: z.int().nullable(),
});
export type RotationFacts = z.infer<typeof RotationFacts>;

export type RotationRow = ConnectionRotationsTable;

export function factsOf(row: RotationRow): RotationFacts {
  return RotationFacts.parse(JSON.parse(row.facts));
}

export function leftoverOf(row: RotationRow): StoredLeftover[] {
  return z.array(StoredLeftover).parse(JSON.parse(row.leftover));
}

export function runsWaitedFor(row: RotationRow): string[] {
  return z.array(z.string()).parse(JSON.parse(row.waits_for));
}

/** What is shown of a row, or of there being none. */
export function statusOf(row: RotationRow | null): RotationStatus {
  if (row === null) return { state: 'none', step: null, message: 'No token was rotated yet.', leftover: [] };
  const leftover = leftoverOf(row).map(({ ours: _, ...shown }) => shown);
  return { state: row.state, step: row.step, message: row.message, leftover };
}
