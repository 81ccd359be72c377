import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  defaultDataDir,
  HUB_SETTINGS,
  readHubSettings,
  readSandboxSettings,
  SANDBOX_SETTINGS,
} from './config.ts';

function configFile(content: string): string {
  const file = join(mkdtempSync(join(tmpdir(), 'sightline-config-')), 'config.json');
  writeFileSync(file, content);
  return file;
}

describe('settings', () => {
  it('have defaults that need no configuration', () => {
    expect(readHubSettings({ flags: {}, env: {} })).toMatchObject({
      host: '127.0.0.1',
      port: 8443,
      httpPort: 8080,
    });
    expect(readSandboxSettings({ flags: {}, env: {} })).toMatchObject({
      port: 8444,
      httpPort: 8081,
      companies: 40,
    });
  });

  it('size a sandbox by its profile, unless a size is given', () => {
    const size = (flags: Record<string, unknown>, env = {}) => {
      const { companies, findingsPerCompany } = readSandboxSettings({ flags, env });
      return [companies, findingsPerCompany];
    };
    expect(size({})).toEqual([40, 250]);
    expect(size({ profile: 'enterprise' })).toEqual([500, 2000]);
    expect(size({ profile: 'huge' })).toEqual([5000, 2000]);
    expect(size({ profile: 'huge', companies: '7' })).toEqual([7, 2000]);
    expect(size({ findingsPerCompany: '0' }, { SIGHTLINE_SANDBOX_PROFILE: 'enterprise' })).toEqual([500, 0]);
    expect(() => size({ profile: 'tiny' })).toThrow(/--profile.*small, enterprise or huge/);
  });

  it('come from a flag before the environment, the environment before the file', () => {
    const file = configFile('{"port": 1, "host": "::1", "httpPort": 3}');
    const settings = readHubSettings({ flags: { httpPort: '9' }, env: { SIGHTLINE_PORT: '2' }, file });
    expect(settings).toMatchObject({ host: '::1', port: 2, httpPort: 9 });
  });

  it('take lists from the environment, separated by commas', () => {
    const env = { SIGHTLINE_ALLOWED_HOST: 'a.example, b.example' };
    expect(readHubSettings({ flags: {}, env }).allowedHost).toEqual(['a.example', 'b.example']);
  });

  it.each([
    [{ port: '70000' }, /--port/],
    [{ port: 'eighty' }, /--port/],
    [{ logLevel: 'loud' }, /--log-level/],
  ])('refuse %o and name the flag', (flags, message) => {
    expect(() => readHubSettings({ flags, env: {} })).toThrow(message);
  });

  it.each([{ companies: '0' }, { date: '2026-02-30' }, { daySeconds: '0' }])(
    'of the sandbox refuse %o',
    flags => {
      expect(() => readSandboxSettings({ flags, env: {} })).toThrow(/was not accepted/);
    },
  );

  it('refuse a file that is no JSON object or has an unknown key', () => {
    expect(() => readHubSettings({ flags: {}, env: {}, file: configFile('[') })).toThrow(/JSON object/);
    expect(() => readHubSettings({ flags: {}, env: {}, file: configFile('{"prot": 1}') })).toThrow(/"prot"/);
  });

  it('have one flag and one variable each', () => {
    for (const table of [HUB_SETTINGS, SANDBOX_SETTINGS]) {
      const settings = Object.values(table);
      expect(new Set(settings.map(setting => setting.flag)).size).toBe(settings.length);
      expect(new Set(settings.map(setting => setting.env)).size).toBe(settings.length);
    }
  });
});

describe('the default data directory', () => {
  it('is in the XDG data folder, and ignores a relative one as the specification says', () => {
    expect(defaultDataDir('hub', { XDG_DATA_HOME: '/data' })).toBe('/data/sightline/hub');
    expect(defaultDataDir('hub', { XDG_DATA_HOME: 'data' })).toMatch(/\.local\/share\/sightline\/hub$/);
  });
});
