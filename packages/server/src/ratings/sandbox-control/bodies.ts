/** What may be sent to the control API of the sandbox, each field with the words that refuse it. */
import { z } from 'zod';
import { CallerError } from '../../errors.ts';
import { excessOf, FAULT_KIND_NAMES } from '../faults.ts';
import { INDUSTRY_SLUGS } from '../sources/synthetic/profile.ts';
import { FIRST_DAY, LAST_DAY } from '../sources/synthetic/world.ts';

const MAX_FINDINGS = 100_000;

const day = z.iso
  .date('must be a day like 2026-01-31')
  .refine(text => text >= FIRST_DAY && text <= LAST_DAY, `must be a day from ${FIRST_DAY} to ${LAST_DAY}`);

const line = (longest: number) =>
  z
    .string('must be a text')
    .trim()
    .min(1, 'must not be empty')
    .max(longest, `must have at most ${longest} characters`)
    .regex(/^\P{Cc}*$/u, 'must not have control characters');

const whole = (least: number, most: number) => {
  const words = `must be a whole number from ${least} to ${most}`;
  return z.int(words).min(least, words).max(most, words);
};

const rateWords = 'must be a number from 0 to 1';

export const DateBody = z
  .strictObject({
    date: day.optional(),
    /** Backwards when it is negative. */
    advance_days: z.int('must be a whole number').optional(),
  })
  .refine(
    ({ date, advance_days }) => (date === undefined) !== (advance_days === undefined),
    'give date or advance_days, one of the two',
  );

export const FaultsBody = z.strictObject({
  faults: z
    .array(
      z.strictObject({
        kind: z.enum(FAULT_KIND_NAMES, `must be one of ${FAULT_KIND_NAMES.join(', ')}`),
        rate: z.number(rateWords).min(0, rateWords).max(1, rateWords),
      }),
      'must be a list of {kind, rate}; an empty one ends all faults',
    )
    .max(FAULT_KIND_NAMES.length, `must have at most ${FAULT_KIND_NAMES.length} entries`)
    .refine(faults => excessOf(faults) === null, 'have rates that add up to more than 1'),
  /** Seconds in Retry-After of the 429 fault. */
  retry_after: whole(0, 86_400).optional(),
  /** The number that the next data request has: which one is struck depends on seed and number. */
  next_request: whole(0, 1_000_000_000).optional(),
});

export const CompanyBody = z.strictObject({
  name: line(200).optional(),
  domain: z
    .string('must be a text')
    .trim()
    .toLowerCase()
    .max(253, 'must have at most 253 characters')
    .regex(
      /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*$/,
      'must be a host name like vendor.example',
    )
    .optional(),
  industry: z.enum(INDUSTRY_SLUGS, `must be one of ${INDUSTRY_SLUGS.join(', ')}`).optional(),
  custom_id: line(100).nullish(),
  /** About how many findings it has. */
  findings: whole(0, MAX_FINDINGS).optional(),
});
export type CompanyBody = z.infer<typeof CompanyBody>;

export const BreachBody = z.strictObject({
  company: z.guid('must be the guid of a company'),
  severity: whole(0, 3),
  /** The day it becomes known, today unless given; it may be one that is still to come. */
  date: day.optional(),
  text: line(2_000).optional(),
  event_type: z
    .string('must be a text')
    .regex(/^[a-z][a-z0-9_]{0,59}$/, 'must be lower-case words joined by _, like ransomware')
    .optional(),
});
export type BreachBody = z.infer<typeof BreachBody>;

/** Reads a body. Throws CallerError BAD_PARAMETER that names the field and says what it must be. */
export function bodyOf<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body ?? {});
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => ({
    field: path.length === 0 ? 'body' : path.join('.'),
    message,
  }));
  const detail = problems.map(({ field, message }) => `${field}: ${message}`).join('; ');
  throw new CallerError('BAD_PARAMETER', detail, { problems });
}
