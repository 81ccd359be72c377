/**
 * What a view sees of each threat: a threat is a vulnerability of the table, and its companies are those whose findings show it
 * that day. Everything is counted over the companies handed in, so that a group's figures are the group's.
 */
import { VULNERABILITIES } from '../details/vulnerabilities.ts';
import type { Profile } from '../profile.ts';
import type { Impact, Impacts } from './impacts.ts';

/** The trend is that of so many days; over how many upstream takes it is not documented. */
const TREND_DAYS = 30;

export interface ThreatFigures {
  readonly exposed: number;
  readonly mitigated: number;
  /** Companies that came to be exposed within {@link TREND_DAYS}, less those that ceased to be. */
  readonly trend: number;
  /** Day numbers; null when no company is impacted. */
  readonly firstSeen: number | null;
  readonly lastSeen: number | null;
  /** The surest of the companies'; null when none is impacted. */
  readonly certainty: number | null;
}

type Draft = { -readonly [K in keyof ThreatFigures]: ThreatFigures[K] };

/** The figures of every threat, in the order of the table. */
export async function threatFigures(
  impacts: Impacts,
  companies: readonly Profile[],
  day: number,
): Promise<readonly ThreatFigures[]> {
  const drafts: Draft[] = VULNERABILITIES.map(() => ({
    exposed: 0,
    mitigated: 0,
    trend: 0,
    firstSeen: null,
    lastSeen: null,
    certainty: null,
  }));
  for await (const company of impacts.ofAll(companies, day)) {
    for (const impact of company.impacts) count(drafts[impact.vulnerability], impact, day - TREND_DAYS);
  }
  return drafts;
}

/** Was a company exposed on an earlier day, as far as what is listed today tells? */
function wasExposed({ firstSeen, lastSeen, isExposed }: Impact, day: number): boolean {
  return firstSeen <= day && (isExposed || lastSeen > day);
}

function count(draft: Draft | undefined, impact: Impact, before: number): void {
  if (draft === undefined) return;
  if (impact.isExposed) draft.exposed++;
  else draft.mitigated++;
  draft.trend += Number(impact.isExposed) - Number(wasExposed(impact, before));
  draft.firstSeen = Math.min(draft.firstSeen ?? impact.firstSeen, impact.firstSeen);
  draft.lastSeen = Math.max(draft.lastSeen ?? impact.lastSeen, impact.lastSeen);
  draft.certainty = Math.max(draft.certainty ?? 0, impact.certainty);
}
