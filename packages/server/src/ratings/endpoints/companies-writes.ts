/** What may be written about a company. Facts: bitsight-api.md, 4.2. */
import type { WriteEndpoint } from './write-endpoint.ts';

export const COMPANY_WRITES: readonly WriteEndpoint[] = [
  {
    name: 'company.update',
    path: '/v1/companies/:guid',
    method: 'PATCH',
    about: 'Gives a company an id of the organization’s own, or takes it away with null.',
    facts: '4.2',
    status: 200,
    body: [
      {
        name: 'custom_id',
        type: 'text',
        nullable: true,
        maxLength: 255,
        about: 'the organization’s own id of the company; null for none',
      },
      {
        name: 'primary_company',
        type: 'object',
        nullable: true,
        about: 'cannot be changed on this server',
        fields: [{ name: 'guid', type: 'text', about: 'guid of a company' }],
      },
    ],
  },
];
