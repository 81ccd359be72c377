/** The user API token of the signed-in user. Its value is never part of a query: it goes to the component that shows it, and no further. */
import { queryOptions } from '@tanstack/react-query';
import { api } from './api.ts';
import { queryKeys } from './query-keys.ts';
import { z } from './zod.ts';

const MyToken = z.object({
  guid: z.string(),
  masked: z.string(),
  created_at: z.string(),
  last_used_at: z.nullable(z.string()),
  last_used_address: z.nullable(z.string()),
  last_used_client: z.nullable(z.string()),
  request_count: z.number(),
});
export type MyToken = z.infer<typeof MyToken>;

const MyTokenAnswer = z.object({ token: z.nullable(MyToken) });

export const myTokenQuery = queryOptions({
  queryKey: queryKeys.myToken,
  queryFn: async ({ signal }) => (await api.call('GET', '/v1/me/token', MyTokenAnswer, { signal })).token,
});

const TokenValue = z.object({ token: z.string() });

/** Makes a new token and gives its value; the old one stops working at once. */
export async function generateMyToken(): Promise<string> {
  return (await api.call('POST', '/v1/me/token', TokenValue)).token;
}

export async function revealMyToken(): Promise<string> {
  return (await api.call('POST', '/v1/me/token/reveal', TokenValue)).token;
}
