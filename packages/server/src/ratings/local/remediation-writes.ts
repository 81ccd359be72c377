/** Status and assignments of findings, written. Facts: bitsight-api.md, 4.3 and 4.11; article 17908227057047. */
import { reachOf } from '../../access/scope.ts';
import { isJsonObject, type JsonObject, textAt } from '../../wire/json.ts';
import { badField } from '../account-requests.ts';
import type { View } from '../source.ts';
import { notFound, notPermitted } from '../wire-errors.ts';
import { flagIn, textIn, textsIn, type WriteAsk, type Writes } from '../writes.ts';
import { bodyOf, type LocalWriting, ownOrganization, recordChange } from './list-change.ts';
import { companyOf, findingIdOf, findingRecords, remediationRow } from './note-queries.ts';
import { findRemediation, type Remediation, readUsers, saveRemediation } from './remediation-repository.ts';

export function remediationWrites(writing: LocalWriting): Writes {
  const many = async (view: View, ask: WriteAsk) => ({
    results: await write(writing, view, ask, ask.bodies),
  });
  return {
    'remediations.create': many,
    'remediations.update': many,
    'remediation.update': async (view, ask) => {
      const [row] = await write(writing, view, ask, [{ ...bodyOf(ask), company_guid: ask.path.guid ?? '' }]);
      return row;
    },
  };
}

/** What a body asks for, about a finding that exists. */
interface Wanted {
  readonly company: string;
  readonly finding: string;
  readonly evidenceKey: string;
  readonly riskVector: string;
  readonly status: string | undefined;
  readonly isPublic: boolean;
  readonly assignments: readonly string[] | undefined;
}

/** All of the bodies are written, or none. */
async function write(
  writing: LocalWriting,
  view: View,
  ask: WriteAsk,
  bodies: readonly JsonObject[],
): Promise<readonly JsonObject[]> {
  const organizationId = await ownOrganization(writing, view);
  const wanted = await knownFindings(writing, view, bodies.map(wantedOf));
  await requireUsers(writing, view, wanted);
  return writing.store.write(async transaction => {
    const rows: JsonObject[] = [];
    for (const one of wanted) {
      const key = {
        organization_id: organizationId,
        company_guid: one.company.toLowerCase(),
        finding_id: one.finding,
        evidence_key: one.evidenceKey,
        risk_vector: one.riskVector,
      };
      const before = await findRemediation(transaction, key);
      const after = changed(writing, before ?? { ...key, ...nothingSaid(writing, view) }, one);
      await saveRemediation(transaction, after);
      await recordChange(writing, transaction, view, ask.origin, {
        action: 'remediation.updated',
        target: { kind: 'remediation', guid: after.guid, name: one.evidenceKey },
        ...(before === undefined ? {} : { before: stateOf(before) }),
        after: { company_guid: one.company, rolledup_observation_id: one.finding, ...stateOf(after) },
      });
      rows.push(remediationRow(after, one.company, writing.base.isEditable));
    }
    return rows;
  });
}

function wantedOf(body: JsonObject): Wanted {
  const { status } = body;
  const said = isJsonObject(status) ? status : {};
  const value = textIn(said, 'value') ?? undefined;
  const assignments = textsIn(body, 'assignments');
  if (value === undefined && assignments === undefined)
    throw badField('status', 'Give status or assignments.');
  return {
    company: textAt(body, 'company_guid'),
    finding: findingIdOf(textAt(body, 'rolledup_observation_id')),
    evidenceKey: textAt(body, 'evidence_key'),
    riskVector: textAt(body, 'risk_vector').toLowerCase(),
    status: value,
    isPublic: flagIn(said, 'public') === true,
    assignments,
  };
}

/** The same, with guids as the portfolio writes them. Throws FORBIDDEN for a company that is not seen, NOT_FOUND for a finding. */
async function knownFindings(
  { base: { reader } }: LocalWriting,
  view: View,
  wanted: readonly Wanted[],
): Promise<readonly Wanted[]> {
  const byCompany = Map.groupBy(wanted, one => one.company.toLowerCase());
  const known: Wanted[] = [];
  for (const [guid, ofCompany] of byCompany) {
    const company = await companyOf(reader, view, guid);
    if (company === null) throw notPermitted();
    const ids = [...new Set(ofCompany.map(one => one.finding))];
    const records = await findingRecords(reader, view, company.guid, ids);
    const found = new Set(records.map(record => keyOf(findingOf(record))));
    if (ofCompany.some(one => !found.has(keyOf(one)))) throw notFound();
    known.push(...ofCompany.map(one => ({ ...one, company: company.guid })));
  }
  return known;
}

function findingOf(record: JsonObject): Pick<Wanted, 'finding' | 'evidenceKey' | 'riskVector'> {
  return {
    finding: textAt(record, 'rolledup_observation_id'),
    evidenceKey: textAt(record, 'evidence_key').trim(),
    riskVector: textAt(record, 'risk_vector').toLowerCase(),
  };
}

function keyOf({
  finding,
  evidenceKey,
  riskVector,
}: Pick<Wanted, 'finding' | 'evidenceKey' | 'riskVector'>): string {
  return JSON.stringify([finding, evidenceKey, riskVector]);
}

/** Throws BAD_PARAMETER for an assignment to someone whom the caller could not see either. */
async function requireUsers(writing: LocalWriting, view: View, wanted: readonly Wanted[]): Promise<void> {
  const guids = [...new Set(wanted.flatMap(one => one.assignments ?? []))];
  if (guids.length === 0) return;
  const known = new Set(await readUsers(writing.store.db, reachOf(view.principal), guids));
  const unknown = guids.find(guid => !known.has(guid));
  if (unknown !== undefined) throw badField('assignments', `assignments: ${unknown} is no user.`);
}

function nothingSaid({ clock, newId }: LocalWriting, { principal }: View) {
  const now = clock.now();
  return {
    guid: newId(),
    status: 'No Status',
    is_public: 0 as const,
    assignments: '[]',
    creator: principal.userId,
    created_at: now,
    updated_at: now,
  };
}

function changed({ clock }: LocalWriting, before: Remediation, wanted: Wanted): Remediation {
  const { status, isPublic, assignments } = wanted;
  return {
    ...before,
    ...(status === undefined ? {} : { status, is_public: isPublic ? 1 : 0 }),
    ...(assignments === undefined ? {} : { assignments: JSON.stringify(assignments) }),
    updated_at: clock.now(),
  };
}

function stateOf({ status, assignments }: Remediation): Record<string, unknown> {
  const guids: unknown = JSON.parse(assignments);
  return { status, assignments: guids };
}
