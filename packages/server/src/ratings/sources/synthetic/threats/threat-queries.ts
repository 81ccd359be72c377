/** The synthetic source's answers about threats. Facts: bitsight-api.md, 4.8. */
import { isJsonObject, type JsonObject, textAt } from '../../../../wire/json.ts';
import { matching, pageOf } from '../../../../wire/rows.ts';
import {
  THREAT_COMPANY_SCHEMA,
  THREAT_EVIDENCE_SCHEMA,
  THREAT_SCHEMA,
  trendDirection,
} from '../../../../wire/threat-filters.ts';
import type { PortfolioReader } from '../../../portfolio-reader.ts';
import { type Answer, type Ask, flagOption, type Queries, textsOption, type View } from '../../../source.ts';
import { notFound } from '../../../wire-errors.ts';
import { companiesAsked } from '../asked-companies.ts';
import { portfolioRecord } from '../companies.ts';
import type { SyntheticContext } from '../context.ts';
import { FindingWriter } from '../findings.ts';
import type { Profile } from '../profile.ts';
import { attestationsOf } from './attestations.ts';
import type { Impacts } from './impacts.ts';
import { sightingsOf } from './sightings.ts';
import { type ThreatFigures, threatFigures } from './threat-figures.ts';
import {
  evidenceRow,
  masked,
  THREATS,
  type Threat,
  threatCompanyRow,
  threatOf,
  threatRecord,
} from './threat-rows.ts';

const PLAIN_RECORD = { expand: new Set<string>(), withVulnerabilities: false };

export function threatQueries(context: SyntheticContext, reader: PortfolioReader, impacts: Impacts): Queries {
  const answers = new ThreatAnswers(context, reader, impacts);
  return {
    threats: (view, ask) => answers.threats(view, ask),
    'threats.summaries': (view, ask) => answers.summaries(view, ask),
    'threat.companies': (view, ask) => answers.companies(view, ask),
    'threat.company.evidence': (view, ask) => answers.evidence(view, ask),
    'threats.attestations': view => answers.attestations(view),
    'company.threats.attestations': (view, ask) => answers.attestationsOf(view, ask),
  };
}

class ThreatAnswers {
  readonly #context: SyntheticContext;
  readonly #reader: PortfolioReader;
  readonly #impacts: Impacts;

  constructor(context: SyntheticContext, reader: PortfolioReader, impacts: Impacts) {
    this.#context = context;
    this.#reader = reader;
    this.#impacts = impacts;
  }

  async threats(view: View, ask: Ask): Promise<Answer> {
    const { day } = this.#context;
    const selected = selection(ask, await this.#companies(view, ask));
    const figures = await threatFigures(this.#impacts, selected, day);
    const isShown = flagOption(ask, 'impacts_selection') ? isImpacting : () => true;
    const records = THREATS.flatMap((threat, index) => {
      const of = figures[index];
      return of !== undefined && isShown(of) ? [threatRecord(threat, of, day, ask.query.expand)] : [];
    });
    const page = pageOf(records, ask.query, THREAT_SCHEMA);
    return { kind: 'page', page: { count: page.count, rows: itemsOf(page.rows) } };
  }

  async summaries(view: View, ask: Ask): Promise<Answer> {
    const companies = await this.#companies(view, ask);
    const figures = await threatFigures(this.#impacts, companies, this.#context.day);
    const impacting = figures.filter(isImpacting);
    const counted = (direction: string) =>
      impacting.filter(({ trend }) => trendDirection(trend) === direction).length;
    const bounds = (name: string, values: readonly number[]) => ({
      [`${name}_min`]: Math.floor(Math.min(...values)),
      [`${name}_max`]: Math.ceil(Math.max(...values)),
    });
    const body = {
      threats_total_count: figures.length,
      threats_impacting_count: impacting.length,
      exposure_increasing_count: counted('increasing'),
      exposure_flat_count: counted('flat'),
      exposure_decreasing_count: counted('decreasing'),
      ...bounds(
        'exposed',
        figures.map(({ exposed }) => exposed),
      ),
      ...bounds(
        'mitigated',
        figures.map(({ mitigated }) => mitigated),
      ),
      ...bounds(
        'exposure_trend',
        figures.map(({ trend }) => trend),
      ),
      ...bounds(
        'severity',
        THREATS.map(({ vulnerability }) => vulnerability.base),
      ),
    };
    return { kind: 'body', body };
  }

  async companies(view: View, ask: Ask): Promise<Answer> {
    const { vulnerability } = threatIn(ask);
    const { query } = ask;
    const companies = await this.#companies(view, ask);
    const { day } = this.#context;
    const records: { item: JsonObject }[] = [];
    for await (const { company, impacts } of this.#impacts.ofAll(companies, day)) {
      const impact = impacts.find(candidate => candidate.vulnerability === vulnerability.index);
      if (impact === undefined) continue;
      const { item } = portfolioRecord(company, day, view.baseUrl);
      records.push({ item: threatCompanyRow(item, impact, query.expand) });
    }
    const items = itemsOf(matching(records, query, THREAT_COMPANY_SCHEMA));
    const exposed = items.filter(item => item.exposure_detection === 'EXPOSED').length;
    return {
      kind: 'page',
      page: { count: items.length, rows: items.slice(query.offset, query.offset + query.limit) },
      summaries: {
        exposed_count: exposed,
        mitigated_count: items.length - exposed,
        total_count: items.length,
        entity_group_size: companies.length,
        ...(query.expand.has('sub_threats_count') ? { sub_threats_count: 0 } : {}),
      },
    };
  }

  evidence(view: View, ask: Ask): Answer | null {
    const { vulnerability } = threatIn(ask);
    const { day } = this.#context;
    const company = this.#context.company(view, ask.path.company ?? '');
    if (company === null) return null;
    const isMasked = flagOption(ask, 'force_masked');
    const writer = new FindingWriter(company.tenancy, company, day);
    const rows: JsonObject[] = [];
    for (const { traits, sighting } of sightingsOf(company, day)) {
      if (sighting.vulnerability !== vulnerability) continue;
      const key = textAt(writer.record(traits, PLAIN_RECORD), 'evidence_key');
      rows.push(evidenceRow(sighting, traits, isMasked ? masked(key) : key));
    }
    return { kind: 'page', page: pageOf(rows, ask.query, THREAT_EVIDENCE_SCHEMA) };
  }

  async attestations(view: View): Promise<Answer> {
    const { day } = this.#context;
    const rows: JsonObject[] = [];
    for await (const { company, impacts } of this.#impacts.ofAll(this.#context.companies(view), day)) {
      rows.push(...attestationsOf(company, impacts, day));
    }
    return { kind: 'rows', rows };
  }

  attestationsOf(view: View, ask: Ask): Answer | null {
    const company = this.#context.company(view, ask.path.guid ?? '');
    if (company === null) return null;
    const { day } = this.#context;
    return { kind: 'rows', rows: attestationsOf(company, this.#impacts.of(company, day), day) };
  }

  #companies(view: View, ask: Ask): Promise<readonly Profile[]> {
    return companiesAsked(this.#context, this.#reader, view, ask);
  }
}

/** The threat that the path names. Throws 404 for any other guid. */
function threatIn(ask: Ask): Threat {
  const threat = threatOf(ask.path.guid ?? '');
  if (threat === undefined) throw notFound();
  return threat;
}

/** `company_guid` narrows the companies only where impacts are selected. */
function selection(ask: Ask, companies: readonly Profile[]): readonly Profile[] {
  const guids = new Set(textsOption(ask, 'company_guid').map(guid => guid.toLowerCase()));
  if (guids.size === 0 || !flagOption(ask, 'impacts_selection')) return companies;
  return companies.filter(({ tenancy }) => guids.has(tenancy.guid));
}

function isImpacting({ exposed, mitigated }: ThreatFigures): boolean {
  return exposed + mitigated > 0;
}

/** The rows of the wire out of records that filters looked at. */
function itemsOf(records: readonly JsonObject[]): readonly JsonObject[] {
  return records.flatMap(({ item }) => (isJsonObject(item) ? [item] : []));
}
