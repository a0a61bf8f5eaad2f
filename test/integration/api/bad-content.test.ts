import { startEngine, type TestEngine } from '../../support/engine/start-engine';
import { expectEnvelope, expectFault, inShort, type BadInput } from '../../support/engine/refusal';

let engine: TestEngine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.close());

const UNKNOWN = 'is not a field of this request. Remove it or check its spelling.';
const EITHER = 'needs either url or data_base64, not both.';
const LONGEST_BASE64 = 15_728_640;

const MEDIA: BadInput[] = [
  [undefined, '', 'required', 'is required. Send an object.'],
  [5, '', 'wrong_type', 'must be an object, not a number'],
  ['https://example.com/a.png', '', 'wrong_type', 'must be an object, not a string'],
  [{}, '', 'invalid', EITHER],
  [{ url: 'https://example.com/a.png', data_base64: 'eA==' }, '', 'invalid', EITHER],
  [{ url: 5 }, '.url', 'wrong_type', 'must be a string, not a number'],
  [{ url: '' }, '.url', 'too_small', 'must not be empty'],
  [
    { url: `https://example.com/${'x'.repeat(2048)}` },
    '.url',
    'too_big',
    'must have at most 2048 characters',
  ],
  [
    { url: 'a.png' },
    '.url',
    'invalid_url',
    'is not a URL. Use a full one, such as https://example.com/photo.jpg.',
  ],
  [
    { url: 'http://example.com/a.png' },
    '.url',
    'scheme_not_allowed',
    /Use an https:\/\/ URL, or send the bytes/,
  ],
  [{ url: 'file:///etc/passwd' }, '.url', 'scheme_not_allowed', /starts with "file:"/],
  [{ url: 'https://example.com:99/' }, '.url', 'port_not_allowed', 'uses port 99. Use port 443 or 8443.'],
  [
    { url: 'https://u:p@example.com/' },
    '.url',
    'credentials_in_url',
    /contains a user name or password. Use a URL/,
  ],
  [
    { url: 'https://10.0.0.1/a' },
    '.url',
    'address_not_allowed',
    /10\.0\.0\.1, which is private. Use a public/,
  ],
  [{ url: 'https://0x7f.1/a' }, '.url', 'address_not_allowed', /127\.0\.0\.1/],
  [{ url: 'https://[::1]/a' }, '.url', 'address_not_allowed', /private/],
  [{ url: 'https://169.254.169.254/' }, '.url', 'address_not_allowed', /metadata/],
  [{ data_base64: 5 }, '.data_base64', 'wrong_type', 'must be a string, not a number'],
  [{ data_base64: '' }, '.data_base64', 'too_small', 'must not be empty'],
  [{ data_base64: 'eA' }, '.data_base64', 'invalid_base64', /"=" padding is missing. Encode the bytes again/],
  [
    { data_base64: 'e A=' },
    '.data_base64',
    'invalid_base64',
    /spaces or line breaks. Send the base64 on one line/,
  ],
  [
    { data_base64: '-_==' },
    '.data_base64',
    'invalid_base64',
    /URL-safe alphabet. Replace "-" with "\+" and "_" with "\/"/,
  ],
  [
    { data_base64: 'data:text/plain;base64,eA==' },
    '.data_base64',
    'invalid_base64',
    /Send only what follows/,
  ],
  [
    { data_base64: 'eA==', kind: 'picture' },
    '.kind',
    'invalid_value',
    /^must be one of: image, video, audio, /,
  ],
  [{ data_base64: 'eA==', kind: null }, '.kind', 'invalid_value', /^must be one of: image, video, audio, /],
  [
    { data_base64: 'eA==', kind: 'image' },
    '.kind',
    'kind_mismatch',
    /file is text\/plain. Convert it, or omit kind/,
  ],
  [{ data_base64: 'eA==', caption: 5 }, '.caption', 'wrong_type', 'must be a string, not a number'],
  [{ data_base64: 'eA==', caption: '' }, '.caption', 'too_small', 'must not be empty'],
  [
    { data_base64: 'eA==', caption: 'x'.repeat(1025) },
    '.caption',
    'too_big',
    'must have at most 1024 characters',
  ],
  [{ data_base64: 'eA==', filename: 5 }, '.filename', 'wrong_type', 'must be a string, not a number'],
  [{ data_base64: 'eA==', filename: '' }, '.filename', 'too_small', 'must not be empty'],
  [
    { data_base64: 'eA==', filename: 'x'.repeat(256) },
    '.filename',
    'too_big',
    'must have at most 255 characters',
  ],
  [{ data_base64: 'eA==', mime: 'image/png' }, '.mime', 'unknown_field', UNKNOWN],
];

const good = { question: 'Lunch?', options: ['yes', 'no'] };
const thirteen = Array.from({ length: 13 }, (_, index) => `option ${index}`);
const POLL: BadInput[] = [
  [undefined, '', 'required', 'is required. Send an object.'],
  [5, '', 'wrong_type', 'must be an object, not a number'],
  [{ options: ['a', 'b'] }, '.question', 'required', 'is required. Send a string.'],
  [{ ...good, question: 5 }, '.question', 'wrong_type', 'must be a string, not a number'],
  [{ ...good, question: '' }, '.question', 'too_small', 'must not be empty'],
  [{ ...good, question: 'x'.repeat(256) }, '.question', 'too_big', 'must have at most 255 characters'],
  [{ question: 'Lunch?' }, '.options', 'required', 'is required. Send an array.'],
  [{ ...good, options: 'yes,no' }, '.options', 'wrong_type', 'must be an array, not a string'],
  [{ ...good, options: ['yes'] }, '.options', 'too_small', 'must have at least 2 entries'],
  [{ ...good, options: thirteen }, '.options', 'too_big', 'must have at most 12 entries'],
  [{ ...good, options: ['yes', 5] }, '.options.1', 'wrong_type', 'must be a string, not a number'],
  [{ ...good, options: ['yes', ''] }, '.options.1', 'too_small', 'must not be empty'],
  [
    { ...good, options: ['yes', 'x'.repeat(101)] },
    '.options.1',
    'too_big',
    'must have at most 100 characters',
  ],
  [
    { ...good, options: ['yes', 'yes'] },
    '.options',
    'invalid',
    'has the same option twice. Remove the duplicate.',
  ],
  [{ ...good, allow_multiple: 'yes' }, '.allow_multiple', 'wrong_type', 'must be a boolean, not a string'],
  [{ ...good, allow_multiple: 1 }, '.allow_multiple', 'wrong_type', 'must be a boolean, not a number'],
  [{ ...good, title: 'x' }, '.title', 'unknown_field', UNKNOWN],
];

const place = { latitude: 41.9, longitude: 12.5 };
const LOCATION: BadInput[] = [
  [undefined, '', 'required', 'is required. Send an object.'],
  ['41.9,12.5', '', 'wrong_type', 'must be an object, not a string'],
  [{ longitude: 12.5 }, '.latitude', 'required', 'is required. Send a number.'],
  [{ latitude: 41.9 }, '.longitude', 'required', 'is required. Send a number.'],
  [{ ...place, latitude: '41.9' }, '.latitude', 'wrong_type', 'must be a number, not a string'],
  [{ ...place, latitude: null }, '.latitude', 'wrong_type', 'must be a number, not null'],
  [{ ...place, latitude: 90.1 }, '.latitude', 'too_big', 'must be at most 90'],
  [{ ...place, latitude: -90.1 }, '.latitude', 'too_small', 'must be at least -90'],
  [{ ...place, longitude: 180.1 }, '.longitude', 'too_big', 'must be at most 180'],
  [{ ...place, longitude: -180.1 }, '.longitude', 'too_small', 'must be at least -180'],
  [{ ...place, name: '' }, '.name', 'too_small', 'must not be empty'],
  [{ ...place, name: 'x'.repeat(256) }, '.name', 'too_big', 'must have at most 255 characters'],
  [{ ...place, address: 5 }, '.address', 'wrong_type', 'must be a string, not a number'],
  [{ ...place, address: 'x'.repeat(1025) }, '.address', 'too_big', 'must have at most 1024 characters'],
  [{ ...place, url: 'x' }, '.url', 'unknown_field', UNKNOWN],
];

const card = { name: 'Ada', phones: ['+14155551234'] };
const CONTACT: BadInput[] = [
  [undefined, '', 'required', 'is required. Send an object.'],
  ['Ada', '', 'wrong_type', 'must be an object, not a string'],
  [{ phones: card.phones }, '.name', 'required', 'is required. Send a string.'],
  [{ ...card, name: '' }, '.name', 'too_small', 'must not be empty'],
  [{ ...card, name: 'x'.repeat(256) }, '.name', 'too_big', 'must have at most 255 characters'],
  [{ name: 'Ada' }, '.phones', 'required', 'is required. Send an array.'],
  [{ ...card, phones: '+14155551234' }, '.phones', 'wrong_type', 'must be an array, not a string'],
  [{ ...card, phones: [] }, '.phones', 'too_small', 'must have at least 1 entry'],
  [{ ...card, phones: Array(11).fill('+14155551234') }, '.phones', 'too_big', 'must have at most 10 entries'],
  [{ ...card, phones: [...card.phones, 5] }, '.phones.1', 'wrong_type', 'must be a string, not a number'],
  [{ ...card, phones: ['0641234567'] }, '.phones.0', 'invalid_phone', /^has no \+ and country code/],
  [{ ...card, phones: [...card.phones, '+1415'] }, '.phones.1', 'invalid_phone', /^is too short/],
  [{ ...card, phones: ['123456789@lid'] }, '.phones.0', 'invalid_phone', /^is not a phone number/],
  [{ ...card, organization: 5 }, '.organization', 'wrong_type', 'must be a string, not a number'],
  [{ ...card, organization: '' }, '.organization', 'too_small', 'must not be empty'],
  [{ ...card, email: 'x' }, '.email', 'unknown_field', UNKNOWN],
];

describe.each([
  ['media', MEDIA],
  ['poll', POLL],
  ['location', LOCATION],
  ['contact', CONTACT],
])('refuses bad %s', (type, rows) => {
  it.each(rows.map((row) => [inShort(row[0]), ...row] as const))(
    '%s',
    async (_short, value, path, code, says) => {
      const answer = await engine.call('POST', '/v1/messages', { type, to: '+15005550003', [type]: value });
      expectFault(answer, `${type}${path}`, code, says);
    },
  );
});

it.each([
  ['text', { type: 'media', media: { url: 'https://example.com/a.png' }, text: 'x' }],
  ['link_preview', { type: 'poll', poll: good, link_preview: false }],
  ['poll', { type: 'location', location: place, poll: good }],
  ['location', { type: 'contact', contact: card, location: place }],
  ['media', { type: 'poll', poll: good, media: { url: 'https://example.com/a.png' } }],
])('%s belongs to another type of message', async (path, fields) => {
  const answer = await engine.call('POST', '/v1/messages', { to: '+15005550003', ...fields });
  expectFault(answer, path, 'unknown_field', UNKNOWN);
});

it('accepts base64 of up to 15,728,640 characters', async () => {
  const send = (media: object) =>
    engine.call('POST', '/v1/messages', { type: 'media', to: '+15005550003', media });
  const most = await send({ data_base64: 'A'.repeat(LONGEST_BASE64) });
  expect(most.status).toBe(201);
  const over = await send({ data_base64: 'A'.repeat(LONGEST_BASE64 + 4) });
  expect({ status: over.status, code: over.body.error.code }).toEqual({
    status: 413,
    code: 'payload_too_large',
  });
  expectEnvelope(over);
  expect(over.body.error.message).toBe(
    'media.data_base64 has 15728644 characters, but the limit is 15728640. Use media.url for a file of this size.',
  );
});
