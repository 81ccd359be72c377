/** Bodies of the connection calls, and what of them an invitation may not say. */
import { z } from 'zod';
import { VENDORS } from '../../connections/catalogue.ts';
import { Credentials } from '../../connections/credentials.ts';
import { ConnectionOptions, ConnectionOptionsPatch } from '../../connections/options.ts';
import { CallerError } from '../../errors.ts';

/** Five minutes to thirty days. */
const refreshInterval = z.int().min(300).max(2_592_000);

export const identifier = z.string().trim().min(1).max(255);

/** The vendor, in upper or lower case. */
export const vendorName = z.preprocess(
  value => (typeof value === 'string' ? value.toUpperCase() : value),
  z.enum(VENDORS),
);

export const NewConnectionBody = z
  .strictObject({
    vendor: vendorName.meta({ description: 'Connector', examples: ['BIT_SIGHT'] }),
    credentials: Credentials.optional(),
    identifier: identifier.nullish().meta({ description: 'Your own name for it' }),
    options: ConnectionOptions.optional(),
    refresh_interval_secs: refreshInterval
      .optional()
      .meta({ description: 'Seconds between runs; 14400 by default' }),
  })
  .meta({ id: 'NewConnection', description: 'What a connection is made of' });
export type NewConnectionBody = z.infer<typeof NewConnectionBody>;

export const ConnectionPatch = z
  .strictObject({
    credentials: Credentials.optional(),
    identifier: identifier.nullish().meta({ description: 'Your own name for it; null takes it away' }),
    state: z
      .preprocess(
        value => (typeof value === 'string' ? value.toUpperCase() : value),
        z.enum(['ACTIVE', 'PAUSED']),
      )
      .optional()
      .meta({ description: 'ACTIVE or PAUSED' }),
    options: ConnectionOptionsPatch.optional(),
    refresh_interval_secs: refreshInterval.optional().meta({ description: 'Seconds between runs' }),
  })
  .meta({ id: 'ConnectionPatch', description: 'A change of a connection; what is absent stays' });
export type ConnectionPatch = z.infer<typeof ConnectionPatch>;

/** What the holder of an invitation may say: credentials, and options other than the address they are sent to. */
const INVITED = ['vendor', 'credentials', 'identifier', 'options'];

/** The credentials in an invited body. Throws CallerError INVALID for what an invitation does not open. */
export function invitedCredentials(body: NewConnectionBody | ConnectionPatch): Credentials {
  const refused = Object.keys(body).filter(name => !INVITED.includes(name));
  if (body.options !== undefined && 'base_url' in body.options) refused.push('options.base_url');
  if (refused.length > 0) {
    const problems = refused.map(field => ({ field, message: 'An invitation cannot set this.' }));
    throw new CallerError('INVALID', `${refused[0]}: An invitation cannot set this.`, { problems });
  }
  if (body.credentials !== undefined) return body.credentials;
  const problems = [{ field: 'credentials', message: 'Credentials are what the invitation asks for.' }];
  throw new CallerError('INVALID', 'credentials: Credentials are what the invitation asks for.', {
    problems,
  });
}

/** The error for credentials that upstream turned down; an invitation is not used up by them. */
export function credentialsRefused(message: string): CallerError {
  return new CallerError('INVALID', message, { problems: [{ field: 'credentials.username', message }] });
}
