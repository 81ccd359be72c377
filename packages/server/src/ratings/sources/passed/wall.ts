/**
 * Companies that a view does not see, taken out of what an upstream account says about those it does see: a finding may name
 * companies it is attributed to, a breach the company it happened at, a company its subsidiaries (bitsight-api.md, 4.2 to 4.10).
 * What cannot be told to be the view's own is left out.
 */
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../../../wire/json.ts';
import type { Wall } from './upstream-accounts.ts';

const GUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi;
const WHOLE_GUID = new RegExp(`^${GUID.source}$`, 'i');
/** Keys under which stands a company, or several: `breached_company`, `origin_subsidiary`, `children`, `company_guid`. */
const COMPANY_KEY =
  /(?:compan(?:y|ies)|subsidiar(?:y|ies)|entit(?:y|ies)|attributed_to|parent|children)(?:[_.-]?guids?)?$/i;
const GUID_ENDING = /[_.-]?guids?$/i;

/** What is left of a value: undefined when nothing of it may be shown. Values without other companies are given back as they are. */
export function behindWall(value: JsonValue, wall: Wall): JsonValue | undefined {
  // A bare list of guids is one of companies: those of a company's tree.
  const isOfGuids =
    isJsonArray(value) && value.some(item => typeof item === 'string' && WHOLE_GUID.test(item));
  return seenPart(value, wall, isOfGuids);
}

/** `ofCompany`: the value stands where a company is named, so that one nobody knows is not the view's either. */
function seenPart(value: JsonValue, wall: Wall, ofCompany: boolean): JsonValue | undefined {
  if (typeof value === 'string') return isShown(value, wall, ofCompany) ? value : undefined;
  if (isJsonArray(value)) return seenItems(value, wall, ofCompany);
  return isJsonObject(value) ? seenObject(value, wall, ofCompany) : value;
}

function seenItems(items: readonly JsonValue[], wall: Wall, ofCompany: boolean): readonly JsonValue[] {
  let same = true;
  const seen: JsonValue[] = [];
  for (const item of items) {
    const part = seenPart(item, wall, ofCompany);
    same &&= part === item;
    if (part !== undefined) seen.push(part);
  }
  return same ? items : seen;
}

function seenObject(row: JsonObject, wall: Wall, ofCompany: boolean): JsonObject | undefined {
  if (!isOwn(row, wall, ofCompany)) return undefined;
  const gone: string[] = [];
  let same = true;
  const seen: Record<string, JsonValue> = {};
  for (const [key, value] of Object.entries(row)) {
    if (value === undefined) continue;
    if (!isShown(key, wall, ofCompany)) {
      same = false;
      continue;
    }
    const part = seenPart(value, wall, COMPANY_KEY.test(key));
    same &&= part === value;
    seen[key] = part ?? null;
    if (part === undefined) gone.push(key);
  }
  if (gone.length > 0) clearNamesakes(seen, gone);
  return same ? row : seen;
}

/** An object that is a company says so by its `guid`; one that stands for a company and has a name alone cannot be told. */
function isOwn(row: JsonObject, wall: Wall, ofCompany: boolean): boolean {
  const { guid, name } = row;
  if (typeof guid === 'string') return isShown(guid, wall, ofCompany);
  return !ofCompany || name === undefined || guid !== undefined;
}

/** With `other_company_guid` go `other_company_name` and whatever else begins like it. */
function clearNamesakes(row: Record<string, JsonValue>, gone: readonly string[]): void {
  for (const key of gone) {
    const stem = key.replace(GUID_ENDING, '');
    if (stem === '') continue;
    for (const name of Object.keys(row)) if (name === stem || name.startsWith(`${stem}_`)) row[name] = null;
  }
}

function isShown(text: string, { seen, hidden }: Wall, ofCompany: boolean): boolean {
  // Most texts are no guid and hold none.
  if (text.length < 36) return true;
  if (ofCompany && WHOLE_GUID.test(text) && !seen.has(text.toLowerCase())) return false;
  for (const guid of text.match(GUID) ?? []) if (hidden.has(guid.toLowerCase())) return false;
  return true;
}
