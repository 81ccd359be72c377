/** A connection in words: its name, its state and its health. */
import type { Connection } from '../../api/connections.ts';
import { Badge } from '../../components/badge.tsx';
import type { Tone } from '../../components/tone.ts';

const VENDOR_NAMES: Readonly<Record<string, string>> = Object.freeze({ BIT_SIGHT: 'Bitsight' });

export function vendorName(vendor: string): string {
  return VENDOR_NAMES[vendor] ?? vendor;
}

/** The name the organization gave it, or the vendor's. */
export function connectionName(connection: Pick<Connection, 'identifier' | 'vendor'>): string {
  return connection.identifier ?? vendorName(connection.vendor);
}

const STATES: Readonly<Record<string, { label: string; tone: Tone }>> = Object.freeze({
  PENDING: { label: 'Waits for a token', tone: 'warn' },
  ACTIVE: { label: 'Active', tone: 'ok' },
  PAUSED: { label: 'Paused', tone: 'neutral' },
});

export function StateBadge({ state }: { state: string }) {
  const { label, tone } = STATES[state] ?? { label: state, tone: 'neutral' };
  return <Badge tone={tone}>{label}</Badge>;
}

const HEALTH_STATUSES: Readonly<Record<string, { label: string; tone: Tone }>> = Object.freeze({
  HEALTHY: { label: 'Healthy', tone: 'ok' },
  UNHEALTHY: { label: 'Unhealthy', tone: 'danger' },
  UNKNOWN: { label: 'Not known yet', tone: 'neutral' },
});

export function HealthBadge({ health }: { health: Connection['health'] }) {
  const { label, tone } = HEALTH_STATUSES[health.status] ?? { label: health.status, tone: 'neutral' };
  return (
    <Badge tone={tone} hasDot>
      {label}
    </Badge>
  );
}
