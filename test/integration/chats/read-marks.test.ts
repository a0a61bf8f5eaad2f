import { notWanted, TransportError } from '../../../engine/transport/transport';
import { until } from '../../support/engine/until';
import type { ScriptedLink } from '../../support/engine/scripted-whatsapp';
import { startLiveEngine, type LiveEngine } from '../sessions/live-engine';

jest.setTimeout(60_000);

const ADA = '14155550123@c.us';
const BOB = '14155550124@c.us';

describe('the session setting mark_read', () => {
  let engine: LiveEngine;
  let id: string;
  let link: ScriptedLink;
  /** What went to WhatsApp, in order. */
  const wire: string[] = [];

  beforeAll(async () => {
    engine = await startLiveEngine();
    ({ id, link } = await engine.linkNumber('+14155550100'));
    const { send } = link;
    link.send = (message) => {
      wire.push(message.content.type === 'text' ? message.content.text : message.content.type);
      return send.call(link, message);
    };
    const { markRead } = link;
    link.markRead = async (contents) => {
      await markRead.call(link, contents);
      wire.push(`read ${contents.map((content) => Buffer.from(content).toString()).join(', ')}`);
    };
  });
  beforeEach(() => void wire.splice(0));
  afterAll(() => engine.close());

  const set = async (mark_read: string) => {
    const { body } = await engine.live('PATCH', `/v1/sessions/${id}`, { mark_read });
    expect(body).toMatchObject({ mark_read });
    await until('its owner knows', async () => {
      // The owner answers requests in their order.
      return (await engine.live('GET', '/v1/contacts/%2B14155550100/check')).status === 200;
    });
  };
  const write = async (text: string, to = ADA, fields: object = {}) => {
    const { status } = await engine.live('POST', '/v1/messages', { type: 'text', to, text, ...fields });
    expect(status).toBe(201);
    await until('it went out', () => wire.includes(text));
  };
  const unread = async (chat = ADA) => (await engine.live('GET', `/v1/chats/${chat}`)).body.unread_count;

  it('is never unless it is set, and can have three values', async () => {
    expect((await engine.live('GET', `/v1/sessions/${id}`)).body.mark_read).toBe('never');
    await link.receive('hello?', ADA);
    await write('hi');
    expect([wire, await unread()]).toEqual([['hi'], 1]);
    const { body } = await engine.live('PATCH', `/v1/sessions/${id}`, { mark_read: 'sometimes' });
    expect(body.error.details).toMatchObject([{ path: 'mark_read', code: 'invalid_value' }]);
  });

  it('on_reply: marks what was received in the chat right before an answer, and nothing else', async () => {
    await set('on_reply');
    await link.receive('when?', ADA);
    await link.receive('other', BOB);
    expect(wire).toEqual([]);
    await write('at nine');
    // What was not read before is read with it.
    expect(wire).toEqual(['read hello?, when?', 'at nine']);
    expect([await unread(), await unread(BOB)]).toEqual([0, 1]);
    await write('or ten');
    expect(wire.slice(2)).toEqual(['or ten']);
  });

  it('on_reply: with an answer that can still be stopped, marks once it has gone', async () => {
    await link.receive('free at nine?', ADA);
    await write('yes', ADA, { cancel_on_reply: true });
    await until('it is marked', () => wire.length > 1);
    expect([wire, await unread()]).toEqual([['yes', 'read free at nine?'], 0]);
  });

  it('on_reply: marks nothing if a person takes over the chat right before the answer goes', async () => {
    await link.receive('and at ten?', ADA);
    const { send } = link;
    link.send = async (message) => {
      await engine.live('PATCH', `/v1/chats/${ADA}`, { handled_by: 'human' });
      expect(await message.mayGo?.()).toBe(false);
      throw notWanted();
    };
    const body = { type: 'text', to: ADA, text: 'at ten too', cancel_on_takeover: true };
    const { body: message } = await engine.live('POST', '/v1/messages', body);
    await until('it is canceled', async () => {
      return (await engine.live('GET', `/v1/messages/${message.id}`)).body.status === 'canceled';
    });
    link.send = send;
    expect([wire, await unread()]).toEqual([[], 1]);
    await engine.live('PATCH', `/v1/chats/${ADA}`, { handled_by: 'bot' });
    await write('now', ADA);
    expect(wire).toEqual(['read and at ten?', 'now']);
  });

  it('on_reply: a sequence answers nobody, and an answer goes out even if marking fails', async () => {
    await link.receive('still there?', ADA);
    const steps = [{ after: 'PT0S', type: 'text', text: 'step' }];
    expect((await engine.live('POST', '/v1/sequences', { to: '+14155550123', steps })).status).toBe(201);
    await until('the step went out', () => wire.includes('step'));
    expect([wire, await unread()]).toEqual([['step'], 1]);
    link.fault = new TransportError('link_down', true);
    await write('yes');
    expect(wire.at(-1)).toBe('yes');
  });

  it('at_once: marks what is received as soon as it is stored, or when the link is up again', async () => {
    await set('at_once');
    await link.receive('quick', BOB);
    await until('it is marked', () => wire.length > 0);
    expect(wire).toEqual(['read quick']);
    link.become('disconnected');
    await link.receive('away', BOB);
    expect(wire).toEqual(['read quick']);
    link.become('connected');
    await until('it is marked too', () => wire.length > 1);
    expect(wire).toEqual(['read quick', 'read away']);
    // What came before the setting stays unread.
    await until('they are counted', async () => (await unread(BOB)) === 1);
  });

  it('never again: marks nothing more', async () => {
    await set('never');
    await link.receive('last', BOB);
    await write('bye', BOB);
    expect(wire).toEqual(['bye']);
  });
});
