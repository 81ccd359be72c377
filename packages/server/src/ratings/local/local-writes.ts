/** Every writer of what is kept here, by the names of the table of writes. */
import type { Writes } from '../writes.ts';
import { commentWrites } from './comment-writes.ts';
import { companyWrites } from './company-writes.ts';
import { folderWrites } from './folder-writes.ts';
import type { LocalWriting } from './list-change.ts';
import { remediationWrites } from './remediation-writes.ts';
import { tierWrites } from './tier-writes.ts';

export type { LocalWriting } from './list-change.ts';

export function localWrites(writing: LocalWriting): Writes {
  return {
    ...folderWrites(writing),
    ...tierWrites(writing),
    ...companyWrites(writing),
    ...commentWrites(writing),
    ...remediationWrites(writing),
  };
}
