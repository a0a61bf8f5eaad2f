import { inShort } from '../../support/engine/refusal';
import { startEngine, type TestEngine } from '../../support/engine/start-engine';

let engine: TestEngine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.close());

const text = { type: 'text', to: '+15005550003', text: 'Hello' };
const past = '2020-01-01T00:00:00Z';
const window = { start: '25:00', end: 5, timezone: 'Rome' };
const contacts = [{ to: 'x', variables: { 'a b': 'c' } }, { to: 5 }, { to: '0641', variables: { a: 5 } }];

/** A request with faults that the schema finds and faults that other rules find, and the paths of all. */
const REQUESTS: [method: string, path: string, body: unknown, paths: string[]][] = [
  ['POST', 'messages', { type: 'text', to: 'x', text: '' }, ['text', 'to']],
  ['POST', 'messages', { ...text, foo: 1, to: 'x', send_at: past }, ['foo', 'to', 'send_at']],
  ['POST', 'messages', { to: 'x', text: '', from: '+999' }, ['type', 'text', 'to', 'from']],
  [
    'POST',
    'messages',
    { ...text, text: 5, send_window: window },
    ['text', 'send_window.end', 'send_window.start', 'send_window.timezone'],
  ],
  [
    'POST',
    'messages',
    { ...text, send_window: { ...window, end: '20:00', zone: 'UTC' } },
    ['send_window.zone', 'send_window.start', 'send_window.timezone'],
  ],
  [
    'POST',
    'messages',
    { ...text, priority: 'x', reply_to: 'x', mentions: { ids: ['y', 5] } },
    ['priority', 'mentions.ids.1', 'reply_to', 'mentions.ids.0'],
  ],
  [
    'POST',
    'messages',
    { type: 'media', media: { url: 'http://x' }, expires_at: past },
    ['to', 'media.url', 'expires_at'],
  ],
  ['POST', 'messages', { type: 'media', to: 'x', media: {} }, ['media', 'to']],
  ['POST', 'messages', { type: 'media', to: 'x', media: { url: 5 } }, ['media.url', 'to']],
  [
    'POST',
    'messages',
    { type: 'media', to: 'x', media: { url: 'http://x', kind: 'y' } },
    ['media.kind', 'media.url', 'to'],
  ],
  [
    'POST',
    'messages',
    { type: 'poll', to: 'x', poll: { question: '', options: ['a'] } },
    ['poll.question', 'poll.options', 'to'],
  ],
  [
    'POST',
    'messages',
    { type: 'contact', to: 'x', contact: { name: '', phones: ['1', 2, '3'] } },
    ['contact.name', 'contact.phones.1', 'to', 'contact.phones.0', 'contact.phones.2'],
  ],
  ['POST', 'messages', { ...text, to: 'x', text: 'a\0' }, ['text', 'to']],
  ['POST', 'messages', { ...text, to: 'x', text: 'a\0', foo: 1 }, ['foo', 'text', 'to']],
  [
    'POST',
    'messages/batch',
    { messages: [text, { ...text, to: 'x' }, { type: 'text', to: 'y' }, 5] },
    ['messages.2.text', 'messages.3', 'messages.1.to', 'messages.2.to'],
  ],
  ['POST', 'messages/cancel', { to: 'x', reference: 5 }, ['reference', 'to']],
  [
    'PATCH',
    'messages/msg_1',
    { text: '', send_at: past, media_url: 'ftp://x' },
    ['text', 'media_url', 'send_at'],
  ],
  [
    'POST',
    'audiences',
    { name: '', contacts },
    [
      'name',
      'contacts.1.to',
      'contacts.2.variables.a',
      'contacts.0.to',
      'contacts.0.variables.a b',
      'contacts.2.to',
    ],
  ],
  [
    'POST',
    'audiences/aud_1/contacts',
    { contacts: contacts.slice(0, 2) },
    ['contacts.1.to', 'contacts.0.to', 'contacts.0.variables.a b'],
  ],
  ['PATCH', 'audiences/aud_1/contacts/con_1', { to: 'x', variables: 5 }, ['variables', 'to']],
  [
    'POST',
    'campaigns',
    { name: '', audience_id: 'aud_1', text: 'a', from: '+999', send_at: past },
    ['name', 'audience_id', 'send_at', 'from'],
  ],
  [
    'POST',
    'campaigns',
    { name: 'x', audience_id: 'aud_1', text: 'a', media_url: 'http://x' },
    ['text', 'audience_id', 'media_url'],
  ],
  [
    'POST',
    'campaigns/preview',
    { text: '', audience_id: 'aud_1', contact_id: 'con_1' },
    ['text', 'audience_id'],
  ],
  ['POST', 'campaigns/forecast', { name: 'x', text: 'a', send_at: past }, ['audience_id', 'send_at']],
  [
    'POST',
    'campaigns/preview',
    { text: '', to: 'x', variables: { '1 ': 'x' } },
    ['text', 'to', 'variables.1 '],
  ],
  [
    'POST',
    'sequences',
    {
      to: 'x',
      timezone: 'Rome',
      from: '+999',
      steps: [{ type: 'text' }, { type: 'media', media: { url: 'http://x' } }, { type: 'x', after: 'P3' }],
    },
    [
      'steps.0.text',
      'steps.2.type',
      'to',
      'timezone',
      'steps.1.media.url',
      'steps.1.after',
      'steps.2.after',
      'from',
    ],
  ],
  ['POST', 'sequences/cancel', { to: 'x', foo: 1 }, ['foo', 'to']],
  [
    'POST',
    'webhooks',
    { url: 'x', events: [], expires_at: past, filter: { from: 'y' } },
    ['events', 'url', 'expires_at', 'filter.from'],
  ],
  ['PATCH', 'webhooks/wh_1', { url: 'x', status: 'y' }, ['status', 'url']],
  ['POST', 'opt-outs', { to: 'x', foo: 1 }, ['foo', 'to']],
  [
    'PATCH',
    'sessions/ses_1',
    { name: '', pacing: { per_day: 'x', quiet_hours: window } },
    [
      'name',
      'pacing.per_day',
      'pacing.quiet_hours.end',
      'pacing.quiet_hours.start',
      'pacing.quiet_hours.timezone',
    ],
  ],
  ['POST', 'sessions/ses_1/pairing-code', { phone: 'x', foo: 1 }, ['foo', 'phone']],
];

it.each(REQUESTS.map((row) => [row[0], row[1], inShort(row[2]), row[2], row[3]] as const))(
  'names every field at fault at once: %s %s %s',
  async (method, path, _short, body, paths) => {
    const { status, body: answer } = await engine.call(method, `/v1/${path}`, body);
    expect([status, answer.error.code]).toEqual([400, 'invalid_request']);
    expect(answer.error.details.map((detail: { path: string }) => detail.path).sort()).toEqual(
      [...paths].sort(),
    );
  },
);

it('lists at most a hundred faults', async () => {
  const messages = Array.from({ length: 200 }, () => ({ type: 'text', to: 'x', text: '' }));
  const unknown = Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`f${index}`, 1]));
  const bad = Array.from({ length: 300 }, () => ({ ...text, to: 'x' }));
  for (const [path, body] of [
    ['messages/batch', { messages }],
    ['messages', { ...text, ...unknown }],
    ['messages/batch', { messages: bad }],
    ['audiences', { name: 'a', contacts: bad.map(({ to }) => ({ to })) }],
  ] as const) {
    const { error } = (await engine.call('POST', `/v1/${path}`, body)).body;
    expect(error.details).toHaveLength(100);
    expect(error.message).toMatch(/ \(99 more in details, and there are others\.\)$/);
  }
});

it('drops spaces around what only machines read', async () => {
  const send_window = { start: '09:00 ', end: ' 20:00', timezone: 'Europe/Rome ' };
  const body = {
    ...text,
    to: ' +15005550003 ',
    send_window,
    send_at: ` ${new Date(Date.now() + 6e5).toISOString()}`,
  };
  expect((await engine.call('POST', '/v1/messages', body)).status).toBe(201);
  const audience = await engine.call('POST', '/v1/audiences', { name: 'a', contacts: [{ to: text.to }] });
  const campaign = { name: 'c', audience_id: ` ${audience.body.id} `, text: 'x', send_window };
  expect((await engine.call('POST', '/v1/campaigns', campaign)).body).toMatchObject({
    audience_id: audience.body.id,
    send_window: { start: '09:00', end: '20:00', timezone: 'Europe/Rome' },
  });
  const steps = [{ type: 'text', text: 'x', local_time: '09:00 ' }];
  const sequence = await engine.call('POST', '/v1/sequences', {
    to: text.to,
    timezone: ' Asia/Tokyo',
    steps,
  });
  expect([sequence.status, sequence.body.timezone]).toEqual([201, 'Asia/Tokyo']);
});
