export function findingIdentity(_record: unknown): string {
  return '';
}
