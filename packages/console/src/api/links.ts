/** Links people are given: what one is for, asking for a new one, and getting a token that was mailed as a link. */
import { queryOptions } from '@tanstack/react-query';
import { api } from './api.ts';
import { queryKeys } from './query-keys.ts';
import { z } from './zod.ts';

const LinkDescription = z.object({
  kind: z.enum(['activation', 'password_reset', 'set_up']),
  email: z.nullable(z.string()),
  formal_name: z.nullable(z.string()),
  organization_name: z.string(),
});

/** What a link is for. 404 when it is used, replaced or over. */
export function linkQuery(token: string) {
  return queryOptions({
    queryKey: queryKeys.linkDescription(token),
    queryFn: ({ signal }) =>
      api.call('POST', '/v1/links/describe', LinkDescription, {
        body: { token },
        signal,
        triesCredentials: true,
      }),
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
    // The key holds a secret: it goes with the page.
    gcTime: 0,
  });
}

/** Mails a link when there is such an account; the answer never tells. 400 when the server cannot mail. */
export async function askPasswordReset(email: string): Promise<void> {
  await api.call('POST', '/v1/password-reset', z.unknown(), { body: { email }, triesCredentials: true });
}

/** The token behind a mailed link; it is given once. Every failure is the same 404. */
export async function retrieveToken(body: {
  email: string;
  user_guid: string;
  auth_token: string;
}): Promise<string> {
  const Answer = z.object({ token: z.string() });
  const options = { body, triesCredentials: true };
  return (await api.call('POST', '/v1/api-tokens/retrieve', Answer, options)).token;
}
