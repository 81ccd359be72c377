export function findingContentHash(_record: unknown): string {
  return '';
}
