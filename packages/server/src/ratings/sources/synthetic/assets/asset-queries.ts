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
import { BoundedCache } from '../ordering-cache.ts';
import type { Profile } from '../profile.ts';
import type { Traits } from '../traits.ts';
import { GRADES } from '../vectors.ts';
import { AssetWriter } from './asset-rows.ts';
import { type AssetSheet, assetSheets } from './asset-sheets.ts';
import { assetStatistics, assetSummaries } from './asset-statistics.ts';

/** Types of products that are machines with somebody. */
const HOSTING_TYPES = ['Cloud Hosting', 'Web Hosting'];

export function assetQueries(context: SyntheticContext): Queries {
  const books = new BoundedCache<AssetBook>(CACHE_BYTES, ({ records }) => records.size * ASSET_BYTES);
  const ofCompany =
    (answer: (book: AssetBook, ask: Ask) => Answer) =>
    (view: View, ask: Ask): Answer | null => {
      const company = context.company(view, ask.path.guid ?? '');
      if (company === null) return null;
      const { day, world } = context;
      const { key, findingSlots } = company.tenancy;
      const book = books.get(`${key}:${findingSlots}:${day}`, () => bookOf(company, day, world.seedKey));
      return answer(book, ask);
    };
  return {
    'company.assets': ofCompany(page),
    'company.assets.statistics': ofCompany((book, ask) => {
      const isWanted = wantedFindings(book, ask);
      const sheets = isWanted === undefined ? book.sheets : assetSheets(book.company, book.day, isWanted);
      return { kind: 'body', body: assetStatistics(sheets, book.day) };
    }),
    'company.assets.summaries': ofCompany(({ sheets, writer }) => ({
      kind: 'body',
      body: assetSummaries(sheets, writer),
    })),
  };
}

/** The assets of a company on a day. */
interface AssetBook {
  readonly company: Profile;
  readonly day: number;
  readonly writer: AssetWriter;
  readonly sheets: readonly AssetSheet[];
  /** What filters look at, and the sheet it is made of. */
  readonly records: ReadonlyMap<JsonObject, AssetSheet>;
}

/** Near enough: most assets have one or two findings. */
const ASSET_BYTES = 2_500;
const CACHE_BYTES = 48 * 1024 * 1024;

function bookOf(company: Profile, day: number, seedKey: number): AssetBook {
  const writer = new AssetWriter(company, day, hostsOf(seedKey, company, day));
  const sheets = assetSheets(company, day);
  const records = new Map(sheets.map(sheet => [writer.record(sheet), sheet] as const));
  return { company, day, writer, sheets, records };
}

function page({ records, writer }: AssetBook, { query }: Ask): Answer {
  const found = matching([...records.keys()], query, ASSET_SCHEMA);
  const shown = found.slice(query.offset, query.offset + query.limit);
  function* rows(): Generator<JsonObject> {
    for (const record of shown) {
      const sheet = records.get(record);
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
function wantedFindings({ company, day }: AssetBook, ask: Ask): ((traits: Traits) => boolean) | undefined {
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
