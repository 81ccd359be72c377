/** The parts of an operation's description that repeat: tag, words, and the answers that tell of errors. */
import { z } from 'zod';
import { ERRORS } from '../../errors.ts';

/** An error, RFC 9457. */
const Problem = z
  .object({
    type: z.string().meta({ description: 'Kind of problem, a URI reference' }),
    title: z.string().meta({ description: 'The kind in words' }),
    status: z.int().meta({ description: 'HTTP status' }),
    detail: z.string().meta({ description: 'What is wrong this time, and what to do' }),
    errors: z
      .array(
        z.object({
          field: z.string().meta({ description: 'Parameter or dotted path in the body' }),
          message: z.string().meta({ description: 'What is wrong with it' }),
        }),
      )
      .optional()
      .meta({ description: 'Each field that was not accepted' }),
  })
  .meta({ id: 'Problem', description: 'An error (RFC 9457)' });

/** Tags of the document, in its order. */
export const TAGS = Object.freeze({
  Data: 'Companies, findings and their other views',
  Organizations: 'Tenants',
  Session: 'Signing in and out, and one-time links',
  Account: 'The own profile, password, two-factor sign-in and sessions',
  Users: 'People of an organization',
  Tokens: 'Company API tokens: making, replacing and revoking them',
  Groups: 'Access control groups: who sees which companies',
  Audit: 'Who did what, in an append-only log',
  Connections: 'Upstream accounts: credentials, options, health',
  Jobs: 'Sync runs',
  Onboarding: 'Invitations with which a customer connects an account',
});

export type Tag = keyof typeof TAGS;

/** Tag, summary and description of one operation. */
export function operation(tag: Tag, summary: string, description: string) {
  return { tags: [tag], summary, description };
}

/** As `operation`, for a call that only a signed-in person may make, in the browser. */
export function sessionOperation(tag: Tag, summary: string, description: string) {
  return { ...operation(tag, summary, description), security: [{ session: [] }] };
}

type ErrorStatus = (typeof ERRORS)[keyof typeof ERRORS]['status'];

/** The error answers of these statuses. Where credentials can be wrong, there can be too many wrong ones. */
export function errorResponses(...statuses: readonly ErrorStatus[]) {
  const all: readonly ErrorStatus[] = statuses.includes(401) ? [...statuses, 429] : statuses;
  return Object.fromEntries(
    all.map(status => {
      const error = Object.values(ERRORS).find(known => known.status === status);
      const description = error?.title ?? 'Error';
      return [status, { description, content: { 'application/problem+json': { schema: Problem } } }];
    }),
  );
}
