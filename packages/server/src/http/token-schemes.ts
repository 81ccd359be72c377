/** The ways to present a token, as both OpenAPI documents name them; authentication.ts reads them (tokens.md, "Wire contract"). */
export const TOKEN_SCHEMES = Object.freeze({
  basic: {
    type: 'http',
    scheme: 'basic',
    description: 'The token is the user name; the password is ignored.',
  },
  bearer: { type: 'http', scheme: 'bearer', description: 'The token as a bearer.' },
  apiKey: {
    type: 'apiKey',
    in: 'header',
    name: 'X-API-KEY',
    description: 'The token in a header of its own.',
  },
} as const);
