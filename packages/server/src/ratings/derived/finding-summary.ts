/**
 * What a company's findings name: vulnerabilities, infections and server software, with the days and hosts they were seen at.
 * Facts: bitsight-api.md, 4.3 (findings/summary, findings/filters) and 4.4; the three periods overlap as upstream's do.
 */
import { setImmediate } from 'node:timers/promises';
import { FINDING_SCHEMA } from '../../wire/finding-filters.ts';
import { isJsonObject, type JsonObject, scalarsAt, textAt } from '../../wire/json.ts';
import { listQueryOf } from '../../wire/list-query.ts';
import { recordOf } from '../paging.ts';
import type { PortfolioReader } from '../portfolio-reader.ts';
import {
  type Answer,
  type Ask,
  flagOption,
  type Queries,
  type RowStream,
  textOption,
  type View,
} from '../source.ts';
import { dayAfter, monthsBefore } from './days.ts';

export function findingSummaryQueries(reader: PortfolioReader): Queries {
  return {
    'company.findings.filters': (view, ask) => filters(reader, view, ask),
    'company.findings.summary': (view, ask) => summary(reader, view, ask),
  };
}

/** Something that a finding names. */
interface Mention {
  readonly id: string;
  readonly name: string;
  readonly severity: number | null;
  readonly severityCategory: string | null;
  readonly confidence: string | null;
}

interface Topic {
  /** The risk vectors whose findings name it; of others upstream fills it in only for a filter (bitsight-api.md, 6). */
  readonly vectors: readonly string[];
  readonly read: (finding: JsonObject) => readonly Mention[];
}

const TOPICS: Readonly<Record<string, Topic>> = {
  vulnerability: { vectors: ['open_ports', 'patching_cadence'], read: vulnerabilityMentions },
  infection: { vectors: ['botnet_infections', 'potentially_exploited'], read: infectionMentions },
  server_software: { vectors: ['server_software'], read: softwareMentions },
};

export const SUMMARY_TYPES: readonly string[] = Object.keys(TOPICS);

function vulnerabilityMentions(finding: JsonObject): readonly Mention[] {
  const named = vulnerabilitiesOf(finding).map(vulnerability => {
    const [base = null] = scalarsAt(vulnerability, ['cvss', 'base']);
    return {
      id: textAt(vulnerability, 'name'),
      name: textAt(vulnerability, 'display_name') || textAt(vulnerability, 'name'),
      severity: typeof base === 'number' ? base : null,
      severityCategory: textAt(vulnerability, 'severity').toLowerCase() || null,
      confidence: textAt(vulnerability, 'confidence') || null,
    };
  });
  const patched = patchedVulnerability(finding);
  if (patched === null) return named;
  const plain = { id: patched, name: patched, severity: null, severityCategory: null, confidence: null };
  return [...named, plain];
}

function vulnerabilitiesOf({ details }: JsonObject): readonly JsonObject[] {
  const list = isJsonObject(details) ? details.vulnerabilities : undefined;
  return Array.isArray(list) ? list.filter(isJsonObject) : [];
}

/** The one vulnerability of a patching finding, in the spelling of the CVE list. */
function patchedVulnerability({ details }: JsonObject): string | null {
  const name = isJsonObject(details) ? textAt(details, 'vulnerability_name') : '';
  return name === '' ? null : name.toUpperCase();
}

function infectionMentions({ details, ...finding }: JsonObject): readonly Mention[] {
  const infection = isJsonObject(details) ? details.infection : undefined;
  const family = isJsonObject(infection) ? textAt(infection, 'family') : '';
  return family === '' ? [] : [mentionOf(family, finding)];
}

function softwareMentions({ details, ...finding }: JsonObject): readonly Mention[] {
  const notes = isJsonObject(details) ? details.diligence_annotations : undefined;
  if (!isJsonObject(notes)) return [];
  const name = [textAt(notes, 'server'), textAt(notes, 'version')].filter(part => part !== '').join(' ');
  return name === '' ? [] : [mentionOf(name, finding)];
}

function mentionOf(name: string, { severity, severity_category: category }: JsonObject): Mention {
  return {
    id: name,
    name,
    severity: typeof severity === 'number' ? severity : null,
    severityCategory: typeof category === 'string' ? category : null,
    confidence: null,
  };
}

async function filters(reader: PortfolioReader, view: View, ask: Ask): Promise<Answer | null> {
  const findings = await findingsOf(reader, view, ask.path.guid ?? '', TOPICS.vulnerability?.vectors ?? []);
  if (findings === null) return null;
  const known = new Map<string, JsonObject>();
  for await (const finding of findings) {
    for (const { name, alias, display_name, severity, confidence } of vulnerabilitiesOf(finding)) {
      if (typeof name === 'string') known.set(name, { name, alias, display_name, severity, confidence });
    }
    const patched = patchedVulnerability(finding);
    if (patched === null || known.has(patched)) continue;
    known.set(patched, {
      name: patched,
      alias: null,
      display_name: patched,
      severity: null,
      confidence: null,
    });
  }
  const vulnerabilities = [...known.values()].sort((left, right) =>
    textAt(left, 'name') < textAt(right, 'name') ? -1 : 1,
  );
  return { kind: 'body', body: { vulnerabilities } };
}

function summary(reader: PortfolioReader, view: View, ask: Ask): Promise<Answer | null> {
  return summaryOf(reader, view, ask, [ask.path.guid ?? '']);
}

/** The summary of some companies together; null where one of them is unknown or outside the view. */
export async function summaryOf(
  reader: PortfolioReader,
  view: View,
  ask: Ask,
  companies: readonly string[],
): Promise<Answer | null> {
  const topic = TOPICS[textOption(ask, 'type') ?? ''];
  if (topic === undefined) return null;
  const { ratingDate: today } = await reader.overview(view);
  const periods = periodsUntil(today).map(([start, end]) => new Period(start, end));
  const confidence = textOption(ask, 'confidence');
  for (const company of companies) {
    // A folder may hold a whole portfolio; others are answered in between.
    await setImmediate();
    const findings = await findingsOf(reader, view, company, topic.vectors);
    if (findings === null) return null;
    for await (const finding of findings) {
      const mentions = topic
        .read(finding)
        .filter(mention => confidence === undefined || mention.confidence === confidence);
      for (const period of periods) period.add(finding, mentions);
    }
  }
  const shown = flagOption(ask, 'history') ? periods : periods.slice(0, 1);
  return { kind: 'rows', rows: shown.map(period => period.figures()) };
}

/** The last week, the last two weeks, and from two months ago to two weeks ago. */
function periodsUntil(today: string): readonly (readonly [string, string])[] {
  if (today === '') return [];
  return [
    [dayAfter(today, -7), today],
    [dayAfter(today, -14), today],
    [monthsBefore(today, 2), dayAfter(today, -14)],
  ];
}

class Period {
  readonly #start: string;
  readonly #end: string;
  readonly #sums = new Map<
    string,
    { mention: Mention; firstSeen: string; events: number; readonly hosts: Set<string> }
  >();

  constructor(start: string, end: string) {
    this.#start = start;
    this.#end = end;
  }

  /** Counts a finding that was seen in the period. */
  add(finding: JsonObject, mentions: readonly Mention[]): void {
    const [first, last] = [textAt(finding, 'first_seen'), textAt(finding, 'last_seen')];
    if (first > this.#end || last < this.#start) return;
    const hosts = scalarsAt(finding, ['assets', 'asset']).map(String);
    for (const mention of mentions) {
      const sum = this.#sums.get(mention.id) ?? { mention, firstSeen: first, events: 0, hosts: new Set() };
      // A patching finding names a vulnerability without its severity; another finding may know it.
      if (sum.mention.severity === null) sum.mention = mention;
      if (first < sum.firstSeen) sum.firstSeen = first;
      sum.events += 1;
      for (const host of hosts) sum.hosts.add(host);
      this.#sums.set(mention.id, sum);
    }
  }

  figures(): JsonObject {
    const stats = [...this.#sums.values()].sort((left, right) =>
      left.mention.id < right.mention.id ? -1 : 1,
    );
    return {
      start_date: this.#start,
      end_date: this.#end,
      stats: stats.map(({ mention, firstSeen, events, hosts }) => ({
        id: mention.id,
        name: mention.name,
        first_seen: firstSeen,
        event_count: events,
        host_count: hosts.size,
        severity: mention.severity,
        confidence: mention.confidence,
        severity_category: mention.severityCategory,
      })),
    };
  }
}

/** The company's findings of some vectors, as records. */
async function findingsOf(
  reader: PortfolioReader,
  view: View,
  guid: string,
  vectors: readonly string[],
): Promise<AsyncIterable<JsonObject> | null> {
  const parameters = new Map([
    ['risk_vector', { spelled: 'risk_vector', value: vectors.join(',') }],
    ['limit', { spelled: 'limit', value: String(Number.MAX_SAFE_INTEGER) }],
  ]);
  const page = await reader.findings(view, guid, listQueryOf(parameters, FINDING_SCHEMA));
  return page === null ? null : records(page.rows);
}

async function* records(rows: RowStream): AsyncGenerator<JsonObject> {
  for await (const row of rows) yield recordOf(row);
}
