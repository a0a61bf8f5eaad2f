import { systemClock } from '../../../engine/async/clock';
import { Encryption } from '../../../engine/encryption/encryption';
import { createTransact } from '../../../engine/events/transact';
import { changeProxy, openProxy } from '../../../engine/sessions/session-proxy';
import { insertSession, listSessions } from '../../../engine/store/tables/sessions';
import { freshDatabase } from '../../support/servers/fresh-database';
import { expectEnvelope, expectFault } from '../../support/engine/refusal';
import { until } from '../../support/engine/until';
import { startLiveEngine, type LiveEngine } from './live-engine';

const SECRET = 'hunter2';
const URL = `http://reseller-42:${SECRET}@127.0.0.1:8080`;
const SHOWN = 'http://re***:***@127.0.0.1:8080';

describe('the proxy of a number', () => {
  let engine: LiveEngine;
  beforeAll(async () => (engine = await startLiveEngine()));
  afterAll(() => engine.close());

  const path = (id: string): string => `/v1/sessions/${id}`;
  const patch = (id: string, body: object) => engine.live('PATCH', path(id), body);

  it('is used from the first connection of a session that is made with one', async () => {
    const { status, body } = await engine.live('POST', '/v1/sessions', { proxy: URL });
    expect([status, body.proxy]).toEqual([201, SHOWN]);
    await until('a process opens it', () => engine.whatsapp.isOpen(body.id));
    expect(engine.whatsapp.link(body.id).proxies[0]).toBe(URL);
  });

  it('is taken at once when it changes, shown without its secrets, and taken away by null', async () => {
    const { id, link } = await engine.makeSession();
    expect((await engine.live('GET', path(id))).body.proxy).toBeNull();
    expect((await patch(id, { proxy: URL })).body.proxy).toBe(SHOWN);
    await until('the link takes it', () => link.proxies.at(-1) === URL);
    // The same once more is no change: nothing reconnects.
    await patch(id, { proxy: URL });
    const other = URL.replace('8080', '8081');
    await patch(id, { proxy: other });
    await until('the link takes the other', () => link.proxies.at(-1) === other);
    expect((await patch(id, { proxy: null })).body.proxy).toBeNull();
    await until('the link takes none', () => link.proxies.at(-1) === null);
    expect(link.proxies).toEqual([null, URL, other, null]);
    expect(JSON.stringify((await engine.live('GET', '/v1/sessions')).body)).not.toContain(SECRET);
  });

  it('is named with all other faults, and never repeated in them', async () => {
    const { id } = await engine.makeSession();
    const body = {
      proxy: `http://u:${SECRET}@h`,
      pacing: { quiet_hours: { start: '25:00', end: '26:00', timezone: 'x' } },
    };
    const answer = await patch(id, body);
    expectEnvelope(answer);
    const paths = answer.body.error.details.map(({ path: at }: { path: string }) => at);
    expect(paths).toEqual(expect.arrayContaining(['proxy', 'pacing.quiet_hours.start']));
    expectFault(await patch(id, { proxy: SHOWN }), 'proxy', 'invalid_proxy', /masked form/);
    expectFault(await patch(id, { proxy: 5 }), 'proxy', 'wrong_type', /string/);
    expectFault(
      await engine.live('POST', '/v1/sessions', { proxy: 'x' }),
      'proxy',
      'invalid_proxy',
      /must start/,
    );
    expect(JSON.stringify(answer.body)).not.toContain(SECRET);
  });

  it('is tested on request', async () => {
    const { id, link } = await engine.makeSession();
    const test = () => engine.live('POST', `${path(id)}/proxy/test`);
    expect((await test()).body.error).toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('has no proxy'),
    });
    await patch(id, { proxy: URL });
    await until('the link takes it', () => link.proxies.at(-1) === URL);
    expect(await test()).toMatchObject({ status: 200, body: { works: true, fault: null } });
    await patch(id, { proxy: URL.replace(SECRET, 'wrong') });
    await until('the link takes it', () => link.proxies.at(-1)?.includes('wrong'));
    const { body } = await test();
    expect(body).toMatchObject({ works: false, fault: 'wrong_password' });
    expect(body.message).toMatch(/Check both/);
  });

  it('is nothing for the sandbox', async () => {
    const [{ id }] = (await engine.call('GET', '/v1/sessions')).body.data;
    const answer = await engine.call('PATCH', path(id), { proxy: URL });
    expect([answer.status, answer.body.error.code]).toEqual([409, 'conflict']);
  });
});

it('is stored sealed, for its own session alone', async () => {
  const { database, cleanup } = await freshDatabase('pglite');
  const encryption = new Encryption(Buffer.alloc(32, 7));
  const transact = createTransact(database, systemClock, {
    onDeliveries: () => undefined,
    onWake: () => undefined,
  });
  await transact(async (work) => {
    const row = await insertSession(work.sql, {
      id: 'ses_1',
      mode: 'live',
      name: null,
      created_at: work.now,
    });
    await changeProxy(work, row, URL, encryption);
  });
  const [row] = (await listSessions(database)).filter(({ id }) => id === 'ses_1');
  expect(row?.shown_proxy).toBe(SHOWN);
  expect(row?.sealed_proxy?.includes(SECRET)).toBe(false);
  expect(openProxy('ses_1', row!.sealed_proxy, encryption)).toBe(URL);
  expect(() => openProxy('ses_2', row!.sealed_proxy, encryption)).toThrow('cannot be decrypted');
  await cleanup();
});
