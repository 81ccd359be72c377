/** The synthetic source's answers about the assets of a company. Facts: bitsight-api.md, 4.2. */
import { ASSET_SCHEMA } from '../../../../wire/asset-filters.ts';
import { FINDING_SCHEMA } from '../../../../wire/finding-filters.ts';
import type { JsonObject } from '../../../../wire/json.ts';
import { matching } from '../../../../wire/rows.ts';
import { type Answer, type Ask, type Queries, textsOption, type View } from '../../../source.ts';
import type { SyntheticContext } from '../context.ts';
import { FindingWriter } from '../findings.ts';
import { providersOf } from '../fourth-parties/catalogue.ts';
import { usagesOf } from '../fourth-parties/usage.ts';
import type { Profile } from '../profile.ts';
import type { Traits } from '../traits.ts';
import { GRADES } from '../vectors.ts';
import { AssetWriter } from './asset-rows.ts';
import { type AssetSheet, AssetSheets, assetSheets } from './asset-sheets.ts';
import { assetStatistics, assetSummaries } from './asset-statistics.ts';

/** Types of products that are machines with somebody. */
const HOSTING_TYPES = ['Cloud Hosting', 'Web Hosting'];

export function assetQueries(context: SyntheticContext): Queries {
  const sheets = new AssetSheets();
  const ofCompany =
    (answer: (company: Profile, day: number, ask: Ask) => Answer) =>
    (view: View, ask: Ask): Answer | null => {
      const company = context.company(view, ask.path.guid ?? '');
      return company === null ? null : answer(company, context.day, ask);
    };
  const writerOf = (company: Profile, day: number) =>
    new AssetWriter(company, day, hostsOf(context.world.seedKey, company, day));
  return {
    'company.assets': ofCompany((company, day, ask) =>
      page(sheets.of(company, day), writerOf(company, day), ask),
    ),
    'company.assets.statistics': ofCompany((company, day, ask) => {
      const isWanted = wantedFindings(company, day, ask);
      const counted = isWanted === undefined ? sheets.of(company, day) : assetSheets(company, day, isWanted);
      return { kind: 'body', body: assetStatistics(counted, day) };
    }),
    'company.assets.summaries': ofCompany((company, day) => ({
      kind: 'body',
      body: assetSummaries(sheets.of(company, day), writerOf(company, day)),
    })),
  };
}

function page(sheets: readonly AssetSheet[], writer: AssetWriter, { query }: Ask): Answer {
  const byRecord = new Map<JsonObject, AssetSheet>();
  for (const sheet of sheets) byRecord.set(writer.record(sheet), sheet);
  const found = matching([...byRecord.keys()], query, ASSET_SCHEMA);
  const shown = found.slice(query.offset, query.offset + query.limit);
  function* rows(): Generator<JsonObject> {
    for (const record of shown) {
      const sheet = byRecord.get(record);
      if (sheet !== undefined) yield writer.row(sheet, query.expand);
    }
  }
  return { kind: 'page', page: { count: found.length, rows: rows() } };
}

/** The providers at which a company has machines. */
function hostsOf(seedKey: number, { tenancy }: Profile, day: number) {
  return usagesOf(tenancy.key, providersOf(seedKey), day)
    .filter(({ products }) =>
      products.some(({ product }) => product.types.some(type => HOSTING_TYPES.includes(type))),
    )
    .map(({ provider }) => provider);
}

/** Which findings statistics count; undefined: all of them. */
function wantedFindings(company: Profile, day: number, ask: Ask): ((traits: Traits) => boolean) | undefined {
  const grades = lowered(textsOption(ask, 'grade'));
  const statuses = lowered(textsOption(ask, 'status'));
  if (grades.size === 0 && statuses.size === 0) return undefined;
  const writer = new FindingWriter(company.tenancy, company, day);
  const readStatus = FINDING_SCHEMA.filters.get('last_remediation_status_label')?.read ?? (() => []);
  const statusesOf = (traits: Traits) =>
    readStatus(writer.record(traits, { expand: new Set(), withVulnerabilities: false }));
  return traits =>
    (grades.size === 0 || grades.has((GRADES[traits.grade] ?? 'NONE').toLowerCase())) &&
    (statuses.size === 0 || statusesOf(traits).some(status => statuses.has(String(status).toLowerCase())));
}

function lowered(texts: readonly string[]): ReadonlySet<string> {
  return new Set(texts.map(text => text.toLowerCase()));
}
