import { expectFault, expectEnvelope, inShort, type BadInput } from '../../support/engine/refusal';
import { startLiveEngine, type LiveEngine } from './live-engine';
import { TransportError } from '../../../engine/transport/transport';
import { encodeCursor } from '../../../engine/domain/cursor';

const UNKNOWN = 'is not a field of this request. Remove it or check its spelling.';
const long = (characters: number): string => 'x'.repeat(characters);

let engine: LiveEngine;
let id: string;
let link: Awaited<ReturnType<LiveEngine['makeSession']>>['link'];
beforeAll(async () => {
  engine = await startLiveEngine();
  ({ id, link } = await engine.makeSession('one'));
});
afterAll(() => engine.close());

const NAMES: BadInput[] = [
  [{ name: '' }, 'name', 'too_small', 'must not be empty'],
  [{ name: long(121) }, 'name', 'too_big', 'must have at most 120 characters'],
  [{ name: 5 }, 'name', 'wrong_type', 'must be a string, not a number'],
  [{ name: 'a\u0000' }, 'name', 'invalid_character', /Remove it/],
  [{ name: 'a', phone: '+14155551234' }, 'phone', 'unknown_field', UNKNOWN],
  [[], '', 'wrong_type', 'must be an object, not an array'],
];

/** Pacing is set once there is a session. */
const NEW_SESSION: BadInput[] = [...NAMES, [{ pacing: { per_day: 10 } }, 'pacing', 'unknown_field', UNKNOWN]];

it.each(NEW_SESSION.map((row) => [inShort(row[0]), ...row] as const))(
  'POST %s is refused',
  async (_short, body, path, code, says) => {
    expectFault(await engine.live('POST', '/v1/sessions', body), path, code, says);
  },
);

it.each(
  [...NAMES, [{}, '', 'invalid', 'needs at least one field to change.'] as const].map(
    (row) => [inShort(row[0]), ...row] as const,
  ),
)('PATCH %s is refused', async (_short, body, path, code, says) => {
  expectFault(await engine.live('PATCH', `/v1/sessions/${id}`, body), path, code, says);
  expect((await engine.live('GET', `/v1/sessions/${id}`)).body.name).toBe('one');
});

const PHONES: BadInput[] = [
  [{}, 'phone', 'required', 'is required. Send a string.'],
  [{ phone: '' }, 'phone', 'too_small', 'must not be empty'],
  [{ phone: 4155551234 }, 'phone', 'wrong_type', 'must be a string, not a number'],
  [{ phone: '4155551234' }, 'phone', 'invalid_phone', /has no \+ and country code/],
  [{ phone: '+1415555' }, 'phone', 'invalid_phone', /too short/],
  [{ phone: '+14155551234567890' }, 'phone', 'invalid_phone', /at most 15/],
  [
    { phone: '120363000000000001@g.us' },
    'phone',
    'invalid_phone',
    'is not a phone number. Use a number such as +14155551234.',
  ],
  [{ phone: `+${'1'.repeat(40)}` }, 'phone', 'too_big', 'must have at most 32 characters'],
  [{ phone: '+14155551234', name: 'x' }, 'name', 'unknown_field', UNKNOWN],
];

it.each(PHONES.map((row) => [inShort(row[0]), ...row] as const))(
  'POST …/pairing-code %s is refused',
  async (_short, body, path, code, says) => {
    expectFault(await engine.live('POST', `/v1/sessions/${id}/pairing-code`, body), path, code, says);
    expect(link.asked).toEqual([]);
  },
);

it.each([
  ['/v1/sessions?limit=0', 'limit', 'invalid_format', 'must be a whole number from 1 to 200'],
  [
    `/v1/sessions?cursor=${encodeCursor('msg_01M81E3PWH06ZZSPMZ5QEXHVRB')}`,
    'cursor',
    'invalid_cursor',
    /no/i,
  ],
  ['/v1/sessions?state=connected', 'state', 'unknown_field', UNKNOWN],
  ['/v1/groups?q=', 'q', 'too_small', 'must not be empty'],
  [`/v1/groups?q=${long(201)}`, 'q', 'too_big', 'must have at most 200 characters'],
  ['/v1/groups?page=5', 'page', 'unknown_field', UNKNOWN],
  ['/v1/groups?from=', 'from', 'too_small', 'must not be empty'],
  ['/v1/contacts/4155551234/check', 'phone', 'invalid_phone', /has no \+ and country code/],
  ['/v1/contacts/+14155551234/check?to=x', 'to', 'unknown_field', UNKNOWN],
] as const)('GET %.60s is refused', async (path, field, code, says) => {
  expectFault(await engine.live('GET', path), field, code, says);
});

it.each(['reconnect', 'logout'])('POST …/%s of a session without a number is refused', async (operation) => {
  const answer = await engine.live('POST', `/v1/sessions/${id}/${operation}`);
  expectEnvelope(answer);
  expect([answer.status, answer.body.error.code]).toEqual([409, 'conflict']);
  expect(answer.body.error.message).toBe(
    `The session has no number (state unlinked). Link it with GET /v1/sessions/${id}/qr or POST /v1/sessions/${id}/pairing-code.`,
  );
});

it.each([
  [
    new TransportError('too_many_codes', false, 'WhatsApp gives no more codes today.'),
    409,
    'conflict',
    'WhatsApp gives no more codes today.',
  ],
  [
    new TransportError('rate_limited', false),
    409,
    'conflict',
    'WhatsApp refused the request (rate limited; the session is unlinked).',
  ],
  [
    new TransportError('timed_out', true),
    503,
    'unavailable',
    'WhatsApp cannot be reached right now (timed out; the session is unlinked). Try again when the session is connected.',
  ],
  [
    new Error('secrets of the link'),
    500,
    'internal_error',
    'Something went wrong in the engine. Its log has the details.',
  ],
])('%s of the link is told as such', async (fault, status, code, message) => {
  link.fault = fault;
  const answer = await engine.live('POST', `/v1/sessions/${id}/pairing-code`, { phone: '+14155551234' });
  link.asked.pop();
  expect([answer.status, answer.body.error.code, answer.body.error.message]).toEqual([status, code, message]);
});

it('sets, changes and removes a name, also of the sandbox', async () => {
  const { body: made } = await engine.live('POST', '/v1/sessions');
  expect(made.name).toBeNull();
  const named = await engine.live('PATCH', `/v1/sessions/${made.id}`, { name: 'Rezeption 🏨' });
  expect(named.body).toEqual({ ...made, name: 'Rezeption 🏨' });
  expect((await engine.live('PATCH', `/v1/sessions/${made.id}`, { name: null })).body).toEqual(made);
  const { body: list } = await engine.call('GET', '/v1/sessions');
  const renamed = await engine.call('PATCH', `/v1/sessions/${list.data[0].id}`, { name: 'Test' });
  expect([renamed.status, renamed.body.name]).toEqual([200, 'Test']);
});

it('creates one session per Idempotency-Key', async () => {
  const header = { 'idempotency-key': 'link-me' };
  const first = await engine.live('POST', '/v1/sessions', { name: 'once' }, header);
  const second = await engine.live('POST', '/v1/sessions', { name: 'once' }, header);
  expect([first.status, second.status, second.body.id]).toEqual([201, 200, first.body.id]);
});

it('lists sessions newest first, page by page', async () => {
  const ids: string[] = [];
  for (let index = 0; index < 3; index += 1) {
    ids.unshift((await engine.live('POST', '/v1/sessions', { name: `${index}` })).body.id);
  }
  const first = (await engine.live('GET', '/v1/sessions?limit=2')).body;
  expect([first.data.map((one: { id: string }) => one.id), first.has_more]).toEqual([ids.slice(0, 2), true]);
  const next = (await engine.live('GET', `/v1/sessions?limit=1&cursor=${first.next_cursor}`)).body;
  expect(next.data[0].id).toBe(ids[2]);
});

describe('the two modes', () => {
  it('shows a test key only the sandbox, which is always linked', async () => {
    const { body } = await engine.call('GET', '/v1/sessions');
    expect(body.data).toEqual([expect.objectContaining({ phone: '+15005550100', state: 'connected' })]);
    const path = `/v1/sessions/${body.data[0].id}`;
    for (const [method, where, sent] of [
      ['POST', '/v1/sessions', { name: 'x' }],
      ['GET', `${path}/qr`],
      ['POST', `${path}/pairing-code`, { phone: '+14155551234' }],
      ['POST', `${path}/reconnect`],
      ['POST', `${path}/logout`],
      ['DELETE', path],
    ] as const) {
      const answer = await engine.call(method, where, sent);
      expectEnvelope(answer);
      expect([method, where, answer.status, answer.body.error.code]).toEqual([
        method,
        where,
        409,
        'conflict',
      ]);
      expect(answer.body.error.message).toMatch(/only the sandbox, which is always linked/);
    }
    expect((await engine.call('GET', path)).body).toEqual(body.data[0]);
  });

  it('do not see or change each other', async () => {
    const { body } = await engine.call('GET', '/v1/sessions');
    for (const [call, other] of [
      [engine.live, body.data[0].id],
      [engine.call, id],
    ] as const) {
      for (const [method, path, sent] of [
        ['GET', ''],
        ['PATCH', '', { name: 'x' }],
        ['DELETE', ''],
        ['GET', '/qr'],
        ['POST', '/pairing-code', { phone: '+14155551234' }],
        ['POST', '/reconnect'],
        ['POST', '/logout'],
      ] as const) {
        const answer = await call(method, `/v1/sessions/${other}${path}`, sent);
        expect([method, path, answer.status, answer.body.error.code]).toEqual([
          method,
          path,
          404,
          'not_found',
        ]);
      }
    }
    expect((await engine.live('GET', '/v1/sessions')).body.data).not.toContainEqual(
      expect.objectContaining({ id: body.data[0].id }),
    );
    expect(link.asked).toEqual([]);
  });
});
