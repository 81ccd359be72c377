/** The console's words for the actions of the audit log. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ACTION_CHOICES, actionText } from './audit-actions.ts';

/** The server's table is read as text, since the console imports nothing of the server. */
function actionsOfServer(): string[] {
  const file = new URL('../../../../server/src/access/audit/audit-event.ts', import.meta.url);
  const table = readFileSync(file, 'utf8').split('export type AuditAction')[0] ?? '';
  return [...table.matchAll(/^ {2}'([a-z_]+\.[a-z_]+)':/gm)].map(match => match[1] ?? '');
}

test('every action of the server has words here, and no other has', () => {
  const known = ACTION_CHOICES.map(choice => choice.value).filter(value => value !== '');
  expect(known.toSorted()).toEqual(actionsOfServer().toSorted());
});

test('an unknown action is shown by its name', () => {
  expect(actionText('future.action')).toBe('future.action');
  expect(actionText('constructor')).toBe('constructor');
});
