/**
 * Breaches of the synthetic world: incidents that were disclosed, of companies and of the providers they depend on, and those that
 * were made by hand. Fields and severities: bitsight-api.md, 4.1 and 5.2; what the kinds are called is the sandbox's own.
 */
import type { MadeBreach } from './changes.ts';
import { type Incident, incidentsBetween } from './incidents.ts';
import { guidOf, mix } from './random.ts';

/** Whoever may be breached: a company or a provider. */
export interface BreachSubject {
  readonly key: number;
  readonly guid: string;
  readonly name: string;
}

export interface Breach {
  readonly guid: string;
  readonly subject: BreachSubject;
  /** Day number on which it was published. */
  readonly published: number;
  /** Day number on which it came into the data; ratings fall on that day. */
  readonly recorded: number;
  /** 0 (informational) to 3 (critical). */
  readonly severity: number;
  readonly kind: BreachKind;
  readonly text: string;
  readonly previewUrl: string;
}

export interface BreachKind {
  readonly slug: string;
  readonly name: string;
}

interface Story extends BreachKind {
  /** What follows the name of the company. */
  readonly tells: string;
}

const STORIES: readonly Story[] = [
  {
    slug: 'ransomware',
    name: 'Ransomware',
    tells: 'told its customers that files on its servers were encrypted.',
  },
  {
    slug: 'phishing',
    name: 'Phishing',
    tells: 'told of mailboxes that strangers could read after a letter that was not from the bank.',
  },
  {
    slug: 'intrusion',
    name: 'Intrusion',
    tells: 'reported that someone was in its network for several weeks.',
  },
  {
    slug: 'web_applications',
    name: 'Web Applications',
    tells: 'reported that its shop gave away addresses of customers.',
  },
  { slug: 'human_error', name: 'Human Error', tells: 'reported that a backup lay open on the internet.' },
  {
    slug: 'account_takeover',
    name: 'Account Takeover',
    tells: 'told some of its users to change their passwords.',
  },
];

/** The kinds of breach that the world has by itself. */
export const BREACH_KINDS: readonly BreachKind[] = STORIES.map(({ slug, name }) => ({ slug, name }));

/** How far back breaches are told of. */
export const BREACH_HISTORY_DAYS = 400;
/** Between the publication and the record lie at most so many days. */
const RECORDED_WITHIN_DAYS = 20;

/** The breaches of a company or provider that came into the data between two days, both included; the oldest first. */
export function breachesOf(subject: BreachSubject, from: number, to: number): readonly Breach[] {
  return incidentsBetween(subject.key, from, to)
    .filter(incident => incident.isDisclosed)
    .map(incident => breachOf(subject, incident));
}

function breachOf(subject: BreachSubject, { key, day, drop }: Incident): Breach {
  const story = STORIES[mix(key, 11) % STORIES.length];
  if (story === undefined) throw new RangeError('there is no story');
  const { slug, name, tells } = story;
  return {
    guid: guidOf(key, 12),
    subject,
    published: day - (mix(key, 13) % RECORDED_WITHIN_DAYS),
    recorded: day,
    severity: drop >= 70 ? 3 : drop >= 50 ? 2 : 1,
    kind: { slug, name },
    text: `${subject.name} ${tells}`,
    previewUrl: previewUrl(guidOf(key, 12)),
  };
}

/** The breaches of a company that were made by hand, as far as they came into the data between two days. */
export function madeBreachesOf(
  subject: BreachSubject,
  made: readonly MadeBreach[],
  from: number,
  to: number,
): readonly Breach[] {
  return made
    .filter(({ companyGuid, date }) => companyGuid === subject.guid && date >= from && date <= to)
    .map(({ guid, date, severity, eventType, text }) => ({
      guid,
      subject,
      published: date,
      recorded: date,
      severity,
      kind: BREACH_KINDS.find(({ slug }) => slug === eventType) ?? { slug: eventType, name: eventType },
      text,
      previewUrl: previewUrl(guid),
    }));
}

function previewUrl(guid: string): string {
  return `https://news.example/${guid}`;
}
