/**
 * Comments on findings, written. Their author is whoever sends them, whatever author_guid a client names. Facts: bitsight-api.md,
 * 4.3.
 */
import type { JsonObject } from '../../wire/json.ts';
import type { View } from '../source.ts';
import { textOption } from '../source.ts';
import { notFound, notPermitted } from '../wire-errors.ts';
import { flagIn, textIn, type WriteAsk, type Writes } from '../writes.ts';
import type { ThreadSubject } from './account-base.ts';
import { type Comment, findThread, insertComments } from './comment-repository.ts';
import { type LocalWriting, ownOrganization, recordChange } from './list-change.ts';
import { commentRow, companyOf, findingIdOf, findingRecords, type NamedCompany } from './note-queries.ts';

export function commentWrites(writing: LocalWriting): Writes {
  return {
    'thread.create': (view, ask) => createThread(writing, view, ask),
    'comment.create': (view, ask) => addToThread(writing, view, ask),
  };
}

async function createThread(writing: LocalWriting, view: View, ask: WriteAsk): Promise<JsonObject> {
  const { reader, isEditable } = writing.base;
  const finding = findingIdOf(textOption(ask, 'record_id') ?? '');
  const company = await companyOf(reader, view, textOption(ask, 'company_guid') ?? '');
  if (company === null) throw notPermitted();
  if ((await findingRecords(reader, view, company.guid, [finding])).length === 0) throw notFound();
  const guid = writing.newId();
  const made = await write(writing, view, ask, { thread: guid, company, finding });
  return {
    guid,
    company_guid: company.guid,
    record_id: finding,
    comments: made.map(comment => commentRow(comment, company, isEditable)),
  };
}

async function addToThread(
  writing: LocalWriting,
  view: View,
  ask: WriteAsk,
): Promise<JsonObject | undefined> {
  const thread = (ask.path.thread ?? '').toLowerCase();
  const subject = await subjectOf(writing, view, thread);
  const company = subject === null ? null : await companyOf(writing.base.reader, view, subject.company);
  // A thread about a company outside of the view is as unknown as one that never was.
  if (subject === null || company === null) throw notFound();
  const made = await write(writing, view, ask, { thread, company, finding: subject.finding });
  return made.map(comment => commentRow(comment, company, writing.base.isEditable))[0];
}

async function subjectOf(writing: LocalWriting, view: View, thread: string): Promise<ThreadSubject | null> {
  const organizationId = await ownOrganization(writing, view);
  const kept = await findThread(writing.store.db, organizationId, thread);
  if (kept !== undefined) return { company: kept.company_guid, finding: kept.finding_id };
  return writing.base.thread(view, thread);
}

async function write(
  writing: LocalWriting,
  view: View,
  { bodies, origin }: WriteAsk,
  { thread, company, finding }: { thread: string; company: NamedCompany; finding: string },
): Promise<readonly Comment[]> {
  const organizationId = await ownOrganization(writing, view);
  const { principal } = view;
  const now = writing.clock.now();
  const comments = bodies.map(
    (body): Comment => ({
      guid: writing.newId(),
      organization_id: organizationId,
      company_guid: company.guid.toLowerCase(),
      finding_id: finding,
      thread_guid: thread,
      author_guid: principal.userId,
      author_name: principal.name,
      message: textIn(body, 'message') ?? '',
      is_public: flagIn(body, 'public') === true ? 1 : 0,
      created_at: now,
    }),
  );
  await writing.store.write(async transaction => {
    await insertComments(transaction, comments);
    for (const comment of comments) {
      await recordChange(writing, transaction, view, origin, {
        action: 'comment.created',
        target: { kind: 'comment', guid: comment.guid, name: null },
        after: { company_guid: company.guid, rolledup_observation_id: finding, thread_guid: thread },
      });
    }
  });
  return comments;
}
