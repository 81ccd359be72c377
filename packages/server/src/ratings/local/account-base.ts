/**
 * What an account has of the things that can be kept here: the synthetic world's in the sandbox, Bitsight's in the gateway.
 * Facts: bitsight-api.md, 4.3 and 4.6.
 */
import type { JsonObject } from '../../wire/json.ts';
import type { PortfolioReader } from '../portfolio-reader.ts';
import type { Awaitable, View } from '../source.ts';

/** What is to be done about a company whose rating is in a range: `monitor`, `review` or `escalate`. */
export interface ActionPlan {
  readonly plan: string;
  readonly name: string;
  /** Below this rating; null without a bound. */
  readonly lt: number | null;
  /** At this rating or above; null without a bound. */
  readonly gte: number | null;
}

export interface AccountBase {
  readonly reader: PortfolioReader;
  /** May they be changed here? In the gateway they are Bitsight's, and what is made here is marked. */
  readonly isEditable: boolean;
  /** The organization whose companies the view shows. */
  organizationOf(view: View): Awaitable<string>;
  /** Rows of `/v1/folders` with all their companies, whoever sees them. */
  folders(view: View): Awaitable<readonly JsonObject[]>;
  /** Rows of `/v1/tiers` with all their companies, whoever sees them. */
  tiers(view: View): Awaitable<readonly JsonObject[]>;
  /** From a tier to its action plans; of one that has none, or whose are not known, none. */
  actionPlans(
    view: View,
  ): Awaitable<(tier: { readonly guid: string; readonly rank: number }) => readonly ActionPlan[]>;
  /** Rows of comments on a finding, of which these are the records; in the gateway they stay Bitsight's. */
  comments(view: View, company: string, records: readonly JsonObject[]): Awaitable<readonly JsonObject[]>;
  /** What a thread of such comments is about; null where there is no such thread, or the view does not see the company. */
  thread(view: View, guid: string): Awaitable<ThreadSubject | null>;
}

/** What a thread of comments is about. */
export interface ThreadSubject {
  readonly company: string;
  /** `rolledup_observation_id`. */
  readonly finding: string;
}
