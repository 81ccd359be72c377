/** The synthetic portfolio as the directory of companies that access control groups are made of: whatever the organization. */
import type { CompanyDirectory } from '../../../access/groups/company-directory.ts';
import type { SyntheticSource } from './synthetic-source.ts';

export function syntheticCompanies(source: SyntheticSource): CompanyDirectory {
  return {
    async known(_organizationId, guids) {
      const names = source.companyNames();
      return new Map(
        guids.flatMap(asked => {
          const guid = asked.toLowerCase();
          const name = names.get(guid);
          return name === undefined ? [] : [[guid, name] as const];
        }),
      );
    },
    all: async () => source.companyNames(),
    count: async () => source.companyNames().size,
  };
}
