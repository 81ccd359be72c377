import { createHash } from 'node:crypto';
import { Script } from 'node:vm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Answer, type Harness, startHarness } from './harness.ts';

let harness: Harness;
let page: Answer;
beforeAll(async () => {
  harness = await startHarness();
  page = await harness.get('/connect', { as: null });
});
afterAll(() => harness.close());

const inside = (tag: string): string => new RegExp(`<${tag}>([^]*)</${tag}>`).exec(page.text)?.[1] ?? '';
const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

test('the page is one file whose policy lets only its own script and style run', () => {
  expect(page.status).toBe(200);
  const policy = page.headers.get('content-security-policy') ?? '';
  expect(policy).toContain(`script-src ${hashOf(inside('script'))}`);
  expect(policy).toContain(`style-src ${hashOf(inside('style'))}`);
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toMatch(/unsafe|https?:/);
  expect(page.headers.get('referrer-policy')).toBe('no-referrer');
  expect(page.text).not.toMatch(/https?:\/\/|\son[a-z]+=|style="/);
});

test('the script is valid, sets no markup, and keeps the invitation out of addresses', () => {
  const script = inside('script');
  expect(() => new Script(script)).not.toThrow();
  expect(script).not.toMatch(/innerHTML|insertAdjacentHTML|document\.write|eval\(/);
  expect(script).toContain("history.replaceState(null, '', location.pathname)");
});

test('the page can be read by everyone: a language, one heading, a live status, both colour schemes', () => {
  expect(page.text).toContain('<html lang="en">');
  expect(page.text.match(/<h1/g)).toHaveLength(1);
  expect(page.text).toContain('aria-live="polite"');
  expect(inside('style')).toContain('prefers-color-scheme: dark');
});
