// What makes an upstream finding the same finding on the next read. Source: unified API, row "identity".
import { hash } from 'node:crypto';
import { dayOf } from './dates.ts';
import { type JsonObject, listOf, objectOf, textOf } from './readers.ts';

/**
 * Stands in for an empty `rolledup_observation_id`: risk vector, evidence key and sorted asset names. Null where
 * the record has nothing that would tell it from another.
 */
function substituteOf(record: JsonObject): string | null {
  const vector = textOf(record.risk_vector);
  const evidence = textOf(record.evidence_key);
  const assets: string[] = [];
  for (const asset of listOf(record.assets)) {
    const name = textOf(objectOf(asset).asset);
    if (name !== null) assets.push(name);
  }
  if (vector === null || (evidence === null && assets.length === 0)) return null;
  // JSON keeps the parts apart and escapes lone surrogates, which UTF-8 would make alike.
  return hash('sha256', JSON.stringify([vector, evidence, assets.sort()]), 'base64url');
}

/**
 * The identity of a finding within its company: `rolledup_observation_id` (or its substitute) and `first_seen`.
 * `temporary_id` has no part in it: it changes between reads. The empty string means that the record has no usable
 * identity; `mapFinding` reports such a record.
 */
export function findingIdentity(record: unknown): string {
  const finding = objectOf(record);
  const observation = textOf(finding.rolledup_observation_id);
  const substitute = observation === null ? substituteOf(finding) : null;
  if (observation === null && substitute === null) return '';
  // The same day written as a date or as a time is one identity.
  const firstSeen = dayOf(finding.first_seen) ?? textOf(finding.first_seen) ?? '';
  return observation === null
    ? `content:${substitute}|${firstSeen}`
    : `observation:${observation}|${firstSeen}`;
}
