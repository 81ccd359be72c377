/**
 * What a test may do to the sandbox while it runs: move its date, make it misbehave, add and drop companies, make breaches, and
 * put everything back. Every change holds from the next request on.
 */
import { CallerError } from '../../errors.ts';
import type { JsonObject } from '../../wire/json.ts';
import type { Endpoint } from '../endpoints/endpoint.ts';
import type { FaultMix } from '../faults.ts';
import type { AddedCompany, KeptChanges, MadeBreach } from '../sources/synthetic/changes.ts';
import { portfolioRecord } from '../sources/synthetic/companies.ts';
import { dayNumber, dayText } from '../sources/synthetic/days.ts';
import { profileOf } from '../sources/synthetic/profile.ts';
import { guidOf, hashText, mix } from '../sources/synthetic/random.ts';
import type { SyntheticSource } from '../sources/synthetic/synthetic-source.ts';
import { FIRST_DAY, LAST_DAY, slotsFor, type Tenancy, type World } from '../sources/synthetic/world.ts';
import { BreachBody, bodyOf, CompanyBody, DateBody, FaultsBody } from './bodies.ts';
import type { RequestCounts } from './request-counts.ts';

/** What one sandbox holds at most of what is made by hand. */
const MAX_ADDED = 1_000;
const MAX_DROPPED = 10_000;
const MAX_BREACHES = 1_000;
/** The alerts of one company and day have so many numbers for them. */
const MAX_BREACHES_OF_COMPANY = 32;

export interface SandboxControlOptions {
  readonly source: SyntheticSource;
  readonly mix: FaultMix;
  readonly counts: RequestCounts;
  /** What the sandbox was started with, as it is shown. */
  readonly startedWith: JsonObject;
  /** What it serves. */
  readonly endpoints: readonly Endpoint[];
  /** Called after each change of what can be kept. */
  readonly keep: (changes: KeptChanges) => Promise<void>;
  /** Forgets what callers wrote: folders, tiers, comments, remediations, custom ids. */
  readonly forgetWritten: () => Promise<void>;
}

export class SandboxControl {
  readonly #options: SandboxControlOptions;
  readonly #world: World;

  constructor(options: SandboxControlOptions) {
    this.#options = options;
    this.#world = options.source.world;
  }

  state(): JsonObject {
    const { source, startedWith, endpoints } = this.#options;
    const { added, dropped, breaches } = this.#world.changes;
    return {
      date: source.today(),
      ...startedWith,
      company_guid: source.ownCompany(),
      company_count: this.#world.portfolio(this.#world.day()).size,
      ...this.faults(),
      added: added
        .filter(({ guid }) => !dropped.has(guid))
        .map(({ guid, name, domain }) => ({ guid, name, domain })),
      dropped: [...dropped],
      breaches: breaches.map(breachView),
      endpoints: endpoints.map(({ name, methods, path, about }) => ({ name, methods, path, about })),
    };
  }

  /** Moves the account to another day. */
  move(body: unknown): JsonObject {
    const { date, advance_days: days = 0 } = bodyOf(DateBody, body);
    const day = date === undefined ? this.#world.day() + days : dayNumber(date);
    if (day < dayNumber(FIRST_DAY) || day > dayNumber(LAST_DAY)) {
      throw refused('advance_days', `must lead to a day from ${FIRST_DAY} to ${LAST_DAY}`);
    }
    this.#world.moveTo(day);
    return { date: dayText(day) };
  }

  faults(): JsonObject {
    const { plan, nextRequest } = this.#options.mix;
    return {
      faults: plan.faults.map(({ kind, rate }) => ({ kind, rate })),
      retry_after: plan.retryAfterSeconds,
      next_request: nextRequest,
    };
  }

  changeFaults(body: unknown): JsonObject {
    const { mix } = this.#options;
    const { faults, retry_after, next_request } = bodyOf(FaultsBody, body);
    mix.change({ faults, retryAfterSeconds: retry_after ?? mix.plan.retryAfterSeconds }, next_request);
    return this.faults();
  }

  /** Adds a company and returns its row of the portfolio. */
  async addCompany(body: unknown, baseUrl: string): Promise<JsonObject> {
    const { changes } = this.#world;
    const company = this.#newCompany(bodyOf(CompanyBody, body));
    const isKnown = changes.added.some(({ guid }) => guid === company.guid);
    if (!isKnown && changes.added.length >= MAX_ADDED) {
      throw new CallerError('CONFLICT', `At most ${MAX_ADDED} companies can be added.`);
    }
    changes.add(company);
    await this.#keep();
    return this.#row(this.#tenancy(company.guid), baseUrl);
  }

  /** Drops a company from the portfolio. Throws NOT_FOUND, and CONFLICT for the own one. */
  async dropCompany(guid: string): Promise<void> {
    const { guid: known, slot } = this.#tenancy(guid);
    const { changes } = this.#world;
    if (slot === 0) throw new CallerError('CONFLICT', 'The own company cannot be dropped.');
    if (changes.dropped.size >= MAX_DROPPED) {
      throw new CallerError('CONFLICT', `At most ${MAX_DROPPED} companies can be dropped.`);
    }
    changes.drop(known);
    await this.#keep();
  }

  /** Takes a company back that was dropped; one that is in the portfolio stays there. */
  async takeBack(guid: string, baseUrl: string): Promise<JsonObject> {
    const known = guid.toLowerCase();
    if (this.#world.changes.dropped.has(known)) {
      this.#world.changes.takeBack(known);
      await this.#keep();
    }
    return this.#row(this.#tenancy(known), baseUrl);
  }

  async makeBreach(body: unknown): Promise<JsonObject> {
    const { changes } = this.#world;
    const breach = this.#newBreach(bodyOf(BreachBody, body));
    const ofCompany = changes.breaches.filter(({ companyGuid }) => companyGuid === breach.companyGuid);
    if (changes.breaches.length >= MAX_BREACHES || ofCompany.length >= MAX_BREACHES_OF_COMPANY) {
      throw new CallerError(
        'CONFLICT',
        `At most ${MAX_BREACHES} breaches can be made, ${MAX_BREACHES_OF_COMPANY} of one company.`,
      );
    }
    changes.addBreach(breach);
    await this.#keep();
    return breachView(breach);
  }

  requests(): JsonObject {
    const { since, total, requests } = this.#options.counts.list();
    return { since, total, requests: requests.map(count => ({ ...count })) };
  }

  resetRequests(): void {
    this.#options.counts.reset();
  }

  /** As it was started, with nothing changed by hand and nothing written by callers. */
  async reset(): Promise<JsonObject> {
    this.#world.changes.undo();
    this.#options.mix.reset();
    await this.#keep();
    await this.#options.forgetWritten();
    this.#options.counts.reset();
    return this.state();
  }

  #keep(): Promise<void> {
    return this.#options.keep(this.#world.changes.kept());
  }

  #newCompany(said: CompanyBody): AddedCompany {
    const names = new Set([...this.#options.source.companyNames().values()].map(name => name.toLowerCase()));
    const name = said.name ?? unusedName(names);
    if (names.has(name.toLowerCase())) {
      throw new CallerError('CONFLICT', `There is a company named ${name} in the portfolio.`);
    }
    const nameKey = mix(mix(this.#world.seedKey, 0xadded), hashText(name.toLowerCase()));
    const domain = said.domain ?? `${labelOf(name)}.example`;
    return {
      guid: guidOf(nameKey, 7),
      // With another domain it has other assets, and whatever is kept of them is kept by the key.
      key: mix(nameKey, hashText(domain)),
      name,
      domain,
      industry: said.industry ?? null,
      customId: said.custom_id ?? null,
      findingSlots: slotsFor(said.findings ?? this.#world.findingsPerCompany),
      joined: this.#world.day(),
    };
  }

  #newBreach({ company, severity, date, text, event_type }: BreachBody): MadeBreach {
    const tenancy = this.#find(company);
    if (tenancy === undefined) throw refused('company', 'is not in the portfolio');
    const { name } = profileOf(tenancy, this.#world.seedKey);
    const made = {
      companyGuid: tenancy.guid,
      severity,
      date: date === undefined ? this.#world.day() : dayNumber(date),
      text: text ?? `${name} reported an intrusion.`,
      eventType: event_type ?? 'intrusion',
    };
    const number = this.#world.changes.breaches.length;
    return { guid: guidOf(mix(hashText(JSON.stringify(made)), number), 12), ...made };
  }

  #find(guid: string): Tenancy | undefined {
    return this.#world.portfolio(this.#world.day()).get(guid.toLowerCase());
  }

  #tenancy(guid: string): Tenancy {
    const found = this.#find(guid);
    if (found === undefined) throw new CallerError('NOT_FOUND', 'There is no such company in the portfolio.');
    return found;
  }

  #row(tenancy: Tenancy, baseUrl: string): JsonObject {
    return portfolioRecord(profileOf(tenancy, this.#world.seedKey), this.#world.day(), baseUrl).item;
  }
}

function unusedName(lowerCaseNames: ReadonlySet<string>): string {
  let number = 1;
  while (lowerCaseNames.has(`added company ${number}`)) number++;
  return `Added Company ${number}`;
}

/** A name as a label of a host name. */
function labelOf(name: string): string {
  const label = name
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 60)
    .replaceAll(/^-+|-+$/g, '');
  return label === '' ? `company-${hashText(name)}` : label;
}

function breachView({ guid, companyGuid, severity, date, text, eventType }: MadeBreach): JsonObject {
  return { guid, company: companyGuid, severity, date: dayText(date), text, event_type: eventType };
}

function refused(field: string, message: string): CallerError {
  return new CallerError('BAD_PARAMETER', `${field}: ${message}`, { problems: [{ field, message }] });
}
