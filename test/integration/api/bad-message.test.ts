import { startEngine, type TestEngine } from '../../support/engine/start-engine';
import { expectFault, inShort, type BadInput } from '../../support/engine/refusal';

let engine: TestEngine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.close());

const text = { type: 'text', to: '+15005550003', text: 'Hello' };
const inAnHour = new Date(Date.now() + 3_600_000).toISOString();
const EXAMPLE = '2026-07-01T09:00:00+02:00';
const UNKNOWN = 'is not a field of this request. Remove it or check its spelling.';
const NOT_A_KEY = /^is not the key of a message\. Copy the key field of a message /;

/** Rows for one field of a text message: the value instead of the body. */
const field = (name: string, ...rows: BadInput[]): BadInput[] =>
  rows.map(([value, path, code, says]) => [
    { ...text, [name]: value },
    path ? `${name}.${path}` : name,
    code,
    says,
  ]);

const notAString = (what = 'a string'): BadInput[] => [
  [5, '', 'wrong_type', `must be ${what}, not a number`],
  [null, '', 'wrong_type', `must be ${what}, not null`],
  [true, '', 'wrong_type', `must be ${what}, not a boolean`],
  [['x'], '', 'wrong_type', `must be ${what}, not an array`],
];
const empty: BadInput = ['', '', 'too_small', 'must not be empty'];
const tooLong = (most: number): BadInput => [
  'x'.repeat(most + 1),
  '',
  'too_big',
  `must have at most ${most} characters`,
];

const BODIES: BadInput[] = [
  [[], '', 'wrong_type', 'must be an object, not an array'],
  ['5', '', 'wrong_type', 'must be an object, not a number'],
  [{}, 'type', 'required', 'is required. Send one of: text, media, poll, location, contact.'],
  [{ type: 'image' }, 'type', 'invalid_value', 'must be one of: text, media, poll, location, contact'],
  [{ type: 5 }, 'type', 'invalid_value', 'must be one of: text, media, poll, location, contact'],
  [{ type: 'text', text: 'x' }, 'to', 'required', 'is required. Send a string.'],
  [{ type: 'text', to: text.to }, 'text', 'required', 'is required. Send a string.'],
  [{ ...text, body: 'x' }, 'body', 'unknown_field', UNKNOWN],
  [{ ...text, sendAt: inAnHour }, 'sendAt', 'unknown_field', UNKNOWN],
  [{ ...text, media: { url: 'https://example.com/a.png' } }, 'media', 'unknown_field', UNKNOWN],
  [
    { ...text, text: 'a\u0000b' },
    'text',
    'invalid_character',
    /^contains the character U\+0000.*Remove it\.$/,
  ],
  [{ ...text, text: 'a\ud800' }, 'text', 'invalid_character', /^contains half of a character.*whole/],
];

const TO: BadInput[] = field(
  'to',
  ...notAString(),
  empty,
  tooLong(128),
  ['   ', '', 'invalid_recipient', 'is empty. Write a phone number such as +14155551234.'],
  ['Anna', '', 'invalid_recipient', /contains letters\. Write only digits after the \+/],
  ['0641234567', '', 'invalid_recipient', /has no \+ and country code\. Write it like \+14155551234/],
  ['0014155551234', '', 'invalid_recipient', /starts with 00\. Write \+ instead of the 00/],
  ['+1415', '', 'invalid_recipient', /is too short for country code \+1\. Check for missing/],
  ['+141555512345', '', 'invalid_recipient', /too long for country code \+1\. Check for extra digits/],
  ['+999123456789', '', 'invalid_recipient', /has an unknown country code/],
  ['+44 (0)20 7946 0018', '', 'invalid_recipient', /domestic prefix after the country code.*Remove that/],
  [
    '14155551234@x.us',
    '',
    'invalid_recipient',
    /ends in "@x\.us", which is not the end of any chat id\. Use @c\.us/,
  ],
  ['abc@g.us', '', 'invalid_recipient', /Before @g\.us, write only the group's digits/],
);

const TIMES: BadInput[] = [
  ...field(
    'send_at',
    ...notAString().map(([value]): BadInput => [value, '', 'wrong_type', 'must be a string or an object']),
    ['', '', 'invalid_time', `is not an RFC 3339 time with seconds. Write it like ${EXAMPLE}.`],
    ['tomorrow', '', 'invalid_time', `is not an RFC 3339 time with seconds. Write it like ${EXAMPLE}.`],
    ['2026-07-01T09:00:00', '', 'missing_offset', /has no offset. Add Z for UTC or ±hh:mm/],
    ['2026-02-30T09:00:00Z', '', 'invalid_time', /has day 30, but month 2 of 2026/],
    [
      new Date().toISOString(),
      '',
      'too_soon',
      /at least 10 seconds ahead of now .*leave it out to send at once/,
    ],
    [new Date(Date.now() + 366 * 86_400_000).toISOString(), '', 'too_late', /at most 365 days ahead of now/],
  ),
  ...field(
    'expires_at',
    ...notAString(),
    ['', '', 'invalid_time', /not an RFC 3339 time/],
    ['2027-07-01T09:00:00', '', 'missing_offset', /Add Z for UTC/],
    ['2020-07-01T09:00:00Z', '', 'too_early', 'is in the past. Use a later time.'],
  ),
  [
    { ...text, send_at: inAnHour, expires_at: inAnHour },
    'expires_at',
    'out_of_order',
    'must be later than send_at.',
  ],
];

const window = { start: '09:00', end: '20:00', timezone: 'Europe/Rome' };
const SEND_WINDOW: BadInput[] = field(
  'send_window',
  [5, '', 'wrong_type', 'must be an object, not a number'],
  [null, '', 'wrong_type', 'must be an object, not null'],
  ['09:00-20:00', '', 'wrong_type', 'must be an object, not a string'],
  [{}, 'start', 'required', 'is required. Send a string.'],
  [{ start: '09:00' }, 'end', 'required', 'is required. Send a string.'],
  [{ start: '09:00', end: '20:00' }, 'timezone', 'required', 'is required. Send a string.'],
  [{ ...window, start: 9 }, 'start', 'wrong_type', 'must be a string, not a number'],
  [{ ...window, start: '9:00' }, 'start', 'invalid_time', /time from 00:00 to 23:59, written HH:MM/],
  [{ ...window, end: '24:00' }, 'end', 'invalid_time', /Midnight is 00:00/],
  [{ ...window, end: '09:00' }, 'end', 'same_as_start', /never open\. Use another time/],
  [{ ...window, timezone: 'Rome' }, 'timezone', 'unknown_timezone', /Use an IANA name such as Europe\/Rome/],
  [{ ...window, timezone: '+02:00' }, 'timezone', 'unknown_timezone', /Use an IANA name/],
  [{ ...window, days: 'monday' }, 'days', 'wrong_type', 'must be an array, not a string'],
  [{ ...window, days: [] }, 'days', 'empty', /never open\. Add a day, or leave days out/],
  [{ ...window, days: ['1'] }, 'days.0', 'wrong_type', 'must be a number, not a string'],
  [{ ...window, days: [1, 1.5] }, 'days.1', 'wrong_type', 'must be a whole number, not 1.5'],
  [{ ...window, days: [0] }, 'days.0', 'invalid_day', /whole number from 1 \(Monday\) to 7 \(Sunday\)/],
  [{ ...window, days: [8] }, 'days.0', 'invalid_day', /whole number from 1/],
  [{ ...window, days: [1, 1] }, 'days.1', 'duplicate', /repeats day 1/],
  [{ ...window, zone: 'UTC' }, 'zone', 'unknown_field', UNKNOWN],
);

const LINKS: BadInput[] = [
  ...field('reply_to', ...notAString(), empty, tooLong(256), ['3EB0', '', 'invalid_key', NOT_A_KEY]),
  ...field(
    'mentions',
    [5, '', 'wrong_type', 'must be an object, not a number'],
    [['+14155551234'], '', 'wrong_type', 'must be an object, not an array'],
    [{}, 'ids', 'required', 'is required. Send an array.'],
    [{ ids: [] }, 'ids', 'too_small', 'must have at least 1 entry'],
    [{ ids: '+14155551234' }, 'ids', 'wrong_type', 'must be an array, not a string'],
    [{ ids: ['+14155551234', 5] }, 'ids.1', 'wrong_type', 'must be a string, not a number'],
    [{ ids: ['Anna'] }, 'ids.0', 'invalid_recipient', /contains letters/],
    [
      { ids: ['+14155551234'], displays: [] },
      'displays',
      'wrong_length',
      'must have as many entries as ids, which has 1.',
    ],
    [{ ids: ['+14155551234'], displays: [5] }, 'displays.0', 'wrong_type', 'must be a string, not a number'],
    [{ ids: ['+14155551234'], names: ['A'] }, 'names', 'unknown_field', UNKNOWN],
  ),
  ...field(
    'link_preview',
    [5, '', 'wrong_type', 'must be a boolean or an object'],
    [null, '', 'wrong_type', 'must be a boolean or an object'],
    ['true', '', 'wrong_type', 'must be a boolean or an object'],
    [{}, 'title', 'required', 'is required. Send a string.'],
    [{ title: '' }, 'title', 'too_small', 'must not be empty'],
    [{ title: 'x'.repeat(301) }, 'title', 'too_big', 'must have at most 300 characters'],
    [{ title: 'x', description: 5 }, 'description', 'wrong_type', 'must be a string, not a number'],
    [
      { title: 'x', canonical_url: 'example' },
      'canonical_url',
      'invalid_format',
      'must be a full URL such as https://example.com/page',
    ],
    [
      { title: 'x', canonical_url: 'javascript:alert(1)' },
      'canonical_url',
      'invalid_format',
      'must be a full URL such as https://example.com/page',
    ],
    [
      { title: 'x', thumbnail: '***' },
      'thumbnail',
      'invalid_format',
      'must be base64, on one line and padded',
    ],
    [{ title: 'x', image: 'x' }, 'image', 'unknown_field', UNKNOWN],
  ),
];

const OTHERS: BadInput[] = [
  ...field('text', ...notAString(), empty, tooLong(4096)),
  ...field('reference', ...notAString(), empty, tooLong(128)),
  ...field('from', ...notAString(), empty, tooLong(32)),
  ...field(
    'cancel_on_reply',
    ['true', '', 'wrong_type', 'must be a boolean, not a string'],
    [1, '', 'wrong_type', 'must be a boolean, not a number'],
    [null, '', 'wrong_type', 'must be a boolean, not null'],
  ),
  ...field(
    'typing_seconds',
    ['5', '', 'wrong_type', 'must be a number, not a string'],
    [null, '', 'wrong_type', 'must be a number, not null'],
    [-1, '', 'too_small', 'must be at least 0'],
    [25.5, '', 'too_big', 'must be at most 25'],
  ),
  ...field(
    'priority',
    ['urgent', '', 'invalid_value', 'must be one of: high, normal, low'],
    [1, '', 'invalid_value', 'must be one of: high, normal, low'],
    ['', '', 'invalid_value', 'must be one of: high, normal, low'],
  ),
];

describe.each([
  ['the body', BODIES],
  ['to', TO],
  ['times', TIMES],
  ['send_window', SEND_WINDOW],
  ['links to others', LINKS],
  ['the other fields', OTHERS],
])('refuses bad input in %s', (_name, rows) => {
  it.each(rows.map((row) => [inShort(row[0]), ...row] as const))(
    '%s',
    async (_short, body, path, code, says) => {
      expectFault(await engine.call('POST', '/v1/messages', body), path, code, says);
    },
  );
});

it('keeps nothing of a refused message', async () => {
  const { body } = await engine.call('GET', '/v1/messages');
  expect(body.data).toEqual([]);
});

it('names every fault at once', async () => {
  const { body } = await engine.call('POST', '/v1/messages', {
    ...text,
    to: '0641',
    send_at: 'x',
    reply_to: 'x',
  });
  expect(body.error.details.map((detail: { path: string }) => detail.path)).toEqual([
    'to',
    'send_at',
    'reply_to',
  ]);
  expect(body.error.message).toMatch(/\(2 more in details\.\)$/);
});

it('accepts values at the limits', async () => {
  const body = {
    type: 'text',
    to: '+1 (415) 555-1234',
    text: '😀'.repeat(4096),
    reference: 'r'.repeat(128),
    send_at: '2027-01-01T00:00:00+05:45',
    link_preview: { title: 'x'.repeat(300), canonical_url: 'http://example.com', thumbnail: 'eA==' },
    mentions: { ids: ['+14155551234', '123456@lid'], displays: ['A', 'B'] },
    reply_to: 'false_14155551234@c.us_3EB0A1B2C3',
    send_window: { ...window, days: [1, 2, 3, 4, 5, 6, 7] },
    from: '+15005550100',
  };
  const sendAt = new Date(Date.now() + 300 * 86_400_000).toISOString();
  const answer = await engine.call('POST', '/v1/messages', { ...body, send_at: sendAt });
  expect(answer.status).toBe(201);
  expect(answer.body).toMatchObject({
    to: '+14155551234',
    text: body.text,
    send_at: sendAt,
    status: 'scheduled',
  });
});
