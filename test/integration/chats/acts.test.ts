import { expectFault } from '../../support/engine/refusal';
import { startEngine, type TestEngine } from '../../support/engine/start-engine';
import { until } from '../../support/engine/until';
import { deviations } from '../../support/published/deviations';

jest.setTimeout(90_000);

const [ANSWERS, SILENT, READS] = ['+15005550004', '+15005550003', '+15005550001'];
const CHANGES = '+15005550016';
const path = (chat: string, ...below: string[]): string =>
  ['/v1/chats', ...[chat, ...below].map(encodeURIComponent)].join('/');

describe('what one can do to messages', () => {
  let engine: TestEngine;
  let asked = 0;
  const ask = async (method: string, url: string, status = 200, body?: unknown) => {
    const answer = await engine.call(method, url, body);
    expect([url, answer.status, answer.status === status ? null : answer.body]).toEqual([url, status, null]);
    return answer.body;
  };
  /** Sends a message. @returns it when WhatsApp has it */
  const sent = async (to: string, fields: object = {}) => {
    const text = `Question ${(asked += 1)}`;
    const { id } = await ask('POST', '/v1/messages', 201, { type: 'text', to, text, ...fields });
    return until('it is sent', async () => {
      const { body } = await engine.call('GET', `/v1/messages/${id}`);
      return body.sent_at ? body : undefined;
    });
  };
  const conflict = async (method: string, url: string, why: RegExp, body?: unknown) => {
    const { error } = await ask(method, url, 409, body);
    expect([error.code, error.message]).toEqual(['conflict', expect.stringMatching(why)]);
  };

  beforeAll(async () => {
    engine = await startEngine();
  });
  afterAll(() => engine.close());

  it('edit a sent text: the history and the message show it, and nobody is told', async () => {
    const { id, key, text } = await sent(SILENT);
    const edited = await ask('PATCH', path(SILENT, 'messages', key), 200, { text: 'At ten?' });
    expect(deviations('PublicMessage', edited)).toEqual([]);
    expect(edited).toMatchObject({ key, text: 'At ten?', edited_at: expect.any(String) });
    expect(await ask('GET', path(SILENT, 'messages', key))).toEqual(edited);
    const message = await ask('GET', `/v1/messages/${id}`);
    expect(message).toMatchObject({ text: 'At ten?', edited_at: expect.any(String), revoked_at: null });
    // Once more, as after a lost answer: nothing changes.
    expect(await ask('PATCH', path(SILENT, 'messages', id), 200, { text: 'At ten?' })).toEqual(edited);
    expect(text).not.toBe('At ten?');
  });

  it('take a message back, also twice', async () => {
    const { id, key, text } = await sent(SILENT);
    const url = path(SILENT, 'messages', key);
    for (const name of [url, url, path(SILENT, 'messages', id)])
      expect(await ask('DELETE', name)).toEqual({ key, revoked: true });
    expect(await ask('GET', url)).toMatchObject({ type: 'revoked', text: null });
    expect(await ask('GET', `/v1/messages/${id}`)).toMatchObject({ revoked_at: expect.any(String) });
    await conflict('PATCH', url, /was taken back/, { text });
    await conflict('POST', `${url}/pin`, /was taken back/, { duration_s: 86_400 });
  });

  it('react to what a person wrote, and take it back', async () => {
    await sent(ANSWERS);
    const reply = await until('the reply is there', async () => {
      const { data } = await ask('GET', `${path(ANSWERS, 'messages')}?direction=in`);
      return data[0];
    });
    const url = path(ANSWERS, 'messages', reply.key);
    for (const emoji of ['👍', '❤', '👩🏽‍🚀', '']) {
      const answer = await ask('POST', `${url}/reactions`, 200, { emoji });
      expect(deviations('Reaction', answer)).toEqual([]);
      expect(await ask('GET', url)).toMatchObject({ own_reaction: emoji || null });
    }
    for (const emoji of ['ok', '👍👍', '1', '<3'])
      expectFault(
        await engine.call('POST', `${url}/reactions`, { emoji }),
        'emoji',
        'invalid',
        /not an emoji/,
      );
    await conflict('PATCH', url, /somebody else wrote/, { text: reply.text });
    await conflict('DELETE', url, /somebody else wrote/);
  });

  it('pin and unpin a message', async () => {
    const { key, sent_at: at } = await sent(READS);
    const url = path(READS, 'messages', key, 'pin');
    const pinned = await ask('POST', url, 200, { duration_s: 604_800 });
    expect(deviations('PublicMessage', pinned)).toEqual([]);
    expect(Date.parse(pinned.pinned_until) - Date.parse(at)).toBeGreaterThanOrEqual(604_800_000);
    expect(await ask('POST', url, 200, { duration_s: 0 })).toMatchObject({ pinned_until: null });
    const refused = await engine.call('POST', url, { duration_s: 60 });
    expectFault(refused, 'duration_s', 'invalid_value', /0, 86400, 604800, 2592000/);
  });

  it('change nothing of a message that is not in the chat yet, and say what to do', async () => {
    const send_at = new Date(Date.now() + 3_600_000).toISOString();
    const later = { type: 'text', to: SILENT, text: 'Later', send_at };
    const { id } = await ask('POST', '/v1/messages', 201, later);
    const url = path(SILENT, 'messages', id);
    await conflict('DELETE', url, new RegExp(`Cancel it with POST /v1/messages/${id}/cancel`));
    await conflict('PATCH', url, new RegExp(`Change it with PATCH /v1/messages/${id}`), { text: 'x' });
    await conflict('POST', `${url}/reactions`, /not been sent yet/, { emoji: '👍' });
    await ask('POST', `/v1/messages/${id}/cancel`);
    await conflict('DELETE', url, /was never sent/);
  });

  it('edit a caption, which is shorter than a text, and nothing else', async () => {
    const data_base64 = Buffer.from('%PDF-1.7').toString('base64');
    const media = { data_base64, caption: 'Bill' };
    const { id, key } = await sent(SILENT, { type: 'media', media, text: undefined });
    const url = path(SILENT, 'messages', key);
    const long = await engine.call('PATCH', url, { text: 'x'.repeat(1025) });
    expectFault(long, 'text', 'too_big', /a caption may have 1024/);
    expect(await ask('PATCH', url, 200, { text: 'Paid' })).toMatchObject({ caption: 'Paid' });
    expect(await ask('GET', `/v1/messages/${id}`)).toMatchObject({ media_caption: 'Paid' });
    const location = { latitude: 1, longitude: 2 };
    const place = await sent(SILENT, { type: 'location', location, text: undefined });
    await conflict('PATCH', path(SILENT, 'messages', place.key), /this is a location/, { text: 'x' });
  });

  it('are told of a pin by somebody else, and of a reply that was edited and taken back', async () => {
    const { key, id } = await sent(CHANGES);
    const [shown] = await until('all has happened', async () => {
      const { data } = await ask('GET', `${path(CHANGES, 'messages')}?message_types=chat,revoked&order=asc`);
      return data[1]?.revoked_at && data;
    });
    expect(shown).toMatchObject({ key, pinned_until: expect.any(String) });
    const told = (await engine.call('GET', `/v1/people/${encodeURIComponent(CHANGES)}/export`)).body.events;
    const pinned = told.find(({ type }: { type: string }) => type === 'message.pinned');
    expect(pinned.data).toMatchObject({
      ...{ type: 'pinned', reply_to: key, in_reply_to_message_id: id, text: null },
      pinned_until: shown.pinned_until,
    });
  });

  it('forward what was sent, also with its file, as a message like any other', async () => {
    const data_base64 = Buffer.from('%PDF-1.7').toString('base64');
    const { key } = await sent(SILENT, {
      type: 'media',
      media: { data_base64, caption: 'Bill' },
      text: undefined,
    });
    const url = path(SILENT, 'messages', key, 'forward');
    const send_at = new Date(Date.now() + 3_600_000).toISOString();
    const forwarded = await ask('POST', url, 201, { to: READS, send_at, reference: 'bill' });
    expect(forwarded).toMatchObject({
      ...{ type: 'media', media_kind: 'document', media_caption: 'Bill', forwarded: true },
      ...{ to: READS, status: 'scheduled', send_at, reference: 'bill', key: null },
    });
    const changed = await engine.call('PATCH', `/v1/messages/${forwarded.id}`, { media_caption: 'x' });
    expectFault(changed, 'media_caption', 'not_editable', /forwarded message/);
    await ask('PATCH', `/v1/messages/${forwarded.id}`, 200, {
      send_at: new Date(Date.now() + 11_000).toISOString(),
    });
    await ask('POST', `/v1/messages/${forwarded.id}/cancel`);
  });

  it('forward what a person wrote, once for each idempotency key', async () => {
    const reply = (await ask('GET', `${path(ANSWERS, 'messages')}?direction=in`)).data[0];
    const url = path(ANSWERS, 'messages', reply.key, 'forward');
    const headers = { 'Idempotency-Key': 'once' };
    const [first, again] = [
      await engine.call('POST', url, { to: READS }, headers),
      await engine.call('POST', url, { to: READS }, headers),
    ];
    expect([first.status, again.status]).toEqual([201, 200]);
    expect(again.body).toEqual(first.body);
    expect(first.body).toMatchObject({ type: 'text', text: 'yes', forwarded: true, to: READS });
    await until('it is read', async () => {
      return (await engine.call('GET', `/v1/messages/${first.body.id}`)).body.status === 'read';
    });
    const bad = await engine.call('POST', url, { to: '12', send_at: 'soon', text: 'x' });
    expect(bad.body.error.details.map(({ path: field }: { path: string }) => field).sort()).toEqual([
      ...['send_at', 'text', 'to'],
    ]);
  });

  it('know only messages of the chat, of this mode', async () => {
    const { key } = await sent(SILENT);
    const strange = path(READS, 'messages', key);
    for (const [method, url, body] of [
      ['POST', `${strange}/reactions`, { emoji: '👍' }],
      ['DELETE', strange, undefined],
      ['PATCH', path(SILENT, 'messages', 'true_15005550003@c.us_3EB0FF'), { text: 'x' }],
      ['POST', path(SILENT, 'messages', 'msg_1', 'pin'), { duration_s: 0 }],
    ] as const)
      expect((await ask(method, url, 404, body)).error.code).toBe('not_found');
    const live = engine.callAs((await engine.createKey('live')).key);
    expect((await live('DELETE', path(SILENT, 'messages', key))).status).toBe(404);
  });

  it('show typing, in chats with and without messages, but not in channels', async () => {
    for (const chat of [SILENT, '+14155550177', '120363000000000009@g.us'])
      expect(await ask('POST', path(chat, 'typing'), 202, { seconds: 20 })).toEqual({ ok: true });
    await ask('POST', path(SILENT, 'typing'), 202, { seconds: 1.5, kind: 'voice' });
    await conflict('POST', path('1234567890@newsletter', 'typing'), /Channels do not show/, { seconds: 1 });
    const refused = await engine.call('POST', path(SILENT, 'typing'), { seconds: 26, kind: 'dots' });
    expect(refused.body.error.details.map(({ path: field }: { path: string }) => field).sort()).toEqual([
      'kind',
      'seconds',
    ]);
  });
});
