/**
 * The connectors there are: what the catalogue shows, and the forms of their credentials and options as JSON Schema with a
 * JsonForms UI schema beside it. The schemas are made from those that validate, so that form and check cannot differ.
 */
import { VENDOR } from '@sightline/model';
import { z } from 'zod';
import { Credentials } from './credentials.ts';
import { ConnectionOptions } from './options.ts';

export const VENDORS = [VENDOR] as const;

/** A connector as `GET /v1/connectors` shows it. */
export const Connector = z
  .object({
    vendor: z.enum(VENDORS).meta({ description: 'Name used in all calls' }),
    vendor_name: z.string().meta({ description: 'Name for people' }),
    category: z.string().meta({ description: 'Kind of product' }),
    logo_url: z.string().meta({ description: 'Picture, as a data URL: nothing is fetched from elsewhere' }),
    docs_url: z.string().meta({ description: 'Where the vendor explains how to get credentials' }),
  })
  .meta({ id: 'Connector', description: 'A kind of upstream account that can be connected' });
export type Connector = z.infer<typeof Connector>;

/** What a form needs to ask for credentials and options. */
export interface ConnectorForm {
  readonly credentialsType: 'API_TOKEN';
  readonly dataSchema: unknown;
  readonly uiSchema: unknown;
}

const LOGO = `data:image/svg+xml;base64,${Buffer.from(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="6" fill="#1f3a5f"/><path d="M9 8h8a5 5 0 0 1 3 9 5 5 0 0 1-2 8H9zm4 3.5v4h3.5a2 2 0 0 0 0-4zm0 7v3.5h4a1.75 1.75 0 0 0 0-3.5z" fill="#fff"/></svg>',
).toString('base64')}`;

/** All connectors. */
export const CONNECTORS: readonly Connector[] = Object.freeze([
  {
    vendor: VENDOR,
    vendor_name: 'Bitsight',
    category: 'TPRM',
    logo_url: LOGO,
    docs_url: 'https://help.bitsighttech.com/hc/en-us/articles/115014888388-API-Token-Management',
  },
]);

/** Options a form of the hosted page offers; the address is the operator's matter. */
const FORM_OPTIONS = ConnectionOptions.pick({
  folders: true,
  tiers: true,
  companies: true,
  risk_vectors: true,
  minimum_severity: true,
  backfill_from: true,
});

/** The connector of a vendor. */
export function connectorOf(vendor: string): Connector | null {
  return CONNECTORS.find(connector => connector.vendor === vendor) ?? null;
}

/** The form of a vendor's connections. Bitsight's is the only one. */
export function connectorForm(): ConnectorForm {
  const input = { io: 'input', target: 'draft-2020-12', unrepresentable: 'any' } as const;
  return {
    credentialsType: 'API_TOKEN',
    dataSchema: {
      type: 'object',
      title: 'Bitsight',
      required: ['credentials'],
      properties: {
        credentials: inlined(z.toJSONSchema(Credentials, input)),
        options: inlined(z.toJSONSchema(FORM_OPTIONS, input)),
      },
    },
    uiSchema: {
      type: 'VerticalLayout',
      elements: [
        {
          type: 'Control',
          scope: '#/properties/credentials/properties/username',
          label: 'Company API token',
          options: { format: 'password' },
        },
        {
          type: 'Group',
          label: 'What to read (optional)',
          elements: Object.keys(FORM_OPTIONS.shape).map(name => ({
            type: 'Control',
            scope: `#/properties/options/properties/${name}`,
          })),
        },
      ],
    },
  };
}

/**
 * A schema with an id comes out as a reference into its own definitions; forms are built from the schema itself, and not every
 * builder follows references.
 */
function inlined(schema: Record<string, unknown>): Record<string, unknown> {
  const { $schema: _dialect, id: _id, $ref: reference, $defs: definitions, ...rest } = schema;
  if (typeof reference !== 'string') return rest;
  const name = reference.replace('#/$defs/', '');
  const found = z.record(z.string(), z.record(z.string(), z.unknown())).parse(definitions)[name];
  return { ...found, ...rest };
}
