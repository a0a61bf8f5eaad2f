import { expectFault } from '../../support/engine/refusal';
import { startEngine, type TestEngine } from '../../support/engine/start-engine';
import { until } from '../../support/engine/until';
import { deviations } from '../../support/published/deviations';
import { DATABASE_KINDS } from '../../support/servers/fresh-database';

jest.setTimeout(90_000);

const [ANSWERS, READS, EDITS, OWNER] = ['+15005550004', '+15005550001', '+15005550010', '+15005550011'];
const chatIdOf = (phone: string): string => `${phone.slice(1)}@c.us`;
const path = (chat: string, ...below: string[]): string =>
  ['/v1/chats', ...[chat, ...below].map(encodeURIComponent)].join('/');

describe.each(DATABASE_KINDS)('/v1/chats, on %s,', (database) => {
  let engine: TestEngine;
  const ask = async (method: string, url: string, status = 200, body?: unknown) => {
    const answer = await engine.call(method, url, body);
    expect([url, answer.status, answer.status === status ? null : answer.body]).toEqual([url, status, null]);
    return answer.body;
  };
  const send = (to: string, fields: object = {}) =>
    ask('POST', '/v1/messages', 201, { type: 'text', to, text: 'See you at nine?', ...fields });
  const messages = async (chat: string, query = ''): Promise<Record<string, string>[]> =>
    (await ask('GET', `${path(chat, 'messages')}${query}`)).data;

  beforeAll(async () => {
    engine = await startEngine({ database });
    for (const to of [ANSWERS, READS, EDITS, OWNER]) await send(to);
    await until('everyone has answered', async () => {
      const all = await Promise.all([ANSWERS, EDITS, OWNER].map((to) => messages(to)));
      const [read] = await messages(READS);
      return all.every(({ length }) => length === 2) && all[1]![0]!.edited_at && read?.ack === (3 as never);
    });
  });
  afterAll(() => engine.close());

  it('lists chats, the one with the latest message first, in pages', async () => {
    const { data: chats } = await ask('GET', '/v1/chats');
    expect(chats.flatMap((chat: object) => deviations('Chat', chat))).toEqual([]);
    expect(chats.map(({ id }: { id: string }) => id).sort()).toEqual(
      [ANSWERS, READS, EDITS, OWNER].map(chatIdOf).sort(),
    );
    const times = chats.map(({ last_message_at: at }: { last_message_at: string }) => at);
    expect(times).toEqual([...times].sort().reverse());
    const first = await ask('GET', '/v1/chats?limit=3');
    const second = await ask('GET', `/v1/chats?limit=3&cursor=${first.next_cursor}`);
    expect([first.has_more, second.has_more, second.next_cursor]).toEqual([true, false, null]);
    expect([...first.data, ...second.data]).toEqual(chats);
  });

  it('finds chats by name, number and kind', async () => {
    const ids = async (query: string) =>
      (await ask('GET', `/v1/chats?${query}`)).data.map(({ id }: { id: string }) => id);
    expect(await ids('q=555-0004')).toEqual([chatIdOf(ANSWERS)]);
    expect(await ids('query=sandbox%20REC')).toHaveLength(2);
    expect(await ids('q=100%25')).toEqual([]);
    expect(await ids('filter=contacts&include_without_name=true')).toHaveLength(4);
    expect(await ids('filter=groups')).toEqual([]);
    expect(await ids('filter=newsletters')).toEqual([]);
  });

  it('lists chats with their latest messages, and only those that have a name, as asked', async () => {
    const { data } = await ask('GET', '/v1/chats?include_last_message=true');
    const [latest] = await messages(ANSWERS);
    const chat = data.find(({ id }: { id: string }) => id === chatIdOf(ANSWERS));
    expect(chat.last_message).toEqual(latest);
    const named = (await ask('GET', '/v1/chats?include_without_name=false')).data;
    expect(named.map(({ name }: { name: string }) => name)).not.toContain(null);
    expect(named.length).toBeLessThan(data.length);
  });

  it('shows one chat, however it is named', async () => {
    const chat = await ask('GET', path(ANSWERS));
    expect(deviations('Chat', chat)).toEqual([]);
    expect(chat).toMatchObject({ id: chatIdOf(ANSWERS), name: 'Sandbox recipient', unread_count: 1 });
    for (const given of [chatIdOf(ANSWERS), '+1 500 555-0004', '15005550004@s.whatsapp.net', chat.person_id])
      expect(await ask('GET', path(given))).toEqual(chat);
    expect((await ask('GET', path('+15005550099'), 404)).error.code).toBe('not_found');
    expectFault(await engine.call('GET', path('Anna')), 'chat_id', 'invalid_recipient', /contains letters/);
  });

  it('shows the conversation: what was sent, answered and written on the phone', async () => {
    const shown = await messages(ANSWERS);
    expect(shown.flatMap((message) => deviations('PublicMessage', message))).toEqual([]);
    const [reply, sent] = shown;
    expect([sent, reply]).toMatchObject([
      { text: 'See you at nine?', from_me: true, source: 'engine', type: 'chat', ack: 2 },
      { text: 'yes', from_me: false, source: 'received', reply_to: sent!.key, ack: null },
    ]);
    expect(await ask('GET', `/v1/messages/${sent!.message_id}`)).toMatchObject({ key: sent!.key });
    expect((await messages(EDITS))[0]).toMatchObject({ text: 'at ten', edited_at: expect.any(String) });
    expect((await messages(OWNER))[0]).toMatchObject({
      ...{ text: 'I will call you', from_me: true, source: 'phone' },
      from: '15005550100@c.us',
    });
  });

  it('searches, filters and pages in either order', async () => {
    const [reply, sent] = await messages(ANSWERS);
    expect(await messages(ANSWERS, '?q=YES')).toEqual([reply]);
    expect(await messages(ANSWERS, '?query=nine&direction=out&message_types=chat,image')).toEqual([sent]);
    expect(await messages(ANSWERS, '?message_types=image&message_types=ptt')).toEqual([]);
    expect(await messages(ANSWERS, '?order=asc')).toEqual([sent, reply]);
    const first = await ask('GET', `${path(ANSWERS, 'messages')}?mode=history&limit=1`);
    expect(first).toMatchObject({ data: [sent], has_more: true });
    expect(await messages(ANSWERS, `?mode=history&limit=1&cursor=${first.next_cursor}`)).toEqual([reply]);
    expectFault(
      await engine.call('GET', `${path(ANSWERS, 'messages')}?order=desc&cursor=${first.next_cursor}`),
      ...(['cursor', 'invalid_cursor', /not a cursor of this list/] as const),
    );
    const at = encodeURIComponent(reply!.timestamp!);
    expect(await messages(ANSWERS, `?since=${at}`)).toEqual([reply]);
    expect(await messages(ANSWERS, `?before=${at}&load_from_phone_if_needed=false`)).toEqual([sent]);
    expect(await messages('+15005550099')).toEqual([]);
  });

  it.each<[string, string, string, string | RegExp]>([
    ['', 'limit=201', 'limit', 'invalid_format'],
    ['', 'filter=people', 'filter', 'invalid_value'],
    ['', 'sort=name', 'sort', 'unknown_field'],
    ['messages', 'since=yesterday', 'since', 'invalid_time'],
    ['messages', 'until=2026-07-01T09:00:00', 'until', 'missing_offset'],
    ['messages', 'direction=up', 'direction', 'invalid_value'],
    ['messages', 'q=', 'q', 'too_small'],
  ])('refuses %s?%s', async (below, query, field, code) => {
    const url = below === '' ? '/v1/chats' : path(ANSWERS, below);
    expectFault(await engine.call('GET', `${url}?${query}`), field, code as string, /./);
  });

  it('shows one message by its key, and how far it has got', async () => {
    const [reply, sent] = await messages(ANSWERS);
    const [read] = await messages(READS);
    for (const one of [reply, sent]) {
      const message = await ask('GET', path(ANSWERS, 'messages', one!.key!));
      expect(deviations('PublicMessage', message)).toEqual([]);
      expect(message).toEqual(one);
    }
    const ackOf = async (to: string, { key }: Record<string, string>) =>
      (await ask('GET', path(to, 'messages', key!, 'ack'))).ack;
    expect([await ackOf(ANSWERS, reply!), await ackOf(ANSWERS, sent!), await ackOf(READS, read!)]).toEqual([
      ...[null, 2, 3],
    ]);
    const unknown = `true_${chatIdOf(ANSWERS)}_3EB0AAAAAA`;
    const keys = [reply!.key, sent!.key, read!.key, unknown, 'x'];
    expect((await ask('POST', '/v1/chats/message_acks', 200, { message_keys: keys })).data).toEqual(
      keys.map((key, index) => ({ key, ack: [null, 2, 3, null, null][index] })),
    );
    for (const key of [unknown, 'x', read!.key!])
      for (const below of [[], ['ack'], ['media'], ['media_url']])
        await ask('GET', path(ANSWERS, 'messages', key, ...below), 404);
    expectFault(
      await engine.call('POST', '/v1/chats/message_acks', { message_keys: [], chats: 1 }),
      ...(['message_keys', 'too_small', /./] as const),
    );
  });

  it('accepts open, which does nothing', async () => {
    expect(await ask('POST', `${path('+1 500 555 0099')}/open`)).toEqual({ chat_id: '15005550099@c.us' });
    expectFault(
      await engine.call('POST', `${path('0')}/open`),
      ...(['chat_id', 'invalid_recipient', /country code/] as const),
    );
  });

  it('sends a message to the chat in the path', async () => {
    const body = { type: 'text', text: 'Until then', reference: 'in-chat' };
    const headers = { 'idempotency-key': `in-chat ${database}` };
    const sent = await engine.call('POST', path(READS, 'messages'), body, headers);
    expect([sent.status, deviations('MessageResponse', sent.body)]).toEqual([201, []]);
    expect(sent.body).toMatchObject({ to: READS, text: 'Until then', reference: 'in-chat' });
    const again = await engine.call('POST', path(READS, 'messages'), body, headers);
    expect([again.status, again.body]).toEqual([200, sent.body]);
    const elsewhere = await engine.call('POST', path(OWNER, 'messages'), body, headers);
    expect(elsewhere.status).toBe(409);
    await until('it is in the chat', async () => (await messages(READS))[0]?.text === 'Until then');

    expectFault(
      await engine.call('POST', path(READS, 'messages'), { ...body, to: ANSWERS }),
      ...(['to', 'unknown_field', /not a field/] as const),
    );
    const wrong = { type: 'text', text: '', reply_to: 'x' };
    const { error } = await ask('POST', path(READS, 'messages'), 400, wrong);
    expect(error.details.map((detail: { path: string }) => detail.path).sort()).toEqual(['reply_to', 'text']);
    expectFault(
      await engine.call('POST', path('Anna', 'messages'), body),
      ...(['chat_id', 'invalid_recipient', /contains letters/] as const),
    );
  });

  it('marks a chat as read', async () => {
    expect((await ask('GET', path(EDITS))).unread_count).toBe(1);
    expect(await ask('POST', path(EDITS, 'mark_read'))).toEqual({ ok: true });
    expect((await ask('GET', path(EDITS))).unread_count).toBe(0);
    expect(await ask('POST', path(EDITS, 'mark_read'))).toEqual({ ok: true });
    await ask('POST', path('+15005550099', 'mark_read'), 404);
  });

  it('loads older messages from the sandbox’s phone, once', async () => {
    const to = '+15005550088';
    await send(to);
    await until('it was sent', async () => (await messages(to)).length === 1);
    const older = await ask('POST', path(to, 'messages', 'load_older'));
    expect(deviations('LoadOlder', older)).toEqual([]);
    expect(older).toEqual({ total_messages: 4, added: 3, can_load_more: false });
    expect(await messages(to)).toMatchObject([
      { source: 'engine' },
      { text: 'See you then!', from_me: false, source: 'history' },
      { text: 'Yes, at nine.', from_me: true, source: 'history', message_id: null },
      { text: 'Is tomorrow still fine?', from_me: false, source: 'history', from_name: 'Sandbox recipient' },
    ]);
    expect((await ask('GET', path(to))).unread_count).toBe(0);
    expect(await ask('POST', path(to, 'messages', 'load_older'))).toEqual({ ...older, added: 0 });
    await ask('POST', path('+15005550099', 'messages', 'load_older'), 404);
  });

  it('loads older messages by itself for a list that asks for it', async () => {
    const to = '+15005550089';
    await send(to);
    await until('it was sent', async () => (await messages(to)).length === 1);
    expect(await messages(to, '?load_from_phone_if_needed=true&order=asc')).toHaveLength(1);
    expect(await messages(to, '?load_from_phone_if_needed=true')).toHaveLength(4);
    expect(await messages('+15005550099', '?load_from_phone_if_needed=true')).toEqual([]);
  });

  it('lists the people in the chats as contacts', async () => {
    const { data, next_cursor: next } = await ask('GET', '/v1/contacts?limit=3');
    const rest = await ask('GET', `/v1/contacts?limit=3&cursor=${next}`);
    const all = [...data, ...rest.data];
    expect(new Set(all.map(({ chat_id: id }) => id)).size).toBe(all.length);
    expect(all).toContainEqual({
      ...{ chat_id: chatIdOf(ANSWERS), name: 'Sandbox recipient', is_business: false },
      person_id: (await ask('GET', path(ANSWERS))).person_id,
    });
  });

  it('gives the file of a message that the engine sent', async () => {
    const to = '+15005550077';
    const png =
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==';
    const media = { data_base64: png, caption: 'look', filename: 'dot.png' };
    await send(to, { type: 'media', text: undefined, media });
    const message = await until('it was sent', async () => (await messages(to))[0]);
    expect(deviations('PublicMessage', message)).toEqual([]);
    expect(message).toMatchObject({ type: 'image', text: 'look', caption: 'look', filename: 'dot.png' });
    const [inline] = await messages(to, '?include_media_content=true');
    expect(inline!.media).toMatchObject({ data_base64: png });
    const shown = await ask('GET', path(to, 'messages', message.key!, 'media'));
    expect(deviations('Media', shown)).toEqual([]);
    expect(shown).toMatchObject({ mimetype: 'image/png', filename: 'dot.png', media_unavailable: null });
    const { url } = await ask('GET', path(to, 'messages', message.key!, 'media_url'));
    for (const address of [url, shown.url, message.media_url]) {
      const file = await fetch(address);
      expect([file.status, file.headers.get('content-type')]).toEqual([200, 'image/png']);
      expect(Buffer.from(await file.arrayBuffer()).toString('base64')).toBe(png);
    }
    const [text] = await messages(ANSWERS);
    const none = await ask('GET', path(ANSWERS, 'messages', text!.key!, 'media'));
    expect(deviations('Media', none)).toEqual([]);
    expect(none).toMatchObject({ url: null, media_unavailable: 'no_media' });
    expect(await ask('GET', path(ANSWERS, 'messages', text!.key!, 'media_url'))).toEqual({ url: null });
  });

  it('shows a live key nothing of it', async () => {
    const { key } = await engine.createKey('live');
    const call = engine.callAs(key);
    const [sent] = await messages(ANSWERS);
    expect((await call('GET', '/v1/chats')).body.data).toEqual([]);
    expect((await call('GET', path(ANSWERS, 'messages'))).body.data).toEqual([]);
    expect((await call('GET', path(ANSWERS))).status).toBe(404);
    expect((await call('GET', path(ANSWERS, 'messages', sent!.key!))).status).toBe(404);
    const acks = await call('POST', '/v1/chats/message_acks', { message_keys: [sent!.key] });
    expect(acks.body.data).toEqual([{ key: sent!.key, ack: null }]);
  });

  it('is part of what is exported of a person', async () => {
    const { history } = await ask('GET', `/v1/people/${encodeURIComponent(ANSWERS)}/export`);
    expect(history.map(({ text }: { text: string }) => text)).toEqual(['yes', 'See you at nine?']);
    await ask('DELETE', `/v1/people/${encodeURIComponent(ANSWERS)}`);
    expect(await messages(ANSWERS)).toEqual([]);
    await ask('GET', path(ANSWERS), 404);
  });
});

it('keeps no history for 0 days', async () => {
  const engine = await startEngine({ flags: { BLUETICKS_HISTORY_DAYS: '0' } });
  const { id } = (await engine.call('POST', '/v1/messages', { type: 'text', to: READS, text: 'x' })).body;
  await until('it was read', async () => (await engine.call('GET', `/v1/messages/${id}`)).body.read_at);
  expect((await engine.call('GET', '/v1/chats')).body.data).toEqual([]);
  expect((await engine.call('GET', path(READS, 'messages'))).body.data).toEqual([]);
  const { status, body } = await engine.call('POST', path(READS, 'messages', 'load_older'));
  expect([status, body.error.message]).toEqual([409, expect.stringContaining('BLUETICKS_HISTORY_DAYS is 0')]);
  await engine.close();
});
