/** Comments on findings and their remediation over HTTP, in the sandbox. Bodies are those that clients in the field send. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { at, type Json } from '../support/json.ts';
import { type AccountLab, startAccountLab } from './account-lab.ts';

const COMPANIES = 6;
let lab: AccountLab;
/** A company with findings, and two of them without comments. */
let company: string;
let finding: Json;
let other: Json;
/** A finding whose row says what somebody wrote about it, and its company. */
let told: { company: string; finding: Json };

const read = async (path: string, token?: string) =>
  (await lab.get(path, token === undefined ? {} : { token })).json as Json;
const rows = (list: Json): Json[] => (Array.isArray(list) ? list : []);
const results = async (path: string, token?: string) => rows(at(await read(path, token), 'results'));
const idOf = (row: Json) => String(at(row, 'rolledup_observation_id'));
const commentsPath = (of: string, row: Json) =>
  `/ratings/v1/companies/${of}/findings/${encodeURIComponent(idOf(row))}/comments`;
const threadsPath = (of: string, id: string) =>
  `/annotations/v1/threads?${new URLSearchParams({ company_guid: of, record_id: id })}`;

beforeAll(async () => {
  lab = await startAccountLab({ companies: COMPANIES, findingsPerCompany: 120 });
  const all: { company: string; finding: Json }[] = [];
  for (const guid of lab.source.companyNames().keys()) {
    for (const row of await results(`/v1/companies/${guid}/findings?limit=1000`))
      if (idOf(row) !== '') all.push({ company: guid, finding: row });
  }
  const silent = all.filter(({ finding: row }) => at(row, 'comments') === null);
  const [first] = silent;
  const second = silent.find(
    one => one.company === first?.company && idOf(one.finding) !== idOf(first.finding),
  );
  const spoken = all.find(({ finding: row }) => at(row, 'comments') !== null);
  if (first === undefined || second === undefined || spoken === undefined) throw new Error('a dull world');
  company = first.company;
  finding = first.finding;
  other = second.finding;
  told = spoken;
});
afterAll(() => lab.close());

describe('comments', () => {
  test('a thread is begun with several, and goes on; all are listed, the oldest first', async () => {
    expect(await read(commentsPath(company, finding))).toMatchObject({ count: 0, results: [] });
    const note = '[Mirrored From XSOAR] XSOAR Incident ID: 7\n\nNote: Asked.\n\nAdded By: dbot';
    const body = {
      comments: [
        { author_guid: 'somebody else', message: note, public: false },
        { author_guid: 'somebody else', message: 'And again.', public: true },
      ],
    };
    const begun = await lab.call('POST', threadsPath(company, idOf(finding)), { body });
    expect(begun).toMatchObject({ status: 201, json: { company_guid: company, record_id: idOf(finding) } });
    const listed = await results(commentsPath(company, finding));
    expect(listed).toEqual(at(begun.json as Json, 'comments'));
    const [first] = listed;
    expect(first).toEqual({
      guid: expect.any(String),
      thread_guid: at(begun.json as Json, 'guid'),
      parent_guid: null,
      author: { guid: lab.admin.userId, name: lab.admin.name },
      company: { guid: company, name: lab.source.companyNames().get(company) },
      message: note,
      is_public: false,
      is_deleted: false,
      created_time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      last_update_time: at(first, 'created_time'),
      tagged_users: [],
      remediation: null,
    });
    lab.access.clock.advance(60_000);
    const thread = at(first, 'thread_guid');
    const added = await lab.call('POST', `/annotations/v1/threads/${thread}/comments`, {
      body: { author_guid: 'x', message: 'Later.', public: false },
    });
    expect(added).toMatchObject({ status: 201, json: { message: 'Later.', thread_guid: thread } });
    const now = await read(`${commentsPath(company, finding)}?limit=2`);
    expect(now).toMatchObject({ count: 3, results: listed });
    expect((await results(commentsPath(company, finding))).map(row => at(row, 'message')).at(-1)).toBe(
      'Later.',
    );
    expect(await results(`${commentsPath(company, finding)}?is_public=true`)).toMatchObject([
      { message: 'And again.' },
    ]);
    expect(await read(commentsPath(company, other))).toMatchObject({ count: 0 });
  });

  test('the id of a finding may come encoded twice, as a client in the field sends it', async () => {
    const twice = encodeURIComponent(idOf(other));
    const begun = await lab.call('POST', threadsPath(company, twice), {
      body: { comments: [{ message: 'Encoded.' }] },
    });
    expect(begun.status).toBe(201);
    expect(await results(commentsPath(company, other))).toMatchObject([{ message: 'Encoded.' }]);
  });

  test('a single comment may stand in the body itself', async () => {
    const begun = await lab.call('POST', threadsPath(company, idOf(other)), { body: { message: 'Alone.' } });
    expect(begun).toMatchObject({ status: 201, json: { comments: [{ message: 'Alone.' }] } });
  });

  test('what a finding’s row says is a comment of its list, whose thread can be answered', async () => {
    const path = commentsPath(told.company, told.finding);
    const [comment] = await results(path);
    expect(comment).toMatchObject({
      message: at(told.finding, 'comments'),
      company: { guid: told.company },
      parent_guid: null,
    });
    expect(await results(path)).toEqual([comment]);
    const thread = String(at(comment, 'thread_guid'));
    expect(thread).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-8[\da-f]{3}-[\da-f]{12}$/);
    const answered = await lab.call('POST', `/annotations/v1/threads/${thread}/comments`, {
      body: { message: 'By May.' },
    });
    expect(answered.status).toBe(201);
    const messages = (await results(path)).map(row => at(row, 'message'));
    expect(messages.toSorted()).toEqual([String(at(told.finding, 'comments')), 'By May.'].toSorted());
  });

  test('every text in the rows of the world has its comment, and no other finding has one', async () => {
    for (const row of (await results(`/v1/companies/${told.company}/findings?limit=1000`)).slice(0, 60)) {
      if (idOf(row) === '' || idOf(row) === idOf(told.finding)) continue;
      if ([idOf(finding), idOf(other)].includes(idOf(row))) continue;
      const comments = await results(commentsPath(told.company, row));
      expect(comments.map(one => at(one, 'message'))).toEqual(
        at(row, 'comments') === null ? [] : [at(row, 'comments')],
      );
    }
  });

  test('an unknown finding or thread is 404, an unknown company 403', async () => {
    const body = { message: 'x' };
    const nowhere = Buffer.alloc(16, 7).toString('base64');
    expect((await lab.get(`/v1/companies/${company}/findings/nothing/comments`)).status).toBe(404);
    expect((await lab.get(`/v1/companies/nobody/findings/nothing/comments`)).status).toBe(403);
    expect((await lab.call('POST', threadsPath(company, nowhere), { body })).status).toBe(404);
    expect((await lab.call('POST', threadsPath('nobody', idOf(finding)), { body })).status).toBe(403);
    expect((await lab.call('POST', '/annotations/v1/threads/none/comments', { body })).status).toBe(404);
    const upper = idOf(finding).replace(/[a-z]/, letter => letter.toUpperCase());
    expect((await lab.call('POST', threadsPath(company, upper), { body })).status).toBe(404);
  });

  test.each([
    [{}, 'message'],
    [{ message: ' ' }, 'message'],
    [{ message: 'a\u0000b' }, 'message'],
    [{ message: 'x'.repeat(10_001) }, 'message'],
    [{ message: 'x', public: 'perhaps' }, 'public'],
    [{ comments: [] }, 'comments'],
    [{ comments: [{ message: 'x' }, {}] }, 'comments.1.message'],
    [{ comments: ['x'] }, 'comments'],
    [{ comments: [{ message: 'x' }], message: 'y' }, 'comments'],
  ])('a body like %j is 400 that names the field, and nothing is written', async (body, named) => {
    const before = await read(commentsPath(company, finding));
    const answer = await lab.call('POST', threadsPath(company, idOf(finding)), { body });
    expect(answer.status).toBe(400);
    expect(answer.json).toEqual({ detail: expect.stringContaining(named) });
    expect(await read(commentsPath(company, finding))).toEqual(before);
  });

  test('the query must name company and finding', async () => {
    for (const query of ['', `?company_guid=${company}`, '?record_id=x'])
      expect(
        (await lab.call('POST', `/annotations/v1/threads${query}`, { body: { message: 'x' } })).status,
      ).toBe(400);
  });
});

describe('remediations', () => {
  const about = (row: Json) => ({
    rolledup_observation_id: idOf(row),
    evidence_key: String(at(row, 'evidence_key')),
    risk_vector: String(at(row, 'risk_vector')),
  });
  const OPEN = { value: 'Open', public: false };

  test('one is set as a client in the field does, found by every documented filter, and changed in place', async () => {
    const path = `/ratings/v1/remediations/${company}`;
    const set = await lab.call('PATCH', path, { body: { ...about(finding), status: OPEN } });
    expect(set).toMatchObject({
      status: 200,
      json: {
        company_guid: company,
        ...about(finding),
        status: OPEN,
        assignments: [],
        creator: lab.admin.userId,
      },
    });
    const created = String(at(set.json as Json, 'created_time'));
    const day = created.slice(0, 10);
    const filters: Record<string, string> = {
      company_guid: company,
      ...about(finding),
      status: 'Open',
      creator: lab.admin.userId,
      created_time_gte: day,
      created_time_lte: day,
    };
    for (const [name, value] of Object.entries(filters)) {
      const query = new URLSearchParams({ [name]: value });
      expect(await results(`/v1/remediations?${query}`), name).toEqual([set.json]);
    }
    expect(await results(`/v1/remediations?${new URLSearchParams(filters)}`)).toEqual([set.json]);
    expect(await results('/v1/remediations?status=Resolved')).toEqual([]);
    lab.access.clock.advance(1000);
    const closed = await lab.call('PATCH', path, {
      body: { ...about(finding), status: { value: 'resolved', public: false } },
    });
    expect(closed.json).toMatchObject({
      guid: at(set.json as Json, 'guid'),
      created_time: created,
      status: { value: 'Resolved' },
    });
    expect(await results('/v1/remediations')).toEqual([closed.json]);
  });

  test('several are set at once, or none', async () => {
    const before = await results('/v1/remediations');
    const entry = (row: Json) => ({ company_guid: company, ...about(row), status: OPEN });
    const wrong = { ...entry(other), rolledup_observation_id: 'nothing' };
    const refused = await lab.call('POST', '/v1/remediations', { body: { data: [entry(other), wrong] } });
    expect(refused.status).toBe(404);
    const stranger = { ...entry(other), company_guid: 'nobody' };
    expect(
      (await lab.call('POST', '/v1/remediations', { body: { data: [entry(other), stranger] } })).status,
    ).toBe(403);
    expect(await results('/v1/remediations')).toEqual(before);
    const made = await lab.call('POST', '/v1/remediations', {
      body: { data: [entry(finding), { ...entry(other), assignments: [lab.admin.userId] }] },
    });
    expect(made).toMatchObject({
      status: 201,
      json: { results: [{ status: OPEN }, { assignments: [lab.admin.userId] }] },
    });
    const kept = await lab.call('PATCH', '/v1/remediations', {
      body: { data: { company_guid: company, ...about(other), status: { value: 'To Do', public: true } } },
    });
    expect(kept).toMatchObject({
      status: 200,
      json: { results: [{ assignments: [lab.admin.userId], status: { value: 'To Do', public: true } }] },
    });
    expect(await read('/v1/remediations?limit=1')).toMatchObject({ count: 2 });
  });

  test.each([
    [{}, 'evidence_key'],
    [{ evidence_key: 'x', risk_vector: 'y', rolledup_observation_id: 'z' }, 'status'],
    [{ evidence_key: 'x', risk_vector: 'y', rolledup_observation_id: 'z', status: {} }, 'status.value'],
    [
      { evidence_key: 'x', risk_vector: 'y', rolledup_observation_id: 'z', status: { value: 'Done' } },
      'No Status, Open',
    ],
    [{ evidence_key: 'x', risk_vector: 'y', rolledup_observation_id: 'z', assignments: 'me' }, 'assignments'],
  ])('a body like %j is 400 that names the field', async (body, named) => {
    const answer = await lab.call('PATCH', `/v1/remediations/${company}`, { body });
    expect(answer.status).toBe(400);
    expect(answer.json).toEqual({ detail: expect.stringContaining(named) });
  });

  test('nobody can be assigned who is no user', async () => {
    const body = { ...about(finding), assignments: ['00000000-0000-4000-8000-000000000000'] };
    const answer = await lab.call('PATCH', `/v1/remediations/${company}`, { body });
    expect(answer).toMatchObject({ status: 400, json: { detail: expect.stringContaining('no user') } });
  });
});

describe('behind the wall', () => {
  let walled: string;
  beforeAll(async () => {
    const { organizationId } = lab.admin;
    const origin = { address: null, client: null };
    const others = [...lab.source.companyNames().keys()].filter(guid => guid !== company).slice(0, 1);
    await lab.groups.create(lab.admin, organizationId, { name: 'Wall', companies: others }, origin);
    walled = await lab.token('Wall');
  });

  test('a company of others has no comments and no remediations, and takes none', async () => {
    expect((await lab.get(commentsPath(company, finding), { token: walled })).status).toBe(403);
    expect(await read('/v1/remediations', walled)).toMatchObject({ count: 0, results: [] });
    const begun = await lab.call('POST', threadsPath(company, idOf(finding)), {
      token: walled,
      body: { message: 'x' },
    });
    expect(begun.status).toBe(403);
    const [comment] = await results(commentsPath(company, finding));
    const answered = await lab.call(
      'POST',
      `/annotations/v1/threads/${at(comment, 'thread_guid')}/comments`,
      {
        token: walled,
        body: { message: 'x' },
      },
    );
    expect(answered.status).toBe(404);
    const set = await lab.call('PATCH', `/v1/remediations/${company}`, {
      token: walled,
      body: {
        rolledup_observation_id: idOf(finding),
        evidence_key: at(finding, 'evidence_key'),
        risk_vector: at(finding, 'risk_vector'),
        status: { value: 'Open', public: false },
      },
    });
    expect(set.status).toBe(403);
  });

  test('a user, and a token that reads alone, write nothing', async () => {
    const reader = await lab.token('All Companies', 'customer_user');
    const readOnly = await lab.token('All Companies', 'customer_admin', ['read_only']);
    for (const token of [reader, readOnly]) {
      expect((await lab.get(commentsPath(company, finding), { token })).status).toBe(200);
      const begun = await lab.call('POST', threadsPath(company, idOf(finding)), {
        token,
        body: { message: 'x' },
      });
      expect(begun.status).toBe(403);
    }
  });
});
