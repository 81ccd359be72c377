import { describe, expect, it } from 'vitest';
import { connectorForm } from '../../src/connections/catalogue.ts';

describe('the form of a connector', () => {
  it('holds its fields itself, so that any builder of forms can use it', () => {
    const form = connectorForm();
    expect(JSON.stringify(form)).not.toContain('$ref');
    expect(form.dataSchema).toMatchObject({
      properties: {
        credentials: { type: 'object', properties: { username: { type: 'string', writeOnly: true } } },
        options: { type: 'object', properties: { companies: { type: 'array' } } },
      },
    });
  });
});
