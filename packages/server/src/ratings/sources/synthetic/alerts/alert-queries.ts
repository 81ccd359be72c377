/** The queries about alerts. Facts: bitsight-api.md, 4.5. */
import { type Condition, meets } from '../../../../wire/filters.ts';
import type { ListQuery } from '../../../../wire/list-query.ts';
import { pageOf } from '../../../../wire/rows.ts';
import { ALERTS } from '../../../endpoints/alerts.ts';
import { type Answer, type Ask, type Queries, sees, type View } from '../../../source.ts';
import { notFound } from '../../../wire-errors.ts';
import type { SyntheticContext } from '../context.ts';
import { dayText } from '../days.ts';
import { type AlertEvent, AlertEvents } from './alert-events.ts';
import { alertDetails, alertDetailsV1, alertRow, alertRowV1, isOfV1Path } from './alert-rows.ts';

/** Queries about alerts by the names of their endpoints. */
export function alertQueries(context: SyntheticContext): Queries {
  const queries = new AlertQueries(context);
  return {
    alerts: async (view, ask) => queries.list(view, ask, await queries.seenBy(view)),
    'alerts.latest': async (view, ask) => queries.list(view, ask, newestOf(await queries.seenBy(view))),
    'alerts.v1': async (view, ask) => queries.listV1(view, ask, await queries.seenBy(view)),
    'alerts.v1.latest': async (view, ask) => queries.listV1(view, ask, newestOf(await queries.seenBy(view))),
    'alert.v1': (view, ask) => queries.details(view, ask),
  };
}

/** Both names of the custom id are in use (bitsight-api.md, 4.5). */
const CUSTOM_IDS = ['company_custom_id', 'custom_id'];

class AlertQueries {
  readonly #context: SyntheticContext;
  readonly #events: AlertEvents;

  constructor(context: SyntheticContext) {
    this.#context = context;
    this.#events = new AlertEvents(context);
  }

  async seenBy(view: View): Promise<readonly AlertEvent[]> {
    const all = await this.#events.all();
    if (view.scope.companies === 'all') return all;
    return all.filter(({ company }) => sees(view, company.tenancy.guid));
  }

  /** What is added to rows is added to those of the page. */
  list(view: View, { query }: Ask, events: readonly AlertEvent[]): Answer {
    const { seedKey } = this.#context.world;
    const rows = new Map(narrowed(events, query).map(event => [alertRow(event, seedKey), event]));
    const page = pageOf([...rows.keys()], query, ALERTS);
    const customIds = CUSTOM_IDS.filter(name => query.expand.has(name));
    const expanded = page.rows.map(row => {
      const event = rows.get(row);
      if (event === undefined) return row;
      const { customId } = this.#context.profile(view, event.company.tenancy);
      return {
        ...row,
        ...Object.fromEntries(customIds.map(name => [name, customId])),
        ...(query.expand.has('details') ? { details: alertDetails(event) } : {}),
      };
    });
    return { kind: 'page', page: { count: page.count, rows: expanded } };
  }

  listV1(view: View, { query }: Ask, events: readonly AlertEvent[]): Answer {
    const { seedKey } = this.#context.world;
    return {
      kind: 'rows',
      rows: narrowed(events, query).map(event => alertRowV1(event, seedKey, view.baseUrl)),
    };
  }

  /** Throws NOT_FOUND for an alert that is none of the type, or of a company outside the view. */
  async details(view: View, ask: Ask): Promise<Answer> {
    const { type = '', guid = '' } = ask.path;
    const events = await this.seenBy(view);
    const event = events.find(found => String(found.guid) === guid && isOfV1Path(found, type));
    if (event === undefined) throw notFound();
    return { kind: 'body', body: alertDetailsV1(event, this.#context.world.seedKey) };
  }
}

/** Those of the newest day that has any. */
function newestOf(events: readonly AlertEvent[]): readonly AlertEvent[] {
  const newest = events.at(-1)?.day;
  return events.filter(({ day }) => day === newest);
}

/** What an event can say without its row, so that a question about one company or day makes few rows. */
const EVENT_VALUES: Readonly<Record<string, (event: AlertEvent) => string>> = {
  company_guid: ({ company }) => company.tenancy.guid,
  alert_date: ({ day }) => dayText(day),
  alert_type: ({ cause }) => cause.type,
  severity: ({ severity }) => severity,
};

function narrowed(events: readonly AlertEvent[], { conditions }: ListQuery): readonly AlertEvent[] {
  const cheap = conditions.flatMap((condition): [Condition, (event: AlertEvent) => string][] => {
    const read = EVENT_VALUES[condition.filter.name];
    return read === undefined ? [] : [[condition, read]];
  });
  if (cheap.length === 0) return events;
  return events.filter(event => cheap.every(([condition, read]) => meets(condition, [read(event)])));
}
