import { expect, test } from 'vitest';
import { BITSIGHT_HOSTS, checkBaseUrl } from '../../src/connections/base-url.ts';

const HOSTS = [...BITSIGHT_HOSTS, 'localhost:8443', 'proxy.example'];

test.each([
  ['https://api.bitsighttech.com', 'https://api.bitsighttech.com'],
  ['https://API.BitsightTech.com/', 'https://api.bitsighttech.com'],
  ['https://api.bitsighttech.com:443', 'https://api.bitsighttech.com'],
  ['https://service.bitsighttech.com/customer-api', 'https://service.bitsighttech.com/customer-api'],
  ['https://localhost:8443', 'https://localhost:8443'],
  ['https://proxy.example/a/b/', 'https://proxy.example/a/b'],
])('accepts %s', (text, url) => {
  expect(checkBaseUrl(text, HOSTS)).toEqual({ ok: true, url });
});

test.each([
  'http://api.bitsighttech.com',
  'ftp://api.bitsighttech.com',
  'api.bitsighttech.com',
  '//api.bitsighttech.com',
  '',
  'https://',
  'https://example.com',
  'https://api.bitsighttech.com.example.com',
  'https://xapi.bitsighttech.com',
  'https://bitsighttech.com',
  'https://api.bitsighttech.com:8443',
  'https://localhost',
  'https://localhost:8444',
  'https://127.0.0.1:8443',
  'https://[::1]:8443',
  'https://user@api.bitsighttech.com',
  'https://user:pass@api.bitsighttech.com',
  'https://:@api.bitsighttech.com',
  'https://api.bitsighttech.com@example.com',
  'https://example.com\\@api.bitsighttech.com',
  'https://api.bitsighttech.com\\.example.com',
  'https://api.bitsighttech.com#x',
  'https://api.bitsighttech.com/#',
  'https://api.bitsighttech.com?x=1',
  'https://api.bitsighttech.com/?',
  'https://api.bitsighttech.com/../x',
  'https://api.bitsighttech.com/%2e%2e/x',
  'https://api.bitsighttech.com/ x',
  ' https://api.bitsighttech.com',
  'https://api.bitsighttech.com\n',
  'https://api.bitsight\ttech.com',
  'https://api.bitsighttech.com.',
  'https://ａpi.bitsighttech.com',
  'https:api.bitsighttech.com',
  'https:///api.bitsighttech.com',
  `https://api.bitsighttech.com/${'a'.repeat(400)}`,
])('refuses %j', text => {
  expect(checkBaseUrl(text, HOSTS).ok).toBe(false);
});
