import { generateSync } from 'otplib';
import { expect, it } from 'vitest';
import { newRecoveryCodes, newTotpSecret, recoveryCodesLeft, totpStep, withoutRecoveryCode } from './totp.ts';

const STEP = 40_000_000;
const at = (step: number, ms = 0) => ({ now: () => step * 30_000 + ms });
const codeOf = (secret: string, step: number) => generateSync({ secret, epoch: step * 30 });

it('computes the codes of RFC 6238, appendix B', () => {
  // The secret is the ASCII text 12345678901234567890; the appendix has eight digits, of which these are the last six.
  const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
  for (const [seconds, code] of [
    [59, '287082'],
    [1_111_111_109, '081804'],
    [1_234_567_890, '005924'],
    [20_000_000_000, '353130'],
  ] as const) {
    expect(totpStep(secret, code, { now: () => seconds * 1000 }, null)).toBe(Math.floor(seconds / 30));
  }
});

it('takes the code of the present step and of one to either side, and no other', () => {
  const { secret } = newTotpSecret('ada@example.com');
  for (const offset of [-3, -2, -1, 0, 1, 2, 3]) {
    const taken = totpStep(secret, codeOf(secret, STEP + offset), at(STEP, 12_345), null);
    expect(taken).toBe(Math.abs(offset) <= 1 ? STEP + offset : null);
  }
});

it('takes no code of the step that was taken last, or of one before it', () => {
  const { secret } = newTotpSecret('ada@example.com');
  expect(totpStep(secret, codeOf(secret, STEP), at(STEP), STEP)).toBeNull();
  expect(totpStep(secret, codeOf(secret, STEP - 1), at(STEP), STEP)).toBeNull();
  expect(totpStep(secret, codeOf(secret, STEP + 1), at(STEP), STEP)).toBe(STEP + 1);
});

it('takes a code with blanks, and nothing that is not six digits', () => {
  const { secret } = newTotpSecret('ada@example.com');
  const code = codeOf(secret, STEP);
  expect(totpStep(secret, `${code.slice(0, 3)} ${code.slice(3)}`, at(STEP), null)).toBe(STEP);
  for (const wrong of ['', code.slice(1), `${code}0`, 'abcdef', '-12345', '１２３４５６']) {
    expect(totpStep(secret, wrong, at(STEP), null)).toBeNull();
  }
});

it('names the account to the authenticator app', () => {
  const { secret, url } = newTotpSecret('ada@example.com');
  expect(url).toMatch(/^otpauth:\/\/totp\/Sightline:ada(@|%40)example\.com\?/);
  expect(new URL(url).searchParams.get('secret')).toBe(secret);
  expect(secret).toMatch(/^[A-Z2-7]{32}$/);
});

it('makes ten recovery codes, keeps none of them, and takes each once however it is typed', () => {
  const { codes, stored } = newRecoveryCodes();
  expect(new Set(codes).size).toBe(10);
  expect(recoveryCodesLeft(stored)).toBe(10);
  const [first = '', second = ''] = codes;
  for (const code of codes) expect(stored).not.toContain(code.replaceAll('-', ''));
  const left = withoutRecoveryCode(stored, ` ${first.toUpperCase().replaceAll('-', '')} `);
  expect(left).not.toBeNull();
  expect(recoveryCodesLeft(left ?? '')).toBe(9);
  expect(withoutRecoveryCode(left ?? '', first)).toBeNull();
  expect(withoutRecoveryCode(left ?? '', second)).not.toBeNull();
  expect(withoutRecoveryCode(stored, '')).toBeNull();
});
