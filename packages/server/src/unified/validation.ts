/** Request validation with zod: what is not accepted becomes one CallerError that names every field (status 422). */
import type { FastifySchemaCompiler } from 'fastify';
import type { z } from 'zod';
import { CallerError, type FieldProblem } from '../errors.ts';

/** Fastify's validator compiler for schemas of zod. */
export const zodValidator: FastifySchemaCompiler<z.ZodType> =
  ({ schema, httpPart }) =>
  (value: unknown) => {
    // An absent body reaches the schema as an empty object: its missing fields are then what is reported.
    const result = schema.safeParse(httpPart === 'body' ? (value ?? {}) : value);
    if (result.success) return { value: result.data };
    const problems = problemsOf(
      result.error,
      httpPart === 'body',
      'shape' in schema ? Object.keys(Object(schema.shape)) : [],
    );
    // Fastify gives an error without `statusCode` 400.
    return {
      error: Object.assign(new CallerError('INVALID', sentenceOf(problems), { problems }), {
        statusCode: 422,
      }),
    };
  };

/**
 * The problems of a failed validation, one for each field: for a body the dotted path, for a query the parameter. `known` are
 * the names the top level has.
 */
function problemsOf(error: z.ZodError, isBody: boolean, known: readonly string[]): FieldProblem[] {
  return error.issues.flatMap((issue): FieldProblem[] => {
    if (issue.code !== 'unrecognized_keys')
      return [{ field: fieldOf(isBody ? issue.path : issue.path.slice(0, 1)), message: messageOf(issue) }];
    const message =
      known.length > 0 && issue.path.length === 0
        ? `Not known here. Known: ${known.join(', ')}.`
        : 'Not known here.';
    return issue.keys.map(key => ({ field: fieldOf([...issue.path, key]), message }));
  });
}

function messageOf(issue: z.core.$ZodIssue): string {
  const repeated = issue.code === 'invalid_type' && issue.message.endsWith('received array');
  return repeated ? 'Give it once, with several values separated by commas.' : issue.message;
}

function fieldOf(path: readonly PropertyKey[]): string {
  return path.map(String).join('.').slice(0, 200) || 'body';
}

function sentenceOf(problems: readonly FieldProblem[]): string {
  const [first] = problems;
  if (first === undefined) return 'A value was not accepted.';
  const more = problems.length === 1 ? '' : ` (and ${problems.length - 1} more)`;
  return `${first.field}: ${first.message}${more}`;
}
