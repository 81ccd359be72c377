/**
 * Which infections, services, server software and vulnerabilities the findings of some companies name. The tables that findings
 * name them from are short, so the walk ends as soon as everything there is has been found.
 */
import { type JsonObject, scalarsAt } from '../../../wire/json.ts';
import { INFECTION_FAMILIES } from './details/compromised.ts';
import { SERVER_NAMES, SERVICE_NAMES } from './details/services.ts';
import { VULNERABILITIES } from './details/vulnerabilities.ts';
import { vectorIndex, walkFindings } from './finding-walk.ts';
import { FindingWriter } from './findings.ts';
import type { Profile } from './profile.ts';

export interface Presence {
  readonly infections: readonly string[];
  readonly openPorts: readonly string[];
  readonly software: readonly string[];
  readonly vulnerabilities: readonly string[];
}

interface Topic {
  /** Everything that can be found. */
  readonly names: readonly string[];
  /** The vectors whose findings name it. */
  readonly vectors: readonly string[];
  /** What a finding names. */
  readonly read: (finding: JsonObject) => readonly string[];
}

function textsAt(...path: string[]): Topic['read'] {
  return finding => scalarsAt(finding, path).flatMap(text => (typeof text === 'string' ? [text] : []));
}

const TOPICS: Readonly<Record<keyof Presence, Topic>> = {
  infections: {
    names: INFECTION_FAMILIES,
    vectors: ['botnet_infections', 'potentially_exploited'],
    read: textsAt('details', 'infection', 'family'),
  },
  openPorts: {
    names: SERVICE_NAMES,
    vectors: ['open_ports'],
    // The service is the first of what can be searched for.
    read: finding =>
      textsAt('details', 'searchable_details')(finding).map(text => text.slice(0, text.indexOf(','))),
  },
  software: {
    names: SERVER_NAMES,
    vectors: ['server_software'],
    read: textsAt('details', 'diligence_annotations', 'server'),
  },
  vulnerabilities: {
    names: VULNERABILITIES.map(({ cve }) => cve),
    vectors: ['open_ports', 'patching_cadence'],
    read: textsAt('details', 'vulnerabilities', 'name'),
  },
};

const RECORD = { expand: new Set<string>(), withVulnerabilities: true };

/** What the companies' findings name on a day, in alphabetical order. */
export function presenceIn(companies: Iterable<Profile>, day: number): Presence {
  const searches = Object.values(TOPICS).map(topic => new Search(topic));
  for (const company of companies) {
    const open = searches.filter(search => !search.isOver);
    if (open.length === 0) break;
    const writer = new FindingWriter(company.tenancy, company, day);
    const vectors = new Set(open.flatMap(search => search.vectors));
    for (const { traits } of walkFindings(company, day, { vectors })) {
      const record = writer.record(traits, RECORD);
      for (const search of open) if (search.vectors.includes(traits.vector)) search.look(record);
    }
  }
  const [infections = [], openPorts = [], software = [], vulnerabilities = []] = searches.map(search =>
    search.found(),
  );
  return { infections, openPorts, software, vulnerabilities };
}

/** The search for everything of one topic. */
class Search {
  readonly vectors: readonly number[];
  readonly #topic: Topic;
  readonly #missing: Set<string>;

  constructor(topic: Topic) {
    this.#topic = topic;
    this.vectors = topic.vectors.map(vectorIndex);
    this.#missing = new Set(topic.names);
  }

  get isOver(): boolean {
    return this.#missing.size === 0;
  }

  look(finding: JsonObject): void {
    for (const name of this.#topic.read(finding)) this.#missing.delete(name);
  }

  found(): readonly string[] {
    return this.#topic.names.filter(name => !this.#missing.has(name)).toSorted();
  }
}
