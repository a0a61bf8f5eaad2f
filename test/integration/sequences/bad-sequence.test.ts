import { expectEnvelope, expectFault, inShort, type BadInput } from '../../support/engine/refusal';
import { startEngine, type TestEngine } from '../../support/engine/start-engine';

jest.setTimeout(90_000);

const UNKNOWN = 'is not a field of this request. Remove it or check its spelling.';
const to = '+15005550003';
const step = { type: 'text', text: 'Hello', after: 'P1D' };
const media = { type: 'media', media: { url: 'https://example.com/a.png' }, after: 'P1D' };
const poll = { type: 'poll', poll: { question: 'Lunch?', options: ['yes', 'no'] }, after: 'P1D' };
const good = { to, steps: [step] };
/** A sequence whose fourth step is this one. */
const at3 = (bad: unknown) => ({ to, steps: [step, media, poll, bad] });

const SEQUENCES: BadInput[] = [
  [undefined, 'to', 'required', 'is required. Send a string.'],
  [[], '', 'wrong_type', 'must be an object, not an array'],
  [{ steps: [step] }, 'to', 'required', 'is required. Send a string.'],
  [{ ...good, to: 5 }, 'to', 'wrong_type', 'must be a string, not a number'],
  [{ ...good, to: '' }, 'to', 'too_small', 'must not be empty'],
  [{ ...good, to: '0641' }, 'to', 'invalid_recipient', /has no \+ and country code/],
  [{ ...good, name: 'x' }, 'name', 'unknown_field', UNKNOWN],
  [{ ...good, from: 5 }, 'from', 'wrong_type', 'must be a string, not a number'],
  [{ ...good, reference: '' }, 'reference', 'too_small', 'must not be empty'],
  [{ ...good, reference: 'x'.repeat(129) }, 'reference', 'too_big', 'must have at most 128 characters'],
  [{ ...good, timezone: 5 }, 'timezone', 'wrong_type', 'must be a string, not a number'],
  ...['Europe/Atlantis', '+02:00', 'Rome'].map((timezone): BadInput => [
    { ...good, timezone },
    'timezone',
    'unknown_timezone',
    'is not a known time zone. Use an IANA name such as Europe/Rome.',
  ]),
  [{ ...good, stop_on_reply: 'yes' }, 'stop_on_reply', 'wrong_type', 'must be a boolean, not a string'],
  [{ ...good, send_window: '9-17' }, 'send_window', 'wrong_type', 'must be an object, not a string'],
  [
    { ...good, send_window: { start: '25:00', end: '10:00', timezone: 'Europe/Rome' } },
    'send_window.start',
    'invalid_time',
    /written HH:MM/,
  ],
  [{ to }, 'steps', 'required', 'is required. Send an array.'],
  [{ to, steps: step }, 'steps', 'wrong_type', 'must be an array, not an object'],
  [{ to, steps: [] }, 'steps', 'too_small', 'must have at least 1 entry'],
  [{ to, steps: Array.from({ length: 51 }, () => step) }, 'steps', 'too_big', 'must have at most 50 entries'],
  [at3(5), 'steps.3', 'wrong_type', 'must be an object, not a number'],
  [
    at3({ text: 'x', after: 'P1D' }),
    'steps.3.type',
    'required',
    'is required. Send one of: text, media, poll.',
  ],
  [at3({ ...step, type: 'image' }), 'steps.3.type', 'invalid_value', 'must be one of: text, media, poll'],
  [at3({ ...step, text: '' }), 'steps.3.text', 'too_small', 'must not be empty'],
  [at3({ ...step, text: undefined }), 'steps.3.text', 'required', 'is required. Send a string.'],
  [at3({ ...step, text: 'x'.repeat(4097) }), 'steps.3.text', 'too_big', 'must have at most 4096 characters'],
  [at3({ ...step, text: '\ud83d' }), 'steps.3.text', 'invalid_character', /half of a character/],
  [at3({ ...step, link_preview: 'yes' }), 'steps.3.link_preview', 'wrong_type', /^must be/],
  [at3({ ...step, send_at: '2026-07-01T09:00:00Z' }), 'steps.3.send_at', 'unknown_field', UNKNOWN],
  [at3({ ...step, to }), 'steps.3.to', 'unknown_field', UNKNOWN],
  [at3({ ...step, media: media.media }), 'steps.3.media', 'unknown_field', UNKNOWN],
  [at3({ ...media, media: {} }), 'steps.3.media', 'invalid', 'needs either url or data_base64, not both.'],
  [at3({ ...media, media: { data_base64: 'x' } }), 'steps.3.media.data_base64', 'invalid_base64', /Encode/],
  [
    at3({ ...media, media: { url: 'http://example.com/' } }),
    'steps.3.media.url',
    'scheme_not_allowed',
    /https/,
  ],
  [
    at3({ ...poll, poll: { question: 'q', options: ['a'] } }),
    'steps.3.poll.options',
    'too_small',
    'must have at least 2 entries',
  ],
  [
    at3({ type: 'text', text: 'x' }),
    'steps.3.after',
    'required',
    'is required from the second step on, unless the step has at or local_time. Use P3D for three days after the start.',
  ],
  [at3({ ...step, after: 5 }), 'steps.3.after', 'wrong_type', 'must be a string, not a number'],
  [at3({ ...step, after: '3 days' }), 'steps.3.after', 'invalid_duration', /Write P3D for three days/],
  [at3({ ...step, after: '-P3D' }), 'steps.3.after', 'negative_duration', /is negative/],
  [at3({ ...step, after: 'PT5S' }), 'steps.3.after', 'too_soon', /at least 10 seconds after the start/],
  [at3({ ...step, after: 'P366D' }), 'steps.3.after', 'too_late', /at most 365 days after the start/],
  [at3({ ...step, at: '2026-07-01T09:00:00Z' }), 'steps.3.at', 'given_twice', /Use only one of them/],
  [at3({ ...step, after: undefined, at: 'x' }), 'steps.3.at', 'invalid_time', /RFC 3339/],
  [at3({ ...step, after: undefined, at: '2026-07-01T09:00:00' }), 'steps.3.at', 'missing_offset', /Add Z/],
  [at3({ ...step, after: undefined, at: '2020-07-01T09:00:00Z' }), 'steps.3.at', 'too_soon', /10 seconds/],
  [at3({ ...step, after: undefined, at: '2080-07-01T09:00:00Z' }), 'steps.3.at', 'too_late', /365 days/],
  [at3({ ...step, local_time: '9:00' }), 'steps.3.local_time', 'invalid_time', /written HH:MM/],
  [at3({ ...step, local_time: 9 }), 'steps.3.local_time', 'wrong_type', 'must be a string, not a number'],
];

let engine: TestEngine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.close());

async function nothingThere(): Promise<void> {
  for (const path of ['/v1/sequences', '/v1/messages'])
    expect((await engine.call('GET', path)).body.data).toEqual([]);
}

describe('POST refuses, all or nothing,', () => {
  it.each(SEQUENCES.map((row) => [inShort(row[0]), ...row] as const))(
    '%s',
    async (_short, body, path, code, says) => {
      expectFault(await engine.call('POST', '/v1/sequences', body), path, code, says);
      await nothingThere();
    },
  );

  it('names the faults of every step at once', async () => {
    const { body } = await engine.call('POST', '/v1/sequences', {
      to: '0641',
      timezone: 'x',
      steps: [
        { ...step, after: 'x' },
        step,
        { ...media, local_time: 'x', media: { url: 'http://a.example/' } },
      ],
    });
    expect(body.error.details.map(({ path }: { path: string }) => path)).toEqual([
      'to',
      'timezone',
      'steps.0.after',
      'steps.2.media.url',
      'steps.2.local_time',
    ]);
  });

  it('names a sender that is not linked', async () => {
    const answer = await engine.call('POST', '/v1/sequences', { ...good, from: '+14155551234' });
    expect([answer.status, answer.body.error.code]).toEqual([422, 'from_not_linked']);
    expectEnvelope(answer);
    expect(answer.body.error.details).toEqual([
      {
        path: 'from',
        code: 'from_not_linked',
        message: 'is not a linked number. Use a linked one: +15005550100.',
      },
    ]);
    await nothingThere();
  });

  it('names the field whose base64 is too long', async () => {
    const answer = await engine.call(
      'POST',
      '/v1/sequences',
      at3({ ...media, media: { data_base64: 'A'.repeat(15_728_644) } }),
    );
    expect(answer.status).toBe(413);
    expect(answer.body.error.message).toMatch(/^steps\.3\.media\.data_base64 has 15728644 characters/);
    await nothingThere();
  });
});

const FILTER = 'needs at least one of reference, to.';
it.each<BadInput>([
  [{}, '', 'invalid', FILTER],
  [undefined, '', 'invalid', FILTER],
  [{ all: true }, 'all', 'unknown_field', UNKNOWN],
  [{ to: 5 }, 'to', 'wrong_type', 'must be a string, not a number'],
  [{ to: 'Anna' }, 'to', 'invalid_recipient', /contains letters/],
  [{ reference: '' }, 'reference', 'too_small', 'must not be empty'],
  [{ reference: null }, 'reference', 'wrong_type', 'must be a string, not null'],
])('POST /cancel refuses %j', async (body, path, code, says) => {
  expectFault(await engine.call('POST', '/v1/sequences/cancel', body), path, code, says);
});

it.each<[string, string, string, string | RegExp]>([
  [
    '?status=done',
    'status',
    'invalid_value',
    'must be one of: active, stopped_by_reply, canceled, completed',
  ],
  ['?to=Anna', 'to', 'invalid_recipient', /contains letters/],
  ['?reference=', 'reference', 'too_small', 'must not be empty'],
  ['?limit=0', 'limit', 'invalid_format', 'must be a whole number from 1 to 200'],
  ['?cursor=x', 'cursor', 'invalid_cursor', /not a cursor of this list/],
  ['?sort=id', 'sort', 'unknown_field', UNKNOWN],
])('GET refuses %s', async (query, path, code, says) => {
  expectFault(await engine.call('GET', `/v1/sequences${query}`), path, code, says);
});

it('refuses a body when canceling', async () => {
  const path = '/v1/sequences/seq_00000000000000000000000000/cancel';
  expectFault(await engine.call('POST', path, { force: true }), 'force', 'unknown_field', /which has none/);
});
