import { expectFault, inShort, type BadInput } from '../../support/engine/refusal';
import { startEngine, type TestEngine } from '../../support/engine/start-engine';

const UNKNOWN = 'is not a field of this request. Remove it or check its spelling.';
const to = '+14155551234';
let engine: TestEngine;
let audience_id: string;
let empty: string;
beforeAll(async () => {
  engine = await startEngine();
  const make = async (contacts: object[]) =>
    (await engine.call('POST', '/v1/audiences', { name: 'n', contacts })).body.id;
  audience_id = await make([{ to, variables: { first_name: 'Ada' } }]);
  empty = await make([]);
});
afterAll(() => engine.close());

const media_url = 'https://example.com/a.png';
const WINDOW = { start: '9', end: '20:00', timezone: 'UTC' };
/** Each beside a good name, audience and text. */
const CREATES: BadInput[] = [
  [{ name: '' }, 'name', 'too_small', 'must not be empty'],
  [{ name: 'x'.repeat(121) }, 'name', 'too_big', 'must have at most 120 characters'],
  [{ audience_id: 5 }, 'audience_id', 'wrong_type', 'must be a string, not a number'],
  [{ text: '' }, 'text', 'too_small', 'must not be empty'],
  [{ text: 'x'.repeat(4097) }, 'text', 'too_big', 'must have at most 4096 characters'],
  [{ text: undefined }, 'text', 'invalid', 'is required. Use text, variants or media_url.'],
  [{ text: 'a\0b' }, 'text', 'invalid_character', /U\+0000/],
  [{ text: '\ud83d' }, 'text', 'invalid_character', /half of a character/],
  [{ media_url }, 'text', 'invalid', /^cannot be combined with media_url/],
  [{ media_caption: 'x' }, 'media_caption', 'invalid', 'needs a media_url.'],
  [{ text: undefined, media_url: 'http://example.com/a' }, 'media_url', 'scheme_not_allowed', /Use an https/],
  [{ text: undefined, media_url: 'https://10.0.0.1/a' }, 'media_url', 'address_not_allowed', /./],
  [
    { text: undefined, media_url, media_caption: 'x'.repeat(1025) },
    'media_caption',
    'too_big',
    'must have at most 1024 characters',
  ],
  [{ footer: '' }, 'footer', 'too_small', 'must not be empty'],
  [{ on_missing_variable: 'ignore' }, 'on_missing_variable', 'invalid_value', 'must be one of: fail, skip'],
  [{ send_at: '2026-12-01T09:00:00' }, 'send_at', 'missing_offset', /Add Z/],
  [{ send_at: '2001-01-01T09:00:00Z' }, 'send_at', 'too_soon', /at least 10 seconds ahead/],
  [{ send_window: WINDOW }, 'send_window.start', 'invalid_time', /HH:MM/],
  [{ pacing: {} }, 'pacing', 'invalid', 'needs at least one of per_minute, per_hour, per_day.'],
  [{ pacing: { per_hour: 0 } }, 'pacing.per_hour', 'too_small', 'must be at least 1'],
  [{ pacing: { per_day: 1.5 } }, 'pacing.per_day', 'wrong_type', /a whole number/],
  [{ pacing: { per_week: 5 } }, 'pacing.per_week', 'unknown_field', UNKNOWN],
  [{ contacts: [] }, 'contacts', 'unknown_field', UNKNOWN],
];

describe.each(['/v1/campaigns', '/v1/campaigns/forecast'])('POST %s refuses', (path) => {
  it.each(CREATES.map((row) => [inShort(row[0]), ...row] as const))('%s', async (_s, body, ...fault) => {
    const good = { name: 'n', audience_id, text: 'Hi' };
    expectFault(await engine.call('POST', path, { ...good, ...(body as object) }), ...fault);
    expect((await engine.call('GET', '/v1/campaigns')).body.data).toEqual([]);
  });

  it('an empty body, and says what is missing', async () => {
    const { body } = await engine.call('POST', path, {});
    expect(body.error.details.map(({ path, code }: { path: string; code: string }) => [path, code])).toEqual([
      ['name', 'required'],
      ['audience_id', 'required'],
    ]);
  });

  it('an unknown audience, one without contacts, and a sender that is not linked', async () => {
    const create = (fields: object) =>
      engine.call('POST', path, { name: 'n', audience_id, text: 'Hi', ...fields });
    const unknown = await create({ audience_id: 'aud_1' });
    expect([unknown.status, unknown.body.error.code, unknown.body.error.message]).toEqual([
      ...[404, 'not_found'],
      'audience_id does not exist for this key. Use the id of one from GET /v1/audiences.',
    ]);
    const none = await create({ audience_id: empty });
    expect([none.status, none.body.error.message]).toEqual([
      422,
      'audience_id has no contacts. Add some first.',
    ]);
    for (const wrong of ['aud_1', empty]) {
      const { status, body } = await create({
        audience_id: wrong,
        from: to,
        send_at: '2020-01-01T00:00:00Z',
      });
      expect([status, body.error.code]).toEqual([400, 'invalid_request']);
      expect(body.error.details.map(({ path: at }: { path: string }) => at)).toEqual([
        ...['audience_id', 'send_at', 'from'],
      ]);
    }
    const sender = await create({ from: to });
    expect([sender.status, sender.body.error.code]).toEqual([422, 'from_not_linked']);
    const live = engine.callAs((await engine.createKey('live')).key);
    const unlinked = await live('POST', '/v1/campaigns', { name: 'n', audience_id, text: 'Hi' });
    expect([unlinked.status, unlinked.body.error.code]).toEqual([409, 'no_active_session']);
    expect((await engine.call('GET', '/v1/campaigns')).body.data).toEqual([]);
  });
});

const PREVIEWS: BadInput[] = [
  [{ to }, 'text', 'invalid', 'is required, unless media_caption is given. Send exactly one of them.'],
  [
    { text: 'a', media_caption: 'b', to },
    'text',
    'invalid',
    'is required, unless media_caption is given. Send exactly one of them.',
  ],
  [{ text: 'a' }, 'audience_id', 'invalid', 'is required, unless to is given. Send exactly one of them.'],
  [
    { text: 'a', to, audience_id: 'aud_1', contact_id: 'con_1' },
    'audience_id',
    'invalid',
    /^is required, unless to is given/,
  ],
  [
    { text: 'a', audience_id: 'aud_1' },
    'contact_id',
    'invalid',
    'can only be used with audience_id. Send both or neither.',
  ],
  [
    { text: 'a', audience_id: 'aud_1', contact_id: 'con_1', variables: {} },
    'variables',
    'invalid',
    /^can only be used with to/,
  ],
  [{ text: 'a', to: 'Ada' }, 'to', 'invalid_recipient', /contains letters/],
  [{ text: 'a', to, variables: { 'a b': 'c' } }, 'variables.a b', 'invalid_name', /such as a_b/],
  [
    { text: '{a}'.repeat(5), to, variables: { a: 'x'.repeat(1024) } },
    'text',
    'invalid_text',
    'would be 5120 characters long. Use 1 to 4096 characters: change the text or the variables.',
  ],
  [{ text: '{a|}', to, variables: { a: '' } }, 'text', 'invalid_text', /^would be empty/],
  [
    { text: `{a|${'x'.repeat(4090)}}`, to, variables: { a: ' ' }, footer: '123456' },
    'text',
    'invalid_text',
    /4098/,
  ],
];

describe('POST /v1/campaigns/preview', () => {
  it.each(PREVIEWS.map((row) => [inShort(row[0]), ...row] as const))(
    'refuses %s',
    async (_s, body, ...fault) => {
      expectFault(await engine.call('POST', '/v1/campaigns/preview', body), ...fault);
    },
  );

  const preview = async (body: object) => (await engine.call('POST', '/v1/campaigns/preview', body)).body;

  it('shows what a contact in an audience would get', async () => {
    const { contacts } = (await engine.call('GET', `/v1/audiences/${audience_id}?page=1`)).body;
    const of = { audience_id, contact_id: contacts[0].id };
    expect(await preview({ text: 'Hi {FIRST_NAME} {{x}} {code}', footer: '{phone}', ...of })).toEqual({
      text: `Hi Ada {{x}} {code}\n\n${to}`,
      media_caption: null,
      missing: ['code'],
    });
    const wrong = await engine.call('POST', '/v1/campaigns/preview', {
      text: 'a',
      audience_id: empty,
      contact_id: contacts[0].id,
    });
    expect([wrong.status, wrong.body.error.message]).toEqual([
      404,
      'contact_id is not in this audience. Use the id of one from GET /v1/audiences/{id}?page=1.',
    ]);
  });

  it('shows what any recipient would get', async () => {
    expect(
      await preview({ media_caption: '{a} {mobile}', to: '+1 415 555 1234', variables: { A: 'x' } }),
    ).toEqual({ text: null, media_caption: `x ${to}`, missing: [] });
    expect(await preview({ text: '{phone}', to: '120363041234567890@g.us' })).toMatchObject({
      text: '{phone}',
      missing: ['phone'],
    });
  });

  it('counts blank values as missing, unless there is a fallback', async () => {
    const variables = { a: ' ', Имя: '\u00a0', phone: '' };
    expect(await preview({ text: 'Hi {a} {имя|друг}, {phone}', to, variables })).toEqual({
      text: `Hi {a} друг, ${to}`,
      media_caption: null,
      missing: ['a'],
    });
  });

  it('knows the name of a person who has written', async () => {
    // This number of the sandbox answers, and has a name there.
    const writer = '+15005550004';
    await engine.call('POST', '/v1/messages', { type: 'text', to: writer, text: 'Hi' });
    let shown = { text: '', missing: ['displayname'] };
    for (let i = 0; i < 200 && shown.missing.length > 0; i += 1) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      shown = await preview({ text: '{displayname}/{whatsappname}', to: writer });
    }
    const [one, other] = shown.text.split('/');
    expect([one === other, one]).toEqual([true, 'Sandbox recipient']);
  });
});
