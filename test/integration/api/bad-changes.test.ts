import { startEngine, type TestEngine } from '../../support/engine/start-engine';
import { expectEnvelope, expectFault, inShort, type BadInput } from '../../support/engine/refusal';

const UNKNOWN = 'is not a field of this request. Remove it or check its spelling.';
const SOME_FIELD = 'needs at least one field to change.';
const inAnHour = new Date(Date.now() + 3_600_000).toISOString();
const inTwoHours = new Date(Date.now() + 7_200_000).toISOString();
const to = '+15005550003';
const text = { type: 'text', to, text: 'Hello' };
const media = { type: 'media', to, media: { url: 'https://example.com/a.png', caption: 'A' } };
const poll = { type: 'poll', to, poll: { question: 'Lunch?', options: ['yes', 'no'] } };
const location = { type: 'location', to, location: { latitude: 41.9, longitude: 12.5 } };
const contact = { type: 'contact', to, contact: { name: 'Ada', phones: ['+14155551234'] } };

let engine: TestEngine;
const ids: Record<string, string> = {};
beforeAll(async () => {
  engine = await startEngine();
  for (const message of [text, media, poll, location, contact]) {
    const { body } = await engine.call('POST', '/v1/messages', { ...message, send_at: inAnHour });
    ids[message.type] = body.id;
  }
});
afterAll(() => engine.close());

const otherType = (type: string) => `is not a field of a ${type} message.`;
const EDITS: (readonly [type: string, ...BadInput])[] = [
  ['text', {}, '', 'invalid', SOME_FIELD],
  ['text', undefined, '', 'invalid', SOME_FIELD],
  ['text', [], '', 'wrong_type', 'must be an object, not an array'],
  ['text', { to }, 'to', 'unknown_field', UNKNOWN],
  ['text', { priority: 'high' }, 'priority', 'unknown_field', UNKNOWN],
  ['text', { text: '' }, 'text', 'too_small', 'must not be empty'],
  ['text', { text: null }, 'text', 'wrong_type', 'must be a string, not null'],
  ['text', { text: 'x'.repeat(4097) }, 'text', 'too_big', 'must have at most 4096 characters'],
  ['text', { text: '\u0000' }, 'text', 'invalid_character', /Remove it/],
  ['text', { media: media.media }, 'media', 'wrong_type', otherType('text')],
  ['text', { media_url: 'https://example.com/b.png' }, 'media_url', 'wrong_type', otherType('text')],
  ['text', { media_caption: 'x' }, 'media_caption', 'wrong_type', otherType('text')],
  ['text', { poll: poll.poll }, 'poll', 'wrong_type', otherType('text')],
  ['media', { text: 'x' }, 'text', 'wrong_type', otherType('media')],
  ['media', { media: {} }, 'media', 'invalid', 'needs either url or data_base64, not both.'],
  ['media', { media: { data_base64: 'x' } }, 'media.data_base64', 'invalid_base64', /Encode the bytes again/],
  ['media', { media_url: 5 }, 'media_url', 'wrong_type', 'must be a string, not a number'],
  ['media', { media_url: 'http://example.com/' }, 'media_url', 'scheme_not_allowed', /Use an https/],
  ['media', { media_caption: 5 }, 'media_caption', 'wrong_type', 'must be a string, not a number'],
  ['media', { media_caption: 'x'.repeat(1025) }, 'media_caption', 'too_big', /at most 1024 characters/],
  [
    'media',
    { media: { url: 'https://example.com/b.png' }, media_caption: 'x' },
    'media',
    'given_twice',
    'cannot be combined with media_url or media_caption.',
  ],
  ['poll', { poll: { question: 'q', options: ['a'] } }, 'poll.options', 'too_small', /at least 2 entries/],
  ['poll', { text: 'x' }, 'text', 'wrong_type', otherType('poll')],
  ['poll', { location: location.location }, 'location', 'wrong_type', otherType('poll')],
  ['location', { contact: contact.contact }, 'contact', 'wrong_type', otherType('location')],
  ['location', { location: { latitude: 91, longitude: 1 } }, 'location.latitude', 'too_big', /at most 90/],
  ['contact', { media_caption: 'x' }, 'media_caption', 'wrong_type', otherType('contact')],
  [
    'contact',
    { contact: { name: 'Ada', phones: ['0641'] } },
    'contact.phones.0',
    'invalid_phone',
    /no \+ and country code/,
  ],
  ['text', { send_at: null }, 'send_at', 'wrong_type', 'must be a string or an object'],
  ['text', { send_at: '' }, 'send_at', 'invalid_time', /not an RFC 3339 time/],
  ['text', { send_at: new Date().toISOString() }, 'send_at', 'too_soon', /at least 10 seconds ahead/],
  ['text', { send_at: '2026-12-01T09:00:00' }, 'send_at', 'missing_offset', /has no offset. Add Z/],
  [
    'text',
    { expires_at: '2020-01-01T00:00:00Z' },
    'expires_at',
    'too_early',
    'is in the past. Use a later time.',
  ],
  ['text', { expires_at: 5 }, 'expires_at', 'wrong_type', 'must be a string, not a number'],
  [
    'text',
    { expires_at: new Date(Date.now() + 60_000).toISOString() },
    'expires_at',
    'out_of_order',
    'must be later than send_at.',
  ],
  ['text', { send_window: {} }, 'send_window.start', 'required', 'is required. Send a string.'],
  [
    'text',
    { send_window: { start: '25:00', end: '10:00', timezone: 'Europe/Rome' } },
    'send_window.start',
    'invalid_time',
    /written HH:MM/,
  ],
  ['text', { typing_seconds: 26 }, 'typing_seconds', 'too_big', 'must be at most 25'],
  ['text', { reference: '' }, 'reference', 'too_small', 'must not be empty'],
  ['text', { reference: 'x'.repeat(129) }, 'reference', 'too_big', 'must have at most 128 characters'],
];

describe('PATCH refuses', () => {
  it.each(EDITS.map((row) => [row[0], inShort(row[1]), ...row.slice(1)] as const))(
    'for a %s message %s',
    async (type, _short, body, path, code, says) => {
      const before = await engine.call('GET', `/v1/messages/${ids[type]}`);
      const answer = await engine.call('PATCH', `/v1/messages/${ids[type]}`, body);
      expectFault(answer, path as string, code as string, says as string);
      const after = await engine.call('GET', `/v1/messages/${ids[type]}`);
      expect(after.body).toEqual(before.body);
    },
  );

  it('refuses a send_at at or after expires_at', async () => {
    const { body } = await engine.call('POST', '/v1/messages', {
      ...text,
      send_at: inAnHour,
      expires_at: inTwoHours,
    });
    const answer = await engine.call('PATCH', `/v1/messages/${body.id}`, { send_at: inTwoHours });
    expectFault(answer, 'send_at', 'out_of_order', 'must be earlier than expires_at.');
  });
});

const CANCELS: BadInput[] = [
  [{}, '', 'invalid', 'needs at least one of reference, to, sequence_id, campaign_id.'],
  [undefined, '', 'invalid', 'needs at least one of reference, to, sequence_id, campaign_id.'],
  [[], '', 'wrong_type', 'must be an object, not an array'],
  [{ all: true }, 'all', 'unknown_field', UNKNOWN],
  [{ to: 5 }, 'to', 'wrong_type', 'must be a string, not a number'],
  [{ to: 'Anna' }, 'to', 'invalid_recipient', /contains letters/],
  [{ reference: '' }, 'reference', 'too_small', 'must not be empty'],
  [{ to, reference: null }, 'reference', 'wrong_type', 'must be a string, not null'],
  [{ reference: 'x'.repeat(129) }, 'reference', 'too_big', 'must have at most 128 characters'],
  [{ campaign_id: 5 }, 'campaign_id', 'wrong_type', 'must be a string, not a number'],
  [{ sequence_id: '' }, 'sequence_id', 'too_small', 'must not be empty'],
];

describe('POST /cancel refuses', () => {
  it.each(CANCELS.map((row) => [inShort(row[0]), ...row] as const))(
    '%s',
    async (_short, body, path, code, says) => {
      expectFault(await engine.call('POST', '/v1/messages/cancel', body), path, code, says);
      const { body: message } = await engine.call('GET', `/v1/messages/${ids['text']}`);
      expect(message.status).toBe('scheduled');
    },
  );
});

const at17 = (message: object) => ({ messages: [...Array.from({ length: 17 }, () => text), message] });
const BATCHES: BadInput[] = [
  [{}, 'messages', 'required', 'is required. Send an array.'],
  [[text], '', 'wrong_type', 'must be an object, not an array'],
  [{ messages: text }, 'messages', 'wrong_type', 'must be an array, not an object'],
  [{ messages: [] }, 'messages', 'too_small', 'must have at least 1 entry'],
  [{ messages: Array.from({ length: 1001 }, () => text) }, 'messages', 'too_big', /at most 1000 entries/],
  [{ messages: [text], dry_run: true }, 'dry_run', 'unknown_field', UNKNOWN],
  [{ messages: [text, 5] }, 'messages.1', 'wrong_type', 'must be an object, not a number'],
  [at17({ ...text, to: '0641' }), 'messages.17.to', 'invalid_recipient', /no \+ and country code/],
  [at17({ ...text, to: 5 }), 'messages.17.to', 'wrong_type', 'must be a string, not a number'],
  [
    at17({ ...text, type: 'image' }),
    'messages.17.type',
    'invalid_value',
    'must be one of: text, media, poll, location, contact',
  ],
  [at17({ ...text, send_at: 'x' }), 'messages.17.send_at', 'invalid_time', /RFC 3339/],
  [at17({ ...text, text: '\ud83d' }), 'messages.17.text', 'invalid_character', /half of a character/],
  [at17({ ...text, texts: 'x' }), 'messages.17.texts', 'unknown_field', UNKNOWN],
  [
    at17({ ...text, send_window: { start: '9', end: '10:00', timezone: 'UTC' } }),
    'messages.17.send_window.start',
    'invalid_time',
    /HH:MM/,
  ],
  [
    at17({ ...media, media: { data_base64: 'x' } }),
    'messages.17.media.data_base64',
    'invalid_base64',
    /Encode/,
  ],
  [
    at17({ ...media, media: { url: 'http://example.com/' } }),
    'messages.17.media.url',
    'scheme_not_allowed',
    /https/,
  ],
];

describe('POST /batch refuses, all or nothing,', () => {
  it.each(BATCHES.map((row) => [inShort(row[0]), ...row] as const))(
    '%s',
    async (_short, body, path, code, says) => {
      const before = await engine.call('GET', '/v1/messages?limit=200');
      expectFault(await engine.call('POST', '/v1/messages/batch', body), path, code, says);
      const after = await engine.call('GET', '/v1/messages?limit=200');
      expect(after.body.data).toHaveLength(before.body.data.length);
    },
  );

  it('names the faults of every message at once', async () => {
    const { body } = await engine.call('POST', '/v1/messages/batch', {
      messages: [{ ...text, to: '0641' }, text, { ...text, send_at: 'x', reply_to: 'x' }],
    });
    expect(body.error.details.map((detail: { path: string }) => detail.path)).toEqual([
      'messages.0.to',
      'messages.2.send_at',
      'messages.2.reply_to',
    ]);
  });

  it('names the message whose sender is not linked', async () => {
    const answer = await engine.call('POST', '/v1/messages/batch', {
      messages: [text, { ...text, from: '+14155551234' }],
    });
    expect([answer.status, answer.body.error.code]).toEqual([422, 'from_not_linked']);
    expectEnvelope(answer);
    expect(answer.body.error.details).toEqual([
      {
        path: 'messages.1.from',
        code: 'from_not_linked',
        message: 'is not a linked number. Use a linked one: +15005550100.',
      },
    ]);
  });

  it('names the field whose base64 is too long', async () => {
    const answer = await engine.call('POST', '/v1/messages/batch', {
      messages: [text, { ...media, media: { data_base64: 'A'.repeat(15_728_644) } }],
    });
    expect(answer.status).toBe(413);
    expect(answer.body.error.message).toMatch(/^messages\.1\.media\.data_base64 has 15728644 characters/);
  });
});
