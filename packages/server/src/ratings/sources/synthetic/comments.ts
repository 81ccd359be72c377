/**
 * Comments of the synthetic world: the text that a finding's `comments` has is one comment in a thread of its own. A thread's guid
 * holds the keys of company and finding, so that it leads back to them. Facts: bitsight-api.md, 4.3.
 */
import type { JsonObject } from '../../../wire/json.ts';
import { textAt } from '../../../wire/json.ts';
import type { ThreadSubject } from '../../local/account-base.ts';
import { dayNumber, dayText, timeText } from './days.ts';
import { identityKeyOf, observationId } from './findings.ts';
import type { SyntheticPerson } from './folders.ts';
import type { Profile } from './profile.ts';
import { guidOf, hex, mix } from './random.ts';
import type { Tenancy } from './world.ts';

/** Rows of the comments on a finding, of which these are the records. */
export function syntheticComments(
  profile: Profile,
  records: readonly JsonObject[],
  author: SyntheticPerson,
  day: number,
): readonly JsonObject[] {
  const { tenancy, name } = profile;
  return records.flatMap((record, index) => {
    const { comments: message } = record;
    const key = identityKeyOf(textAt(record, 'rolledup_observation_id'));
    if (typeof message !== 'string' || key === null) return [];
    const written = Math.min(day, dayNumber(textAt(record, 'first_seen')) + 2 + (mix(key, 71) % 20));
    const time = `${dayText(written)}T${timeText(mix(key, 72))}Z`;
    return [
      {
        guid: guidOf(mix(tenancy.key, key), 73 + index),
        thread_guid: threadGuid(tenancy.key, key),
        parent_guid: null,
        author: { guid: author.guid, name: author.name },
        company: { guid: tenancy.guid, name },
        message,
        is_public: false,
        is_deleted: false,
        created_time: time,
        last_update_time: time,
        tagged_users: [],
        remediation: null,
      },
    ];
  });
}

/** What a thread is about, if it is one of a finding of these companies. */
export function threadSubject(guid: string, tenancies: Iterable<Tenancy>): ThreadSubject | null {
  const digits = guid.toLowerCase().replaceAll('-', '');
  const companyKey = Number.parseInt(digits.slice(0, 8), 16);
  const findingKey = Number.parseInt(digits.slice(8, 12) + digits.slice(13, 16) + digits.slice(17, 18), 16);
  if (threadGuid(companyKey, findingKey) !== guid.toLowerCase()) return null;
  for (const { key, guid: company } of tenancies) {
    if (key === companyKey) return { company, finding: observationId(companyKey, findingKey) };
  }
  return null;
}

/** A UUID of version 4 by its look: the two keys, and a hash of both. */
function threadGuid(companyKey: number, findingKey: number): string {
  const finding = hex(findingKey);
  const check = hex(mix(companyKey, findingKey ^ 0x7b1d)) + hex(mix(findingKey, companyKey));
  return [
    hex(companyKey),
    finding.slice(0, 4),
    `4${finding.slice(4, 7)}`,
    `8${finding.slice(7)}${check.slice(0, 2)}`,
    check.slice(2, 14),
  ].join('-');
}
