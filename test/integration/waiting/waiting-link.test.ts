import { startLiveEngine, type LiveEngine } from '../sessions/live-engine';
import type { ScriptedLink } from '../../support/engine/scripted-whatsapp';

describe('what a message waits for while its number', () => {
  let engine: LiveEngine;
  let session: string;
  let link: ScriptedLink;
  beforeAll(async () => {
    engine = await startLiveEngine({ flags: { BLUETICKS_PACING: 'on' } });
    ({ id: session, link } = await engine.linkNumber('+14155550100'));
  }, 60_000);
  afterAll(() => engine.close());

  const send = async (to: string, fields: object = {}) => {
    const { status, body } = await engine.live('POST', '/v1/messages', {
      type: 'text',
      to,
      text: 'Hello',
      ...fields,
    });
    expect([status, body.error]).toEqual([201, undefined]);
    return body.id as string;
  };
  const waitingFor = async (id: string) => (await engine.live('GET', `/v1/messages/${id}`)).body.waiting_for;
  const tomorrow = new Date(Date.now() + 86_400_000).toISOString();

  it('is restricted: new contacts wait, and others do not', async () => {
    await link.receive('hello', '14155550200@c.us');
    const end = Date.now() + 3_600_000;
    link.become('restricted', 'rejected 463', end);
    await engine.inState(session, 'restricted');
    const stranger = await send('+14155550201');
    expect(await waitingFor(stranger)).toMatchObject({
      reason: 'restricted',
      until: new Date(end).toISOString(),
    });
    const known = await send('+14155550200');
    expect((await waitingFor(known))?.reason).not.toBe('restricted');
    await engine.live('POST', '/v1/messages/cancel', { to: '+14155550201' });
  });

  it('is not connected', async () => {
    link.become('disconnected', 'No network.');
    await engine.inState(session, 'disconnected');
    const [due, later] = [await send('+14155550300'), await send('+14155550301', { send_at: tomorrow })];
    expect(await waitingFor(due)).toMatchObject({ reason: 'link_down', until: null });
    // By tomorrow, it will probably be connected.
    expect(await waitingFor(later)).toMatchObject({ reason: 'send_at', until: tomorrow });
  });

  it('is logged out', async () => {
    const later = await send('+14155550302', { send_at: tomorrow });
    link.logOutOnPhone('You logged out.');
    await engine.inState(session, 'logged_out');
    const wait = await waitingFor(later);
    expect(wait).toMatchObject({ reason: 'send_at', until: tomorrow });
    expect(wait.message).toMatch(/ Link the number before then\.$/);
  });
});
