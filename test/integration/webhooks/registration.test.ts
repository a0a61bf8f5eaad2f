import { whoOf } from '../../../engine/domain/people/person-id';
import { until } from '../../support/engine/until';
import { startEngine, type TestEngine } from '../../support/engine/start-engine';

const URL_OK = 'https://example.com/in';
const good = { url: URL_OK, events: ['message.sent'] };

let engine: TestEngine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.close());

const create = async (fields: object = {}) => {
  const { status, body } = await engine.call('POST', '/v1/webhooks', { ...good, ...fields });
  expect(status).toBe(201);
  return body;
};

describe('a webhook', () => {
  it('shows its secret only when it is created', async () => {
    const later = '2099-01-01T01:00:00+01:00';
    const made = await create({
      events: ['message.received', 'poll_vote_webhook'],
      description: 'orders',
      filter: { from: '+1 (415) 555-1234', chat_id: '+14155551234', reference: 'r', reply_only: true },
      expires_at: later,
      max_deliveries: 3,
    });
    const { secret, ...shown } = made;
    expect(secret).toMatch(/^whsec_[A-Za-z0-9_-]{43}$/);
    expect(shown).toEqual({
      id: expect.stringMatching(/^wh_[0-9A-HJKMNP-TV-Z]{26}$/),
      url: URL_OK,
      events: ['message.received', 'poll_vote_webhook'],
      description: 'orders',
      filter: { from: '+14155551234', chat_id: '14155551234@c.us', reference: 'r', reply_only: true },
      person_id: whoOf('test', '14155551234@c.us'),
      burst: null,
      status: 'enabled',
      disabled_by: null,
      expires_at: '2099-01-01T00:00:00.000Z',
      max_deliveries: 3,
      delivered_count: 0,
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    });
    expect((await engine.call('GET', `/v1/webhooks/${made.id}`)).body).toEqual(shown);
    expect((await engine.call('GET', '/v1/webhooks')).body.data[0]).toEqual(shown);
    const { body: patched } = await engine.call('PATCH', `/v1/webhooks/${made.id}`, {
      description: 'others',
    });
    expect(patched).toEqual({ ...shown, description: 'others' });
  });

  it('shows the person whom its filter names, the same under all names that are known to be theirs', async () => {
    const [number, lid] = ['+15005550012', '500555000000012@lid'];
    const filters = [{ from: number }, { chat_id: lid }, { chat_id: '120363000000000001@g.us' }];
    const ids: string[] = [];
    for (const filter of filters) ids.push((await create({ filter })).id);
    const people = async (): Promise<(string | null)[]> => {
      const { data } = (await engine.call('GET', '/v1/webhooks')).body;
      return ids.map((id) => data.find((one: { id: string }) => one.id === id).person_id);
    };
    const whos = [`${number.slice(1)}@c.us`, lid].map((name) => whoOf('test', name));
    expect(await people()).toEqual([...whos, null]);
    await engine.call('POST', '/v1/messages', { type: 'text', to: lid, text: 'Hello' });
    await until('they are known to be one', async () => (await people())[1] === whos[0]);
    expect(await people()).toEqual([whos[0], whos[0], null]);
    expect((await engine.call('GET', `/v1/webhooks/${ids[1]}`)).body.person_id).toBe(whos[0]);
  });

  it('for bursts has their settings, complete, as long as it is registered for them', async () => {
    const usual = { quiet_s: 8, most_s: 60, most_messages: 20 };
    const events = ['message.received', 'message.burst'];
    const { id, burst } = await create({ events });
    expect(burst).toEqual(usual);
    const patch = async (fields: object) =>
      (await engine.call('PATCH', `/v1/webhooks/${id}`, fields)).body.burst;
    expect(await patch({ burst: { quiet_s: 30, most_messages: 50 } })).toEqual({
      ...{ quiet_s: 30, most_s: 120, most_messages: 50 },
    });
    expect(await patch({ description: 'x' })).toMatchObject({ quiet_s: 30 });
    expect((await engine.call('GET', `/v1/webhooks/${id}`)).body.burst).toMatchObject({ quiet_s: 30 });
    expect(await patch({ burst: null })).toEqual(usual);
    expect(await patch({ events: ['message.received'] })).toBeNull();
    expect(await patch({ events, burst: { most_s: 3 } })).toEqual({ ...usual, quiet_s: 3, most_s: 3 });
    expect((await create({ events, burst: { quiet_s: 1 } })).burst).toEqual({ ...usual, quiet_s: 1 });
  });

  it('has defaults for fields that were not set', async () => {
    expect(await create()).toMatchObject({
      description: null,
      filter: null,
      expires_at: null,
      max_deliveries: null,
    });
  });

  it('changes field by field, and null removes', async () => {
    const { id } = await create({ description: 'a', filter: { reply_only: true }, max_deliveries: 5 });
    const patch = async (fields: object) => (await engine.call('PATCH', `/v1/webhooks/${id}`, fields)).body;
    expect(await patch({ url: 'http://10.0.0.1:5678/webhook/x' })).toMatchObject({
      url: 'http://10.0.0.1:5678/webhook/x',
      description: 'a',
    });
    expect(await patch({ events: ['ack_changed_webhook'] })).toMatchObject({
      events: ['ack_changed_webhook'],
    });
    expect(
      await patch({ description: null, filter: null, max_deliveries: null, expires_at: null }),
    ).toMatchObject({ description: null, filter: null, max_deliveries: null, expires_at: null });
    expect(await patch({ status: 'disabled' })).toMatchObject({ status: 'disabled', disabled_by: 'user' });
    expect(await patch({ status: 'enabled' })).toMatchObject({ status: 'enabled', disabled_by: null });
  });

  it('shows a rotated secret once', async () => {
    const made = await create();
    const { status, body } = await engine.call('POST', `/v1/webhooks/${made.id}/rotate-secret`);
    expect(status).toBe(200);
    expect(body.secret).toMatch(/^whsec_/);
    expect(body.secret).not.toBe(made.secret);
    expect({ ...body, secret: null }).toEqual({ ...made, secret: null });
  });

  it('is deleted for good', async () => {
    const { id } = await create();
    expect((await engine.call('DELETE', `/v1/webhooks/${id}`)).body).toEqual({ id, deleted: true });
    for (const [method, path] of [
      ['GET', ''],
      ['DELETE', ''],
      ['POST', '/rotate-secret'],
      ['POST', '/test'],
      ['GET', '/deliveries'],
      ['POST', '/deliveries/dlv_x/redeliver'],
    ]) {
      const { status, body } = await engine.call(method!, `/v1/webhooks/${id}${path}`);
      expect([method, path, status, body.error.code]).toEqual([method, path, 404, 'not_found']);
    }
    const { status } = await engine.call('PATCH', `/v1/webhooks/${id}`, { description: 'x' });
    expect(status).toBe(404);
  });

  it('belongs to one mode', async () => {
    const { id } = await create();
    const live = engine.callAs((await engine.createKey('live')).key);
    for (const [method, path, body] of [
      ['GET', '', undefined],
      ['PATCH', '', { description: 'x' }],
      ['DELETE', '', undefined],
      ['POST', '/rotate-secret', undefined],
      ['POST', '/test', undefined],
      ['GET', '/deliveries', undefined],
    ] as const) {
      expect((await live(method, `/v1/webhooks/${id}${path}`, body)).status).toBe(404);
    }
    expect((await live('GET', '/v1/webhooks')).body.data).toEqual([]);
    expect((await engine.call('GET', `/v1/webhooks/${id}`)).body).toMatchObject({ description: null });
  });

  it('requires the scope', async () => {
    const { id } = await create();
    const reader = engine.callAs((await engine.createKey('test', ['webhooks:read'])).key);
    expect((await reader('GET', `/v1/webhooks/${id}`)).status).toBe(200);
    const refused = await reader('POST', '/v1/webhooks', good);
    expect([refused.status, refused.body.error.code]).toEqual([403, 'permission_denied']);
    expect(refused.body.error.message).toContain('webhooks:write');
  });
});

it('lists newest first, with a cursor that survives additions', async () => {
  const made = [];
  for (let i = 0; i < 5; i += 1) made.unshift((await create({ description: `page ${i}` })).id);
  const first = (await engine.call('GET', '/v1/webhooks?limit=2')).body;
  expect(first.data.map(({ id }: { id: string }) => id)).toEqual(made.slice(0, 2));
  expect(first.has_more).toBe(true);
  await create();
  const second = (await engine.call('GET', `/v1/webhooks?limit=3&cursor=${first.next_cursor}`)).body;
  expect(second.data.map(({ id }: { id: string }) => id)).toEqual(made.slice(2));
});

const asBurst = (burst: object) => ({ events: ['message.burst'], burst });

describe.each(['POST', 'PATCH'] as const)('%s refuses', (method) => {
  const past = '2001-01-01T00:00:00Z';
  it.each<[string, object, string, string, RegExp]>([
    ['no URL', { url: 'example' }, 'url', 'invalid_url', /complete one such as https/],
    ['an empty URL', { url: '' }, 'url', 'too_small', /not be empty/],
    ['a URL that is not a text', { url: 5 }, 'url', 'wrong_type', /a string, not a number/],
    ['a URL that is too long', { url: `https://e.test/${'x'.repeat(2050)}` }, 'url', 'too_big', /2048/],
    ['another scheme', { url: 'ftp://example.com' }, 'url', 'scheme_not_allowed', /https:\/\//],
    ['a password in the URL', { url: 'https://a:b@example.com' }, 'url', 'credentials_in_url', /signature/],
    ['a fragment', { url: 'https://example.com/#x' }, 'url', 'fragment_in_url', /Remove it/],
    ['white space', { url: ' https://example.com/a\n' }, 'url', 'invalid_url', /white space/],
    [
      'a metadata address',
      { url: 'http://169.254.169.254/latest' },
      'url',
      'address_not_allowed',
      /metadata/,
    ],
    ['a link-local address', { url: 'http://[fe80::1]/' }, 'url', 'address_not_allowed', /link-local/],
    ['a decimal address', { url: 'http://2852039166/' }, 'url', 'address_not_allowed', /169\.254/],
    ['no events', { events: [] }, 'events', 'too_small', /at least 1/],
    ['events that are not a list', { events: 'message.sent' }, 'events', 'wrong_type', /an array/],
    ['an unknown event', { events: ['message.sent', 'x'] }, 'events.1', 'invalid_value', /message\.sent/],
    ['an event twice', { events: ['message.sent', 'message.sent'] }, 'events', 'invalid', /twice/],
    ['a long description', { description: 'x'.repeat(256) }, 'description', 'too_big', /255/],
    ['a description with U+0000', { description: 'a\0b' }, 'description', 'invalid_character', /U\+0000/],
    ['a filter that is none', { filter: 'x' }, 'filter', 'wrong_type', /an object/],
    ['an unknown filter', { filter: { to: '+1' } }, 'filter.to', 'unknown_field', /spelling/],
    ['a filter by nobody', { filter: { from: '12' } }, 'filter.from', 'invalid_recipient', /./],
    [
      'a filter by a chat in from',
      { filter: { from: '120363041234567890@g.us' } },
      'filter.from',
      'invalid_recipient',
      /Use chat_id/,
    ],
    ['a filter by no chat', { filter: { chat_id: 'me' } }, 'filter.chat_id', 'invalid_recipient', /./],
    ['reply_only as text', { filter: { reply_only: 'yes' } }, 'filter.reply_only', 'wrong_type', /boolean/],
    ['an empty end', { expires_at: '' }, 'expires_at', 'invalid_time', /RFC 3339/],
    ['an end without offset', { expires_at: '2099-01-01T00:00:00' }, 'expires_at', 'missing_offset', /./],
    ['an end in the past', { expires_at: past }, 'expires_at', 'too_early', /later/],
    ['an end that is a number', { expires_at: 4e12 }, 'expires_at', 'wrong_type', /a string/],
    ['no deliveries', { max_deliveries: 0 }, 'max_deliveries', 'too_small', /at least 1/],
    ['half a delivery', { max_deliveries: 1.5 }, 'max_deliveries', 'wrong_type', /whole number/],
    ['deliveries as text', { max_deliveries: '3' }, 'max_deliveries', 'wrong_type', /a number, not a string/],
    ['bursts without their event', { burst: {} }, 'burst', 'not_registered', /Add it to events/],
    ['bursts with null in between', asBurst({ quiet_s: null }), 'burst.quiet_s', 'wrong_type', /a number/],
    ['bursts without a pause', asBurst({ quiet_s: 0 }), 'burst.quiet_s', 'too_small', /at least 1/],
    ['bursts with a long pause', asBurst({ quiet_s: 121 }), 'burst.quiet_s', 'too_big', /120/],
    ['bursts that take long', asBurst({ most_s: 601 }), 'burst.most_s', 'too_big', /600/],
    ['bursts of many messages', asBurst({ most_messages: 51 }), 'burst.most_messages', 'too_big', /50/],
    [
      'bursts shorter than a pause',
      asBurst({ quiet_s: 9, most_s: 8 }),
      'burst.most_s',
      'too_small',
      /least 9/,
    ],
    [
      'an unknown setting of bursts',
      asBurst({ quiet: 9 }),
      'burst.quiet',
      'unknown_field',
      /spelling|Remove/,
    ],
    ['an unknown field', { secret: 'mine' }, 'secret', 'unknown_field', /Remove it/],
  ])('%s', async (_, fields, path, code, words) => {
    const id = method === 'PATCH' ? (await create()).id : null;
    const { status, body } = await (id
      ? engine.call('PATCH', `/v1/webhooks/${id}`, fields)
      : engine.call('POST', '/v1/webhooks', { ...good, ...fields }));
    expect([status, body.error.code]).toEqual([400, 'invalid_request']);
    expect(body.error.details).toEqual([{ path, code, message: expect.stringMatching(words) }]);
    expect(body.error.message).toContain(path);
    if (id) expect((await engine.call('GET', `/v1/webhooks/${id}`)).body).toMatchObject(good);
  });
});

it('names every fault at once, including missing fields', async () => {
  const paths = async (body: object) =>
    (await engine.call('POST', '/v1/webhooks', body)).body.error.details.map(
      ({ path, code }: { path: string; code: string }) => `${path} ${code}`,
    );
  expect(await paths({})).toEqual(['url required', 'events required']);
  expect(await paths({ ...good, url: 'x', expires_at: 'soon', filter: { from: '1', chat_id: '2' } })).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^url /),
      expect.stringMatching(/^expires_at /),
      'filter.from invalid_recipient',
      'filter.chat_id invalid_recipient',
    ]),
  );
});

it('refuses an edit without fields, with an unknown status, or with null for a required field', async () => {
  const { id } = await create();
  const faults = async (fields: object) =>
    (await engine.call('PATCH', `/v1/webhooks/${id}`, fields)).body.error.details.map(
      ({ path }: { path: string }) => path,
    );
  expect(await faults({})).toEqual(['']);
  expect(await faults({ status: 'paused' })).toEqual(['status']);
  expect(await faults({ url: null })).toEqual(['url']);
  expect(await faults({ events: null })).toEqual(['events']);
});
