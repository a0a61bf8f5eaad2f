import { startEngine, type Answer, type TestEngine } from '../../support/engine/start-engine';
import { until } from '../../support/engine/until';

const to = '+15005550003';
const text = { type: 'text', to, text: 'Hello' };
const ahead = (ms: number): string => new Date(Date.now() + ms).toISOString();
const HOUR = 3_600_000;

let engine: TestEngine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.close());

const create = async (fields: object): Promise<Answer['body']> => {
  const answer = await engine.call('POST', '/v1/messages', fields);
  expect([answer.status, answer.body.error]).toEqual([201, undefined]);
  return answer.body;
};
const get = async (id: string): Promise<Answer['body']> =>
  (await engine.call('GET', `/v1/messages/${id}`)).body;
const ids = async (query: string): Promise<string[]> => {
  const { status, body } = await engine.call('GET', `/v1/messages?${query}`);
  expect(status).toBe(200);
  return body.data.map((message: { id: string }) => message.id);
};

describe('send', () => {
  it('sends now, answers with every field of the contract, and reaches read', async () => {
    const before = Date.now();
    const message = await create({ ...text, to: '+1 500 555-0001', reference: 'now' });
    expect(message).toEqual({
      id: expect.stringMatching(/^msg_[0-9A-HJKMNP-TV-Z]{26}$/),
      key: null,
      to: '+15005550001',
      from: '+15005550100',
      type: 'text',
      text: 'Hello',
      media_url: null,
      media_kind: null,
      media_caption: null,
      poll_question: null,
      poll_options: null,
      location: null,
      contact: null,
      status: 'queued',
      send_at: null,
      moment: null,
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      sent_at: null,
      delivered_at: null,
      read_at: null,
      failed_at: null,
      failure_reason: null,
      link_preview: null,
      reference: 'now',
      expires_at: null,
      canceled_at: null,
      waiting_for: null,
      edited_at: null,
      revoked_at: null,
      forwarded: false,
      campaign_id: null,
      audience_id: null,
      person_id: expect.stringMatching(/^per_[0-9a-f]{26}$/),
      sequence_id: null,
      recurrence_id: null,
      attempts: 0,
      erased: false,
    });
    const read = await until('it is read', async () => {
      const now = await get(message.id);
      return now.status === 'read' && now;
    });
    expect(read).toMatchObject({ attempts: 1, failure_reason: null, canceled_at: null });
    expect(read.key).toMatch(/^true_15005550001@c\.us_3EB0[0-9A-F]+$/);
    const times = [read.created_at, read.sent_at, read.delivered_at, read.read_at].map((time) =>
      Date.parse(time),
    );
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(times[0]).toBeGreaterThanOrEqual(before);
  });

  it('schedules for later, with the time in UTC', async () => {
    const at = Date.now() + HOUR;
    const inRome = new Date(at + 2 * HOUR).toISOString().replace('Z', '+02:00');
    const message = await create({ ...text, send_at: inRome });
    expect(message).toMatchObject({
      status: 'scheduled',
      key: null,
      attempts: 0,
      send_at: new Date(at).toISOString(),
    });
  });

  it('serves the same messages under both paths', async () => {
    const { body } = await engine.call('POST', '/v1/scheduled-messages', { ...text, send_at: ahead(HOUR) });
    expect(await get(body.id)).toEqual(body);
    expect((await engine.call('GET', `/v1/scheduled-messages/${body.id}`)).body).toEqual(body);
  });

  it.each([
    ['123456789012@g.us', '123456789012@g.us'],
    ['120363012345678901@newsletter', '120363012345678901@newsletter'],
    ['123456789012345@lid', '123456789012345@lid'],
    ['15005550003@c.us', '+15005550003'],
    ['15005550003@s.whatsapp.net', '+15005550003'],
  ])('to the chat %s', async (chat, shown) => {
    expect((await create({ ...text, to: chat, send_at: ahead(HOUR) })).to).toBe(shown);
  });
});

describe('list', () => {
  it('applies every filter', async () => {
    const mine = { ...text, to: '+15005550011', send_at: ahead(HOUR) };
    const first = await create({ ...mine, text: 'Order 100% done', reference: 'order-1' });
    const second = await create({ ...mine, text: 'ÓRDER two_three', reference: 'order-2' });
    const group = await create({ ...mine, to: '123456789@g.us', reference: 'order-1' });
    await engine.call('POST', `/v1/messages/${second.id}/cancel`);
    const to11 = `to=${encodeURIComponent('+1 500 555 0011')}`;

    expect(await ids(to11)).toEqual([second.id, first.id]);
    expect(await ids('chat_id=15005550011@c.us')).toEqual([second.id, first.id]);
    expect(await ids('chat_id=15005550011@s.whatsapp.net')).toEqual([second.id, first.id]);
    expect(await ids(`chat_id=15005550011@c.us&${to11}`)).toEqual([second.id, first.id]);
    expect(await ids(`chat_id=123456789@g.us&${to11}`)).toEqual([]);
    expect(await ids('chat_id=123456789@g.us')).toEqual([group.id]);
    expect(await ids('reference=order-1')).toEqual([group.id, first.id]);
    expect(await ids(`reference=order-1&${to11}`)).toEqual([first.id]);
    expect(await ids('reference=order')).toEqual([]);
    expect(await ids(`${to11}&status=canceled`)).toEqual([second.id]);
    expect(await ids(`${to11}&status=scheduled`)).toEqual([first.id]);
    expect(await ids(`${to11}&status=read`)).toEqual([]);
    expect(await ids('q=oRDER 100')).toEqual([first.id]);
    expect(await ids('q=100%25')).toEqual([first.id]);
    expect(await ids(`q=${encodeURIComponent('r%d')}`)).toEqual([]);
    expect(await ids('q=two_three')).toEqual([second.id]);
    expect(await ids('q=two-three')).toEqual([]);
    expect(await ids(`q=${encodeURIComponent('\\')}`)).toEqual([]);
    expect(await ids('campaign_id=cmp_none')).toEqual([]);
  });
});

describe('edit', () => {
  it('changes every field that can change', async () => {
    const { id } = await create({ ...text, send_at: ahead(HOUR), reference: 'old' });
    const window = { start: '09:00', end: '20:00', timezone: 'Europe/Rome' };
    const [sendAt, expiresAt] = [ahead(2 * HOUR), ahead(3 * HOUR)];
    for (const [edit, shown] of [
      [{ text: 'New' }, { text: 'New' }],
      [{ send_at: sendAt }, { send_at: sendAt }],
      [{ expires_at: expiresAt }, { expires_at: expiresAt }],
      [{ reference: 'new' }, { reference: 'new' }],
      [{ send_window: window }, {}],
      [{ typing_seconds: 2.5 }, {}],
      [{ typing_seconds: null }, {}],
      [
        { expires_at: null, reference: null, send_window: null },
        { expires_at: null, reference: null },
      ],
    ] as const) {
      const before = await get(id);
      const { status, body } = await engine.call('PATCH', `/v1/messages/${id}`, edit);
      expect([status, body]).toEqual([200, { ...before, ...shown, waiting_for: body.waiting_for }]);
      expect(await get(id)).toEqual(body);
    }
  });

  it('changes media, as a whole or by its flat fields', async () => {
    const media = { url: 'https://example.com/a.png', caption: 'A' };
    const { id } = await create({ type: 'media', to, media, send_at: ahead(HOUR) });
    const patch = async (edit: object) => (await engine.call('PATCH', `/v1/messages/${id}`, edit)).body;
    expect(await patch({ media_caption: 'B' })).toMatchObject({ media_url: media.url, media_caption: 'B' });
    expect(await patch({ media_url: 'https://example.com/c.png' })).toMatchObject({
      media_url: 'https://example.com/c.png',
      media_caption: 'B',
    });
    expect(await patch({ media_caption: null })).toMatchObject({ media_caption: null });
    expect(await patch({ media: { data_base64: 'eA==', filename: 'x.txt' } })).toMatchObject({
      media_url: null,
      media_kind: 'document',
      media_caption: null,
    });
  });

  it('a poll', async () => {
    const poll = { question: 'Lunch?', options: ['yes', 'no'] };
    const { id } = await create({ type: 'poll', to, poll, send_at: ahead(HOUR) });
    const { body } = await engine.call('PATCH', `/v1/messages/${id}`, {
      poll: { question: 'Dinner?', options: ['soon', 'late', 'never'] },
    });
    expect(body).toMatchObject({ poll_question: 'Dinner?', poll_options: ['soon', 'late', 'never'] });
  });

  it('a location, as a whole', async () => {
    const location = { latitude: 41.9, longitude: 12.5, name: 'Office', address: 'Via Roma 1' };
    const { id } = await create({ type: 'location', to, location, send_at: ahead(HOUR) });
    expect(await get(id)).toMatchObject({ type: 'location', location, contact: null });
    const edit = { location: { latitude: -90, longitude: 180 } };
    const { body } = await engine.call('PATCH', `/v1/messages/${id}`, edit);
    expect(body.location).toEqual({ latitude: -90, longitude: 180, name: null, address: null });
    expect(await get(id)).toEqual(body);
  });

  it('a contact, whose numbers are normalized', async () => {
    const contact = { name: 'Ada', phones: ['+1 (415) 555-1234'], organization: 'Engines; Ltd' };
    const { id } = await create({ type: 'contact', to, contact, send_at: ahead(HOUR) });
    expect(await get(id)).toMatchObject({
      ...{ type: 'contact', location: null },
      contact: { ...contact, phones: ['+14155551234'] },
    });
    const edit = { contact: { name: 'Bob', phones: ['+44 20 7946 0018', '14155551234@c.us'] } };
    const { body } = await engine.call('PATCH', `/v1/messages/${id}`, edit);
    const phones = ['+442079460018', '+14155551234'];
    expect(body.contact).toEqual({ name: 'Bob', phones, organization: null });
    expect(await get(id)).toEqual(body);
  });

  it('is refused after the hand-over, and changes nothing', async () => {
    const { id } = await create(text);
    await until('it is sent', async () => (await get(id)).sent_at);
    const before = await get(id);
    const { status, body } = await engine.call('PATCH', `/v1/messages/${id}`, { text: 'Too late' });
    expect([status, body.error.code]).toEqual([400, 'invalid_request']);
    expect(body.error.message).toBe(
      'The message is sending. Only scheduled and queued messages can be changed.',
    );
    expect(await get(id)).toEqual(before);
  });
});

describe('cancel and delete', () => {
  it('cancels a message, which stays readable', async () => {
    const { id } = await create({ ...text, send_at: ahead(HOUR) });
    const { status, body } = await engine.call('POST', `/v1/messages/${id}/cancel`);
    expect([status, body.status]).toEqual([200, 'canceled']);
    expect(Date.parse(body.canceled_at)).toBeGreaterThan(0);
    expect(await get(id)).toEqual(body);
    const again = await engine.call('POST', `/v1/messages/${id}/cancel`);
    expect([again.status, again.body]).toEqual([200, body]);
  });

  it('deletes by canceling: the message stays readable', async () => {
    const { id } = await create({ ...text, send_at: ahead(HOUR) });
    const { status, body } = await engine.call('DELETE', `/v1/messages/${id}`);
    expect([status, body]).toEqual([200, { id, deleted: true }]);
    expect(await get(id)).toMatchObject({ status: 'canceled', key: null });
  });

  it('refuses to edit a canceled message', async () => {
    const { id } = await create({ ...text, send_at: ahead(HOUR) });
    await engine.call('DELETE', `/v1/messages/${id}`);
    const { status, body } = await engine.call('PATCH', `/v1/messages/${id}`, { text: 'x' });
    expect([status, body.error.code]).toEqual([400, 'invalid_request']);
  });

  it.each([
    ['handed over', '+15005550003', /already handed to WhatsApp \(status sending\)/],
    ['failed', '+15005550002', /has failed \(status failed\)/],
  ])('neither works once it is %s', async (_how, recipient, says) => {
    const { id } = await create({ ...text, to: recipient });
    await until('it is out', async () => {
      const now = await get(id);
      return now.sent_at ?? now.failed_at;
    });
    const before = await get(id);
    for (const [method, path] of [
      ['POST', `/v1/messages/${id}/cancel`],
      ['DELETE', `/v1/messages/${id}`],
    ] as const) {
      const { status, body } = await engine.call(method, path);
      expect([status, body.error.code]).toEqual([409, 'conflict']);
      expect(body.error.message).toMatch(says);
    }
    expect(await get(id)).toEqual(before);
  });

  it('cancels exactly the pending messages that match every field', async () => {
    const later = { ...text, send_at: ahead(HOUR) };
    const [a, b, c, d] = [
      await create({ ...later, to: '+15005550021', reference: 'visit' }),
      await create({ ...later, to: '+15005550021', reference: 'other' }),
      await create({ ...later, to: '+15005550022', reference: 'visit' }),
      await create({ ...text, to: '+15005550021', reference: 'visit' }),
    ];
    await until('the one sent at once is out', async () => (await get(d.id)).sent_at);
    const cancel = async (filter: object) => (await engine.call('POST', '/v1/messages/cancel', filter)).body;
    expect(await cancel({ reference: 'visit', campaign_id: 'cmp_x' })).toEqual({ canceled: 0, ids: [] });
    expect(await cancel({ reference: 'visit', to: '15005550021@c.us' })).toEqual({
      canceled: 1,
      ids: [a.id],
    });
    expect(await cancel({ reference: 'visit' })).toEqual({ canceled: 1, ids: [c.id] });
    expect(await cancel({ to: '+1 500 555 0021' })).toEqual({ canceled: 1, ids: [b.id] });
    expect(await cancel({ to: '+1 500 555 0021' })).toEqual({ canceled: 0, ids: [] });
    for (const { id } of [a, b, c]) expect((await get(id)).status).toBe('canceled');
    expect((await get(d.id)).status).not.toBe('canceled');
  });
});

describe('batch', () => {
  it('answers in the order of the request, whatever the types', async () => {
    const messages = Array.from({ length: 1000 }, (_, index) => ({
      type: 'text',
      to: `+1500555${2000 + (index % 50)}`,
      text: `number ${index}`,
      reference: 'batch',
      ...(index % 2 ? { send_at: ahead(HOUR) } : {}),
    }));
    const { status, body } = await engine.call('POST', '/v1/messages/batch', { messages });
    expect(status).toBe(201);
    expect(Object.keys(body)).toEqual(['data']);
    expect(body.data.map((message: { text: string }) => message.text)).toEqual(
      messages.map(({ text: t }) => t),
    );
    expect(body.data.map((message: { status: string }) => message.status)).toEqual(
      messages.map((message) => ('send_at' in message ? 'scheduled' : 'queued')),
    );
    const made: string[] = body.data.map((message: { id: string }) => message.id);
    expect(new Set(made).size).toBe(1000);
    expect(made).toEqual([...made].sort());
    expect(await ids('reference=batch&limit=200')).toEqual(made.slice(800).reverse());
  });
});
