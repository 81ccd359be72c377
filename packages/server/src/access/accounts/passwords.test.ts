import { expect, it } from 'vitest';
import { checkPassword, hashPassword, isPassword } from './passwords.ts';

const EMAIL = 'ada.lovelace@example.com';

it('takes a password of 12 to 256 characters, whatever they are', () => {
  for (const password of ['correct horse', 'ünïcödé 密码 🔑🔑🔑', 'x'.repeat(256), '🔑'.repeat(256)]) {
    expect(() => checkPassword(password, EMAIL)).not.toThrow();
  }
});

it.each([
  ['eleven char', /at least 12/],
  ['🔑'.repeat(11), /at least 12/],
  ['x'.repeat(257), /at most 256/],
  ['ADA.Lovelace@example.com', /e-mail/],
  ['Ada.Lovelace', /e-mail/],
  ['a password\nin two lines', /control/],
  ['half a character \ud83d', /control/],
])('refuses %j and names the field', (password, message) => {
  expect(() => checkPassword(password, EMAIL, 'new_password')).toThrow(
    expect.objectContaining({
      code: 'INVALID',
      problems: [{ field: 'new_password', message: expect.stringMatching(message) }],
    }),
  );
});

it('is argon2id with 19 MiB and two passes, salted, and says whether a password is the one', async () => {
  const [first, second] = await Promise.all([hashPassword('correct horse'), hashPassword('correct horse')]);
  expect(first).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect(second).not.toBe(first);
  expect(await isPassword(first, 'correct horse')).toBe(true);
  expect(await isPassword(first, 'correct Horse')).toBe(false);
  expect(await isPassword(first, '')).toBe(false);
});

it('knows a password that was typed on a system which composes letters differently', async () => {
  const stored = await hashPassword('müllers geheimnis'.normalize('NFC'));
  expect(await isPassword(stored, 'müllers geheimnis'.normalize('NFD'))).toBe(true);
});

it('computes a hash for nobody too, and is never right then', async () => {
  await isPassword(null, 'the decoy is made');
  const nobody = await elapsed(() => isPassword(null, 'correct horse'));
  const stored = await hashPassword('correct horse');
  const somebody = await elapsed(() => isPassword(stored, 'wrong horse!!'));
  expect(await isPassword(null, 'correct horse')).toBe(false);
  // The look-up alone takes microseconds: anything within a factor is a whole hash.
  expect(nobody / somebody).toBeGreaterThan(0.2);
});

async function elapsed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  for (let n = 0; n < 3; n += 1) await work();
  return performance.now() - start;
}
