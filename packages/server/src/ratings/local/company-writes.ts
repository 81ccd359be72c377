/** The organization's own id of a company, written. Facts: bitsight-api.md, 4.2. */
import { isJsonObject, type JsonObject, textAt } from '../../wire/json.ts';
import { badField } from '../account-requests.ts';
import type { View } from '../source.ts';
import { notPermitted } from '../wire-errors.ts';
import { textIn, type WriteAsk, type Writes } from '../writes.ts';
import { bodyOf, type LocalWriting, ownOrganization, recordChange } from './list-change.ts';
import { readLists, saveCustomId } from './local-repository.ts';

export function companyWrites(writing: LocalWriting): Writes {
  return { 'company.update': (view, ask) => update(writing, view, ask) };
}

async function update(writing: LocalWriting, view: View, ask: WriteAsk): Promise<JsonObject> {
  const { reader } = writing.base;
  const body = bodyOf(ask);
  const asked = textIn(body, 'custom_id');
  if (asked === undefined && body.primary_company === undefined) {
    throw badField('custom_id', 'Give custom_id.');
  }
  const guid = ask.path.guid ?? '';
  const company = await reader.company(view, guid);
  if (company === null) throw notPermitted();
  refuseOtherPrimary(body, company);
  if (asked === undefined) return company;
  await giveCustomId(writing, view, ask, company, asked === '' ? null : asked);
  const changed = await reader.company(view, guid);
  if (changed === null) throw notPermitted();
  return changed;
}

async function giveCustomId(
  writing: LocalWriting,
  view: View,
  { origin }: WriteAsk,
  company: JsonObject,
  customId: string | null,
): Promise<void> {
  const organizationId = await ownOrganization(writing, view);
  const guid = textAt(company, 'guid');
  const key = guid.toLowerCase();
  await writing.store.write(async transaction => {
    const before = (await readLists(transaction, organizationId)).customIds.get(key);
    const now = writing.clock.now();
    await saveCustomId(transaction, { organizationId, company: key, customId, now });
    await recordChange(writing, transaction, view, origin, {
      action: 'company.updated',
      target: { kind: 'company', guid, name: textAt(company, 'name') },
      before: { custom_id: before === undefined ? (company.custom_id ?? null) : before },
      after: { custom_id: customId },
    });
  });
  await writing.local.changed(organizationId);
}

/** Which rating of a company counts is Bitsight's to know: what is said of it must be what it is. */
function refuseOtherPrimary(body: JsonObject, company: JsonObject): void {
  const { primary_company: asked } = body;
  if (asked === undefined || guidAt(asked) === guidAt(company.primary_company)) return;
  throw badField('primary_company', 'primary_company cannot be changed on this server.');
}

function guidAt(value: unknown): string | null {
  return isJsonObject(value) ? textAt(value, 'guid').toLowerCase() : null;
}
