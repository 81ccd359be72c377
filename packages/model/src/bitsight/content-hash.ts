// Whether an upstream record changed since the last read. Bitsight gives no modification time, so records are
// compared by a hash of everything they say.
import { hash } from 'node:crypto';
import { isObject, type JsonObject } from './readers.ts';

/** Sorts in place. Upstream order is nearly alphabetical, where insertion beats the general sort. */
function sortNames(names: string[]): string[] {
  if (names.length > 40) return names.sort();
  for (let at = 1; at < names.length; at += 1) {
    const name = names[at] ?? '';
    let slot = at - 1;
    while (slot >= 0 && (names[slot] ?? '') > name) {
      names[slot + 1] = names[slot] ?? '';
      slot -= 1;
    }
    names[slot + 1] = name;
  }
  return names;
}

function scalar(value: unknown): string {
  if (typeof value === 'string') return `"${value.length}:${value}`;
  return typeof value === 'number' ? `#${value};` : `${value};`;
}

/**
 * One text for all spellings of a JSON value: field names sorted, strings preceded by their length instead of being
 * escaped. Containers are written one after the other from a stack, each as a mark in its parent, so that no depth
 * of nesting can exhaust the call stack.
 */
function canonical(root: JsonObject | readonly unknown[], without: string): string {
  const pending: (JsonObject | readonly unknown[])[] = [root];
  let text = '';
  for (let container = pending.pop(); container !== undefined; container = pending.pop()) {
    if (isObject(container)) {
      text += '{';
      for (const name of sortNames(Object.keys(container))) {
        if (container === root && name === without) continue;
        const value = container[name];
        if (typeof value === 'object' && value !== null) {
          text += `${name.length}:${name}*`;
          pending.push(Array.isArray(value) ? value : (value as JsonObject));
        } else text += `${name.length}:${name}${scalar(value)}`;
      }
      text += '}';
    } else {
      text += '[';
      for (const value of container) {
        if (typeof value === 'object' && value !== null) {
          text += '*';
          pending.push(Array.isArray(value) ? value : (value as JsonObject));
        } else text += scalar(value);
      }
      text += ']';
    }
  }
  return text;
}

/**
 * SHA-256 (base64url) of the record's content without `temporary_id`, which changes between reads. The order of
 * fields does not count, the order of array items does. The record must be a JSON value (no cycles).
 */
export function findingContentHash(record: unknown): string {
  const text = isObject(record) || Array.isArray(record) ? canonical(record, 'temporary_id') : scalar(record);
  // Lone surrogates have no UTF-8 form: hashed as they are, any two of them would look the same.
  return hash('sha256', text.isWellFormed() ? text : JSON.stringify(text), 'base64url');
}
