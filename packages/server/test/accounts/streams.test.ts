/** A stream of data goes on only while its reader may read: the session of a browser is asked for again every second. */
import { readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { get } from 'node:https';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addCompanies, addConnection, companyRow, uuid } from '../unified/seed.ts';
import { type Browser, HubLab } from './hub-lab.ts';

/** More than the sockets on the way can hold, so that the server waits for its reader. */
const COMPANIES = 20_000;

let lab: HubLab;
let admin: Browser;
beforeAll(async () => {
  lab = await HubLab.start();
  admin = await lab.setUp();
  const organization_id = lab.hub.organizationId;
  const connection = await addConnection(lab.hub.store, uuid('connection'), { organization_id });
  const rows = Array.from({ length: COMPANIES }, (_, n) =>
    companyRow(connection, uuid(`company ${n}`), { organization_id }),
  );
  await lab.hub.store.write(transaction => addCompanies(transaction, rows));
});
afterAll(() => lab.close());

/** The stream, begun but not read. */
function open(cookie: string): Promise<IncomingMessage> {
  const ca = readFileSync(lab.hub.at.caFile ?? '', 'utf8');
  return new Promise((resolve, reject) => {
    get(`${lab.origin}/v2/tprm/companies?format=ndjson`, { ca, headers: { cookie } }, resolve).on(
      'error',
      reject,
    );
  });
}

/** How many whole lines came, and whether the stream came to its end. */
async function readRest(stream: IncomingMessage): Promise<{ lines: number; isWhole: boolean }> {
  let lines = 0;
  try {
    for await (const chunk of stream) lines += String(chunk).split('\n').length - 1;
    return { lines, isWhole: true };
  } catch {
    return { lines, isWhole: false };
  }
}

test('it is whole for a session that lasts', async () => {
  const stream = await open(String(admin.cookie));
  expect(stream.statusCode).toBe(200);
  lab.clock.advance(2_000);
  expect(await readRest(stream)).toEqual({ lines: COMPANIES, isWhole: true });
});

test('it breaks off when the session has ended meanwhile', async () => {
  const { cookie } = admin;
  const stream = await open(String(cookie));
  expect((await admin.call('DELETE', '/v1/session')).status).toBe(204);
  lab.clock.advance(2_000);
  const { lines, isWhole } = await readRest(stream);
  expect(isWhole).toBe(false);
  expect(lines).toBeLessThan(COMPANIES);
});
