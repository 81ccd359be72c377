/**
 * Which companies an organization has: what a group may hold. A port, for the hub has them in its database and the sandbox
 * in its synthetic portfolio.
 */

/** Upstream guid, as the companies have it, to name. */
export type NamedCompanies = ReadonlyMap<string, string>;

export interface CompanyDirectory {
  /** Those of the guids, whatever their case, that are companies of the organization. */
  known(organizationId: string, guids: readonly string[]): Promise<NamedCompanies>;
  /** Every company that a group of all companies sees. */
  all(organizationId: string): Promise<NamedCompanies>;
  /** How many {@link all} gives. */
  count(organizationId: string): Promise<number>;
}
