import { expect, test } from 'vitest';
import { firstByField, passwordProblem, problemOfControl } from './checks.ts';
import { formValues } from './form-values.ts';

const control = { name: 'x', value: '', type: 'text', required: false };

test.each([
  [{ ...control, required: true }, 'Fill this in.'],
  [{ ...control, required: true, value: '  ' }, 'Fill this in.'],
  [{ ...control, type: 'email', value: 'ada' }, 'Write an e-mail address, like name@example.com.'],
  [{ ...control, value: 'abc', minLength: 4 }, 'Use at least 4 characters.'],
  [{ ...control, value: 'abc', maxLength: 2 }, 'Use at most 2 characters.'],
])('what is wrong with %j is told', (input, message) => {
  expect(problemOfControl(input)).toEqual({ field: 'x', message });
});

test.each([
  control,
  { ...control, type: 'email', value: ' ada@example.com ' },
  { ...control, type: 'password', value: '   ', required: true },
])('nothing is wrong with %j', input => {
  expect(problemOfControl(input)).toBeNull();
});

test('a password is 12 to 256 characters and not the e-mail address', () => {
  const problem = (password: string) => passwordProblem('password', password, 'Ada@long-example.com');
  expect(problem('elevenchars')?.message).toContain('at least 12');
  expect(problem('x'.repeat(257))?.message).toContain('at most 256');
  expect(problem('ada@LONG-example.com')?.message).toContain('something else');
  expect(problem('twelve chars')).toBeNull();
  expect(problem('x'.repeat(256))).toBeNull();
});

test('of several problems of a field the first is shown', () => {
  const problems = [
    { field: 'a', message: 'one' },
    { field: 'a', message: 'two' },
    { field: 'b', message: 'three' },
  ];
  expect(firstByField(problems)).toEqual({ a: 'one', b: 'three' });
});

test('text is trimmed, a password is not, and what is absent is empty', () => {
  const form = new FormData();
  form.append('name', ' Ada ');
  form.append('scopes', 'a');
  form.append('scopes', 'b');
  const values = formValues(form);
  expect(values.text('name')).toBe('Ada');
  expect(values.exact('name')).toBe(' Ada ');
  expect(values.text('other')).toBe('');
  expect(values.isOn('other')).toBe(false);
  expect(values.all('scopes')).toEqual(['a', 'b']);
});
