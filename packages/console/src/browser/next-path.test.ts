import { expect, test } from 'vitest';
import { safeNextPath } from './next-path.ts';

const ORIGIN = 'https://sightline.example:8443';

test.each([
  ['/', '/'],
  ['/settings/account/profile', '/settings/account/profile'],
  ['/connections?state=ACTIVE#health', '/connections?state=ACTIVE#health'],
  ['/a/../b', '/b'],
  ['/?next=//evil.example', '/?next=//evil.example'],
])('a path of this site is kept: %s', (next, expected) => {
  expect(safeNextPath(next, ORIGIN)).toBe(expected);
});

test.each([
  undefined,
  null,
  7,
  ['/a'],
  '',
  'settings',
  'https://evil.example',
  '//evil.example',
  '///evil.example',
  '/\\evil.example',
  '\\/evil.example',
  '/\t/evil.example',
  '/\n/evil.example',
  '\t//evil.example',
  ' //evil.example',
  '/.//evil.example',
  '/..//evil.example',
  '/a/..//evil.example',
  'javascript:alert(1)',
  'data:text/html,x',
  'https:evil.example',
  '/\u007f',
])('anything else leads to the overview: %j', next => {
  expect(safeNextPath(next, ORIGIN)).toBe('/');
});
