import { describe, expect, it } from 'vitest';
import { newTokenValue } from './access/token-format.ts';
import { createLogger, loggedUrl } from './log.ts';

function capture() {
  const lines: string[] = [];
  const logger = createLogger({ level: 'trace', destination: { write: line => void lines.push(line) } });
  return { logger, text: () => lines.join('') };
}

const NAMES = [
  'authorization',
  'x-api-key',
  'X-API-KEY',
  'cookie',
  'set-cookie',
  'token',
  'password',
  'credentials',
  'username',
  'x-connection-invite-token',
];

describe('the log', () => {
  it('shows no secret by its name, at any depth, in a line or in a child', () => {
    const { logger, text } = capture();
    for (const name of NAMES) {
      const secret = `secret-of-${name}`;
      logger.info({ [name]: secret }, 'flat');
      logger.warn({ a: { b: [{ [name]: secret }] } }, 'deep');
      logger.info({ req: { method: 'GET', url: '/', headers: { [name]: secret } } }, 'request');
      logger.error(
        Object.assign(new Error('upstream'), { request: { headers: { [name]: secret } } }),
        'error',
      );
      logger.info(
        { failure: Object.assign(new Error('upstream'), { [name]: secret }) },
        'error under another name',
      );
      logger
        .child({ [name]: secret, of: { [name]: secret } })
        .child({ [name]: secret })
        .info('child');
    }
    expect(text().split('\n')).toHaveLength(NAMES.length * 6 + 1);
    expect(text()).not.toContain('secret-of');
  });

  it('shows no token of ours in a message, an error, a stack or a URL', () => {
    const { logger, text } = capture();
    const token = newTokenValue('company');
    logger.info(`called with ${token}`);
    logger.error(new Error(`refused ${token}`));
    logger.info({ req: { method: 'GET', url: `/v1/${token}?x=${token}` } });
    logger.info({ note: `Basic ${token}` });
    expect(text()).not.toContain(token);
    expect(text()).not.toContain(token.slice(4, 30));
  });

  it('drops query values that are as long as a token, and keeps the others', () => {
    const foreign = 'a'.repeat(40);
    expect(loggedUrl(`/v1/companies?limit=100&key=${foreign}`)).toBe(
      '/v1/companies?limit=100&key=[redacted]',
    );
    expect(loggedUrl(`/v1/companies?${foreign}`)).toBe('/v1/companies?[redacted]');
    expect(loggedUrl('/v1/companies?last_seen_gte=2026-01-01')).toBe(
      '/v1/companies?last_seen_gte=2026-01-01',
    );
    const token = newTokenValue('user');
    const encoded = [...token].map(c => `%${c.charCodeAt(0).toString(16)}`).join('');
    expect(loggedUrl(`/v1/${encoded}`)).toBe('/v1/[redacted]');
  });

  it('names the caller and the request', () => {
    const { logger, text } = capture();
    logger.info(
      { req: { method: 'GET', url: '/v1/x', ip: '10.0.0.1', headers: { 'user-agent': 'curl' } } },
      'request',
    );
    expect(JSON.parse(text())).toMatchObject({
      level: 'info',
      msg: 'request',
      req: { method: 'GET', url: '/v1/x', ip: '10.0.0.1', client: 'curl' },
    });
  });
});
