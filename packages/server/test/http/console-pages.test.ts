/** The console as files: what is sent for its paths, under which policy, and what for a path that nothing has. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CONSOLE_PATHS, ConsolePages } from '../../src/console/plugin.ts';
import { call } from './call.ts';
import { type Installation, install } from './installation.ts';

const HTML = '<!doctype html><title>The console</title>';
const BROWSER = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
const pathOf = (path: string) => path.replace('*', 'deep/down');

async function installed(folder: string): Promise<Installation> {
  const pages = new ConsolePages({ folder });
  return install({
    surfaces: async app => void (await app.register(pages.routes())),
    answerUnknown: (request, reply) => pages.answerUnknown(request, reply),
  });
}

describe('a console that is built', () => {
  let folder: string;
  let at: Installation;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sightline-pages-'));
    mkdirSync(join(folder, 'assets'));
    writeFileSync(join(folder, 'index.html'), HTML);
    writeFileSync(join(folder, 'theme.js'), 'theme');
    writeFileSync(join(folder, 'assets', 'index-abc123.js'), 'script');
    at = await installed(folder);
  });
  afterAll(async () => {
    await at.close();
    rmSync(folder, { recursive: true });
  });

  it('is one page on all of its paths, for everyone, under a policy without inline code', async () => {
    for (const path of CONSOLE_PATHS) {
      const { status, text, headers } = await call(at, pathOf(path), { token: null });
      expect([path, status, text]).toEqual([path, 200, HTML]);
      expect(headers['content-type']).toBe('text/html; charset=utf-8');
      expect(headers['content-security-policy']).toMatch(
        /^default-src 'none'; script-src 'self'; style-src 'self';/,
      );
      expect(headers['content-security-policy']).not.toContain('unsafe');
      expect(headers['cache-control']).toBe('no-cache');
    }
  });

  it('has its files kept for good where their name holds their hash, and asked for again elsewhere', async () => {
    const hashed = await call(at, '/assets/index-abc123.js', { token: null });
    expect([hashed.text, hashed.headers['cache-control']]).toEqual([
      'script',
      'public, max-age=31536000, immutable',
    ]);
    const plain = await call(at, '/theme.js', { token: null });
    expect([plain.text, plain.headers['cache-control']]).toEqual(['theme', 'no-cache']);
    expect((await call(at, '/assets/../../sightline.db', { token: null })).status).toBe(404);
  });

  it('tells a browser of a path that nothing has, and leaves every other client its JSON', async () => {
    const page = await call(at, '/nothing/here', { token: null, headers: BROWSER });
    expect([page.status, page.text]).toEqual([404, HTML]);
    const json = await call(at, '/nothing/here', { token: null });
    expect([json.status, json.headers['content-type']]).toEqual([404, 'application/problem+json']);
    const post = await call(at, '/nothing/here', { method: 'POST', body: {}, token: null, headers: BROWSER });
    expect([post.status, post.headers['content-type']]).toEqual([404, 'application/problem+json']);
  });
});

it('a console that is not built says how to build it, and what is not its own stays JSON', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sightline-pages-'));
  const at = await installed(folder);
  const page = await call(at, '/', { token: null, headers: BROWSER });
  expect([page.status, page.text]).toEqual([503, expect.stringContaining('npm run build')]);
  expect((await call(at, '/nothing', { token: null, headers: BROWSER })).headers['content-type']).toBe(
    'application/problem+json',
  );
  await at.close();
  rmSync(folder, { recursive: true });
});
