/**
 * What findings are about: the addresses and hosts of a company, and what is true of one of them in whichever finding it
 * appears. Facts: bitsight-api.md, 4.2 (assets), 4.3 (`assets[]`, `asset_overrides`, tags) and 5.2 (importance).
 */
import { address6Of, addressOf, hostName } from './names.ts';
import { hashText, mix, type Random } from './random.ts';
import type { Tenancy } from './world.ts';

export interface Subject {
  /** An address or a host name. */
  readonly asset: string;
  readonly isIp: boolean;
  /** An address behind it. */
  readonly address: string;
}

/** Chooses the subject of a finding: the first of all that the finding's own chance decides. `domainShare`: of 100, how many are names. */
export function drawSubject(
  random: Random,
  { findingSlots }: Pick<Tenancy, 'findingSlots'>,
  domain: string,
  domainShare: number,
): Subject {
  const hosts = 4 + Math.floor(findingSlots / 6);
  const address = random.oneIn(40) ? address6Of(random.below(hosts)) : addressOf(random.below(hosts * 2));
  const isIp = random.below(100) >= domainShare;
  return { asset: isIp ? address : hostName(domain, random.below(hosts)), isIp, address };
}

const IMPORTANCE = ['low', 'medium', 'high', 'critical'] as const;
const TAGS = ['internet-facing', 'retail', 'hosted', 'legacy'] as const;
const NO_TAGS: readonly string[] = [];

/** What belongs to an asset of a company. */
export interface AssetFacts {
  /** 0 to 1. */
  readonly importance: number;
  /** `critical` to `low`; empty for the few that are in no category. */
  readonly category: '' | (typeof IMPORTANCE)[number];
  /** The category that the customer gave it instead. */
  readonly override: 'high' | null;
  readonly isMonitored: boolean;
  readonly tags: readonly string[];
}

/** What belongs to an asset of the company with this key. */
export function assetFacts(companyKey: number, asset: string): AssetFacts {
  const key = mix(companyKey, hashText(asset));
  const importance = (mix(key, 1) % 100) / 100;
  const tag = mix(key, 4) % 8 === 0 ? TAGS[mix(key, 5) % TAGS.length] : undefined;
  return {
    importance,
    category: mix(key, 2) % 60 === 0 ? '' : (IMPORTANCE[Math.floor(importance * 4)] ?? 'low'),
    override: mix(key, 3) % 25 === 0 ? 'high' : null,
    isMonitored: importance >= 0.5,
    tags: tag === undefined ? NO_TAGS : [tag],
  };
}
