/**
 * The documentation held against the program: settings, the control API of the sandbox, its faults and its sizes, and the list of
 * endpoints, which is written anew by `npx vitest run packages/server/test/e2e/documents.test.ts -u`.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type Sandbox, startSandbox } from '../../src/app.ts';
import {
  HUB_SETTINGS,
  readSandboxSettings,
  SANDBOX_PROFILES,
  SANDBOX_SETTINGS,
  type Setting,
} from '../../src/config.ts';
import { createLogger } from '../../src/log.ts';
import { DOCUMENTED_PATHS } from '../../src/ratings/documented-paths.ts';
import { ENDPOINTS } from '../../src/ratings/endpoints/table.ts';
import { FAULT_KIND_NAMES } from '../../src/ratings/faults.ts';
import { CONTROL_CALLS, CONTROL_PREFIX } from '../../src/ratings/sandbox-control/control-routes.ts';
import { HttpsClient } from '../support/https-client.ts';

const DOCS = fileURLToPath(new URL('../../../../docs/', import.meta.url));
const page = (name: string) => readFileSync(join(DOCS, name), 'utf8');

/** The rows of every table in a section, as lists of cells. */
function rowsOf(text: string, heading: string): string[][] {
  const [, section = ''] = text.split(`\n## ${heading}\n`);
  return (section.split('\n## ')[0] ?? '')
    .split('\n')
    .filter(line => /^\| ?`/.test(line))
    .map(line =>
      line
        .slice(1, -1)
        .split(' | ')
        .map(cell => cell.trim()),
    );
}

describe('docs/configuration.md', () => {
  const text = page('configuration.md');
  test.each([
    [
      'Hub and sandbox',
      Object.keys(HUB_SETTINGS).filter(name => name in SANDBOX_SETTINGS && !name.endsWith('ort')),
    ],
    ['Hub', Object.keys(HUB_SETTINGS).filter(name => !(name in SANDBOX_SETTINGS) || name.endsWith('ort'))],
    [
      'Sandbox',
      Object.keys(SANDBOX_SETTINGS).filter(name => !(name in HUB_SETTINGS) || name.endsWith('ort')),
    ],
  ])('has every setting of "%s" with flag, variable, key and default', (heading, names) => {
    const table: Record<string, Setting> = heading === 'Sandbox' ? SANDBOX_SETTINGS : HUB_SETTINGS;
    const rows = rowsOf(text, heading);
    expect(rows.map(([, , key]) => key?.replaceAll('`', '')).sort()).toEqual(names.toSorted());
    for (const [flag, variable, key = '', shown] of rows) {
      const setting = table[key.replaceAll('`', '')];
      expect([flag, variable]).toEqual([`\`${setting?.flag}\``, `\`${setting?.env}\``]);
      const initial = setting?.schema.safeParse(undefined).data;
      if (initial !== undefined && !Array.isArray(initial)) expect(shown, key).toBe(`\`${String(initial)}\``);
    }
  });
});

describe('docs/sandbox.md', () => {
  const text = page('sandbox.md');

  test('has every call of the control API', () => {
    const calls = CONTROL_CALLS.map(({ method, path, about }) => [
      `\`${method} ${CONTROL_PREFIX}${path === '/' ? '' : path.replaceAll(/:(\w+)/g, '{$1}')}\``,
      about,
    ]);
    expect(rowsOf(text, 'The control API')).toEqual(calls);
  });

  test('has every kind of fault', () => {
    const kinds = rowsOf(text, 'Faults').flatMap(([kind = '']) =>
      [...kind.matchAll(/`([^`]+)`/g)].map(([, name]) => name),
    );
    expect(kinds.toSorted()).toEqual([...FAULT_KIND_NAMES].sort());
  });

  test('has the size of every profile', () => {
    const sizes = rowsOf(text, 'Size').map(([name = '', companies = '', findings = '']) => [
      name.replace(/`(\w+)`.*/, '$1'),
      Number(companies.replaceAll(',', '')),
      Number(findings.replaceAll(',', '')),
    ]);
    const profiles = Object.entries(SANDBOX_PROFILES);
    expect(sizes).toEqual(
      profiles.map(([name, { companies, findingsPerCompany }]) => [
        name,
        companies,
        companies * findingsPerCompany,
      ]),
    );
  });
});

describe('docs/ratings-endpoints.md', () => {
  const Document = z.object({
    paths: z.record(z.string(), z.record(z.string(), z.object({ summary: z.string() }))),
  });
  /** How the hub comes to its answer, by the endpoint table. */
  const HUB = { store: 'from its store', upstream: 'passed through', local: 'kept here' } as const;

  let folder: string;
  let sandbox: Sandbox;
  let client: HttpsClient;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sightline-docs-'));
    const settings = readSandboxSettings({ flags: { port: 0, httpPort: 0, companies: 1 }, env: {} });
    const logger = createLogger({ level: 'silent' });
    sandbox = await startSandbox({ ...settings, dataDir: folder }, { logger });
    const { baseUrl, caFile } = sandbox.at;
    client = new HttpsClient({ base_url: baseUrl, ca_file: caFile }, sandbox.admin.userToken);
  });
  afterAll(async () => {
    await client.close();
    await sandbox.close();
    rmSync(folder, { recursive: true });
  });

  test('lists what is served and what is not', async () => {
    const { paths } = Document.parse((await client.call('/ratings/openapi.json')).json);
    const served = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { summary }]) => ({
        method: method.toUpperCase(),
        path,
        summary,
      })),
    );
    const hubRules = new Map<string, string>(
      ENDPOINTS.flatMap(({ path, alsoAt = [], methods, hub }) =>
        [path, ...alsoAt].flatMap(url =>
          methods.map(method => [`${method} ${braced(url)}`, HUB[hub.from]] as const),
        ),
      ),
    );
    const rows = served
      .sort((left, right) => (left.path < right.path ? -1 : left.path > right.path ? 1 : 0))
      .map(
        ({ method, path, summary }) =>
          `| \`${method} ${path}\` | ${summary} | ${hubRules.get(`${method} ${path}`) ?? 'kept here'} |`,
      );
    const keys = new Set(served.map(({ method, path }) => keyOf(method, path)));
    const missing = DOCUMENTED_PATHS.flatMap(({ path, methods }) =>
      methods.map(method => ({ method, path })),
    ).filter(({ method, path }) => !keys.has(keyOf(method, path)));
    for (const { method, path } of missing) {
      const answer = await client.call(`/ratings${path.replaceAll(/:\w+/g, 'x')}`, { method });
      expect(answer).toMatchObject({
        status: 501,
        json: { detail: expect.stringContaining(`${method} ${path}`) },
      });
    }
    const text = [
      '# Endpoints of the ratings API',
      '',
      'Written by a test from the table that the server itself reads. Paths are below `/ratings`, or without it. The',
      '[sandbox](sandbox.md) answers all of the first list; the last column says where a hub has its answer from.',
      '`/ratings/openapi.json` of either has the parameters.',
      '',
      '| call | | hub |',
      '|---|---|---|',
      ...rows,
      '',
      'Documented by Bitsight, and answered with 501: by both, or by the sandbox alone where a hub passes it through.',
      '',
      ...missing.map(({ method, path }) => {
        const rule = hubRules.get(`${method} ${braced(path)}`);
        return `- \`${method} ${braced(path)}\`${rule === undefined ? '' : `, by a hub ${rule}`}`;
      }),
      '',
    ].join('\n');
    await expect(text).toMatchFileSnapshot(join(DOCS, 'ratings-endpoints.md'));
  });

  const braced = (path: string) => path.replaceAll(/:(\w+)/g, '{$1}');
  const keyOf = (method: string, path: string) => `${method} ${path.replaceAll(/:\w+|\{\w+\}/g, '{}')}`;
});
