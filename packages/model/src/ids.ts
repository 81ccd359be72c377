// Ids of unified records: UUID v5, so the same record has the same id on every run and every machine.
import { parse, v5 } from 'uuid';

/** Namespace of all Sightline ids. Changing it changes every id ever handed out. */
const NAMESPACE = parse('5f1c1d3e-7b0a-4c52-9d0e-6a4b8f2c9e17');

/** JSON keeps the parts apart whatever they contain, and escapes lone surrogates, which have no UTF-8 form. */
function idOf(...parts: readonly string[]): string {
  return v5(Buffer.from(JSON.stringify(parts)), NAMESPACE);
}

/** Id of a `TprmCompany`. `vendorId` is the Bitsight company guid. */
export function companyId(connectionId: string, vendorId: string): string {
  return idOf('company', connectionId, vendorId);
}

/** Id of a `TprmFinding`; `identity` is that of `findingIdentity`. */
export function findingId(connectionId: string, companyGuid: string, identity: string): string {
  return idOf('finding', connectionId, companyGuid, identity);
}

/** Id of a finding whose identity another, different row of the same walk already has. */
export function collidedFindingId(
  connectionId: string,
  companyGuid: string,
  identity: string,
  contentHash: string,
): string {
  return idOf('finding', connectionId, companyGuid, identity, contentHash);
}

/** Id of the `Resource` view of a company. */
export function resourceId(companyId: string): string {
  return idOf('resource', companyId);
}

/** Id of the `VulnerabilityFinding` view of a finding. */
export function vulnerabilityFindingId(findingId: string): string {
  return idOf('vulnerability_finding', findingId);
}
