/**
 * What companies say of the threats that impact them: asked some time after the first sighting, some look into it and some never
 * do. What they find follows from their exposure, and moves on with the weeks. Shape and slugs: bitsight-api.md, 4.8.
 */
import type { JsonObject } from '../../../../wire/json.ts';
import { dayText, timeText } from '../days.ts';
import type { Profile } from '../profile.ts';
import { mix } from '../random.ts';
import type { Impact } from './impacts.ts';
import { THREATS } from './threat-rows.ts';

const STATEMENTS = {
  unreviewed: { slug: 'UNREVIEWED', name: 'Unreviewed' },
  underReview: { slug: 'UNDER_REVIEW', name: 'Under Review' },
  notVulnerable: { slug: 'NOT_VULNERABLE', name: 'Not Vulnerable' },
  riskAccepted: { slug: 'RISK_ACCEPTED', name: 'Risk Accepted' },
  vulnerable: { slug: 'VULNERABLE', name: 'Vulnerable' },
} as const;

/** Of 100 companies that are asked about a threat, how many look into it. */
const REVIEWING_PERCENT = 60;
const REVIEW_AFTER_DAYS = 7;
const DECIDED_AFTER_DAYS = 30;

/** The attestations of a company on a day. */
export function attestationsOf(
  company: Profile,
  impacts: readonly Impact[],
  day: number,
): readonly JsonObject[] {
  const { key, guid } = company.tenancy;
  return impacts.flatMap(impact => {
    const threat = THREATS[impact.vulnerability];
    const chance = mix(mix(key, 0xa7), impact.vulnerability);
    const created = impact.firstSeen + 3 + (mix(chance, 1) % 60);
    if (threat === undefined || created > day) return [];
    return [
      {
        attestation: statementOf(impact, day - created, chance),
        company: { guid, name: company.name },
        threat: { guid: threat.guid, name: threat.vulnerability.cve },
        created_time: `${dayText(created)}T${timeText(mix(chance, 3))}Z`,
      },
    ];
  });
}

function statementOf({ isExposed }: Impact, age: number, chance: number): JsonObject {
  if (age < REVIEW_AFTER_DAYS || chance % 100 >= REVIEWING_PERCENT) return STATEMENTS.unreviewed;
  if (age < DECIDED_AFTER_DAYS) return STATEMENTS.underReview;
  if (!isExposed) return STATEMENTS.notVulnerable;
  return mix(chance, 2) % 4 === 0 ? STATEMENTS.riskAccepted : STATEMENTS.vulnerable;
}
