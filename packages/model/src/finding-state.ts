// The life of a finding: what it becomes when a run reports it again.
import type { FindingState, ReportedState } from './vocabulary.ts';

/**
 * The state after a run reports `reported`, given the state before it (`null` for a finding never seen).
 * A finding that a complete walk no longer returns is reported `RESOLVED`.
 */
export function nextFindingState(previous: FindingState | null, reported: ReportedState): FindingState {
  if (reported === 'RESOLVED') return 'RESOLVED';
  return previous === 'RESOLVED' || previous === 'REOPENED' ? 'REOPENED' : 'OPEN';
}
