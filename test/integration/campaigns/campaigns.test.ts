import { until } from '../../support/engine/until';
import { campaignWorld, people, person, type CampaignWorld } from './campaign-world';

let world: CampaignWorld;
beforeAll(async () => {
  world = await campaignWorld();
});
afterAll(() => world.engine.close());

/** A window that is shut now and opens in an hour, so that nothing is sent. */
const SHUT = () => {
  const clock = (ms: number) => new Date(Date.now() + ms).toISOString().slice(11, 16);
  return { start: clock(3_600_000), end: clock(7_200_000), timezone: 'UTC' };
};
const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString();

describe('a campaign whose contacts lack a variable', () => {
  it('is refused before anything is sent, with examples', async () => {
    const contacts = [...people(3), { to: person(50), variables: { first_name: '' } }, { to: person(51) }];
    const audience_id = await world.audience([...contacts, { to: '120363041234567890@g.us' }]);
    const { data: before } = (await world.engine.call('GET', '/v1/campaigns')).body;
    const { status, body } = await world.create({
      audience_id,
      text: '{first_name}, {phone}',
      footer: '{code}',
    });
    expect([status, body.error.code]).toEqual([400, 'invalid_request']);
    expect(body.error.details).toHaveLength(6);
    const fix =
      'Add the variable to the contact, use a fallback \\(\\{code\\|text\\}\\), or set on_missing_variable to skip\\.';
    expect(body.error.details[0]).toEqual({
      path: 'footer',
      code: 'missing_variable',
      message: expect.stringMatching(
        new RegExp(
          `^uses \\{code\\}, but contact con_\\w+ \\(\\${person(0)}\\) has no value for it\\. ${fix}$`,
        ),
      ),
    });
    // An empty value counts as missing, too.
    for (const detail of [body.error.details[3], body.error.details[4]])
      expect(detail).toMatchObject({
        path: 'text',
        message: expect.stringMatching(
          /^uses \{first_name\} and \{code\}, but contact .* has no value for it/,
        ),
      });
    expect(body.error.message).toBe(
      `footer ${body.error.details[0].message} (6 of 6 contacts have this problem.)`,
    );
    expect((await world.engine.call('GET', '/v1/campaigns')).body.data).toEqual(before);
  });

  it.each(['', '  ', '\u00a0\t', '\u200b'])(
    'is refused for the blank value %j, however the contact came in',
    async (blank) => {
      const variables = { first_name: blank };
      const audience_id = await world.audience([{ to: person(60), variables }]);
      const path = `/v1/audiences/${audience_id}`;
      const change = async (method: string, to: string, body: object | string, type = 'application/json') =>
        (await world.engine.call(method, `${path}/${to}`, body, { 'content-type': type })).status;
      const contacts = [
        { to: person(61), variables },
        { to: person(62), variables: { first_name: 'Ada' } },
      ];
      expect(await change('POST', 'contacts', { contacts })).toBe(201);
      const table = `to,first_name\n${person(63)},"${blank}"\n${person(64)},${blank}\n`;
      expect(await change('POST', 'import', table, 'text/csv')).toBe(200);
      const all = (await world.engine.call('GET', `${path}?page=1`)).body.contacts;
      const ada = all.find(({ to }: { to: string }) => to === person(62));
      expect(await change('PATCH', `contacts/${ada.id}`, { variables })).toBe(200);
      const { status, body } = await world.create({
        ...{ audience_id, text: 'Hi {first_name}!', on_missing_variable: 'fail' },
      });
      expect([status, body.error.code]).toEqual([400, 'invalid_request']);
      expect(body.error.details.map(({ code }: { code: string }) => code)).toEqual(
        Array.from({ length: 5 }, () => 'missing_variable'),
      );
    },
  );

  it('gives at most ten examples, and the total', async () => {
    const audience_id = await world.audience(people(800));
    await world.engine.call('POST', `/v1/audiences/${audience_id}/contacts`, {
      contacts: Array.from({ length: 700 }, (_, index) => ({ to: person(1000 + index) })),
    });
    const { body } = await world.create({ audience_id, text: '{first_name}' });
    expect(body.error.details).toHaveLength(10);
    expect(body.error.message).toMatch(/\(700 of 1500 contacts have this problem\.\)$/);
  });

  it('is sent with `skip`, with the token left in the text', async () => {
    const audience_id = await world.audience([{ to: person(1) }, ...people(1, 5)]);
    const { id } = await world.campaign({
      audience_id,
      text: 'Hi {First_Name} {{first_name}}',
      on_missing_variable: 'skip',
    });
    const messages = await world.made(id, 2);
    expect(messages.map(({ text }) => text)).toEqual([
      'Hi {First_Name} {{first_name}}',
      'Hi Name 5 {{first_name}}',
    ]);
  });
});

describe('a text that is too long when filled in', () => {
  it('is refused, naming the contact', async () => {
    const audience_id = await world.audience([
      ...people(1),
      { to: person(1), variables: { first_name: 'x'.repeat(1024) } },
    ]);
    const { status, body } = await world.create({ audience_id, text: '{first_name}'.repeat(5) });
    expect([status, body.error.details]).toEqual([
      400,
      [
        {
          path: 'text',
          code: 'invalid_text',
          message: expect.stringMatching(
            /^is 5120 characters long for contact con_\w+ \(\+14155550001\)\. Use 1 to 4096/,
          ),
        },
      ],
    ]);
    const skipping = await world.create({
      audience_id,
      text: '{first_name}'.repeat(5),
      on_missing_variable: 'skip',
    });
    expect([skipping.status, skipping.body.error.details]).toEqual([400, body.error.details]);
  });

  it('is refused without checking contacts if the footer has no variables', async () => {
    const audience_id = await world.audience(people(1));
    const { status, body } = await world.create({
      audience_id,
      text: 'x'.repeat(4000),
      footer: 'y'.repeat(95),
    });
    expect([status, body.error.details]).toEqual([
      400,
      [
        {
          path: 'footer',
          code: 'too_big',
          message:
            'makes the whole text 4097 characters long. Shorten the text or the footer to 4096 in all.',
        },
      ],
    ]);
    await world.campaign({
      audience_id,
      text: 'x'.repeat(4000),
      footer: 'y'.repeat(94),
      send_at: inAnHour(),
    });
  });
});

describe('contacts of a campaign that has no messages yet', () => {
  it('are rendered when their message is created; removed and new ones get none', async () => {
    const audience_id = await world.audience(people(5));
    const { contacts } = (await world.engine.call('GET', `/v1/audiences/${audience_id}?page=1`)).body;
    const { id } = await world.campaign({
      audience_id,
      text: `Hi {first_name}${' {first_name}'.repeat(4)}`,
      send_at: new Date(Date.now() + 10_500).toISOString(),
      send_window: SHUT(),
    });
    const path = `/v1/audiences/${audience_id}/contacts`;
    await world.engine.call('PATCH', `${path}/${contacts[0].id}`, { variables: { first_name: 'Edited' } });
    await world.engine.call('PATCH', `${path}/${contacts[1].id}`, { variables: {} });
    const long = { variables: { first_name: 'x'.repeat(1024) } };
    await world.engine.call('PATCH', `${path}/${contacts[4].id}`, long);
    await world.engine.call('DELETE', `${path}/${contacts[2].id}`);
    await world.engine.call('POST', path, { contacts: [...people(1, 9), { to: contacts[2].to }] });
    expect(await world.get(id)).toMatchObject({ total_count: 4, pending_count: 4 });
    const messages = await world.made(id, 4);
    expect(
      messages.map(({ to, text, status, failure_reason: reason }) => [to, text, status, reason]),
    ).toEqual([
      [person(0), `Hi Edited${' Edited'.repeat(4)}`, 'queued', null],
      [person(1), null, 'failed', 'missing_variable'],
      [person(3), `Hi Name 3${' Name 3'.repeat(4)}`, 'queued', null],
      [person(4), null, 'failed', 'invalid_text'],
    ]);
    expect(await world.get(id)).toMatchObject({ total_count: 4, pending_count: 2, failed_count: 2 });

    // What was made stays as it is.
    await world.engine.call('PATCH', `${path}/${contacts[0].id}`, { variables: { first_name: 'Again' } });
    await world.engine.call('DELETE', `${path}/${contacts[3].id}`);
    expect(await world.messages(id)).toEqual(messages);
    expect(await world.get(id)).toMatchObject({ total_count: 4, pending_count: 2 });
    const kept = await world.engine.call('DELETE', `/v1/audiences/${audience_id}`);
    expect([kept.status, kept.body.error.message]).toEqual([
      409,
      `Campaign ${id} (running) still uses this audience. Cancel the campaign first, or wait until it ends.`,
    ]);
    await world.steer(id, 'cancel');
    expect((await world.engine.call('DELETE', `/v1/audiences/${audience_id}`)).status).toBe(200);
    expect(await world.get(id)).toMatchObject({ audience_id, status: 'aborted', canceled_count: 2 });
  });
});

describe('a paused campaign', () => {
  it('allows its messages to be edited and canceled while they stay held', async () => {
    const { id } = await world.campaign({
      audience_id: await world.audience(people(3)),
      text: 'Hi',
      send_window: SHUT(),
    });
    const [first, second] = await world.made(id, 3);
    await world.steer(id, 'pause');
    const edit = { text: 'Hello', send_window: null };
    const edited = await world.engine.call('PATCH', `/v1/messages/${first.id}`, edit);
    expect([edited.status, edited.body.text]).toEqual([200, 'Hello']);
    await world.engine.call('POST', `/v1/messages/${second.id}/cancel`);
    const before = world.recorded.handedOver.length;
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(world.recorded.handedOver).toHaveLength(before);
    await world.steer(id, 'resume');
    await until('it is sent', () => world.recorded.handedOver.length === before + 1);
    expect(world.recorded.textsTo(`${person(0).slice(1)}@c.us`).at(-1)).toBe('Hello');
    expect((await world.steer(id, 'cancel')).body.canceled_count).toBe(2);
  });
});

describe('in the wrong state', () => {
  it.each([
    ['pause', 'paused', 'The campaign is paused, so it cannot be paused.'],
    ['resume', 'running', 'The campaign is running, so it cannot be resumed.'],
    ['resume', 'aborted', 'The campaign is aborted, so it cannot be resumed.'],
    ['pause', 'aborted', 'The campaign is aborted, so it cannot be paused.'],
    ['cancel', 'aborted', 'The campaign is aborted, so it cannot be canceled.'],
    ['cancel', 'complete_delivered', 'The campaign is complete_delivered, so it cannot be canceled.'],
    ['pause', 'complete_delivered', 'The campaign is complete_delivered, so it cannot be paused.'],
  ] as const)('%s of a campaign that is %s', async (action, status, message) => {
    const shut = status === 'complete_delivered' ? {} : { send_window: SHUT() };
    const { id } = await world.campaign({
      audience_id: await world.audience(people(1)),
      text: 'Hi',
      ...shut,
    });
    if (status === 'paused') await world.steer(id, 'pause');
    if (status === 'aborted') await world.steer(id, 'cancel');
    await world.reaches(id, status);
    const answer = await world.steer(id, action);
    expect([answer.status, answer.body.error.code, answer.body.error.message]).toEqual([
      409,
      'conflict',
      message,
    ]);
    expect((await world.get(id)).status).toBe(status);
  });

  it('is not found under an unknown id', async () => {
    for (const action of ['pause', 'resume', 'cancel'] as const)
      expect((await world.steer('cmp_1', action)).status).toBe(404);
    expect((await world.engine.call('GET', '/v1/campaigns/cmp_1')).status).toBe(404);
  });
});

it('is listed newest first, page by page, with its counts', async () => {
  const audience_id = await world.audience(people(2));
  const ids: string[] = [];
  for (const name of ['a', 'b', 'c'])
    ids.unshift((await world.campaign({ audience_id, text: 'Hi', name, send_window: SHUT() })).id);
  await world.made(ids[0]!, 2);
  await world.steer(ids[1]!, 'cancel');
  const first = (await world.engine.call('GET', '/v1/campaigns?limit=2')).body;
  const single = await Promise.all([world.get(ids[0]!), world.get(ids[1]!)]);
  expect(first.data).toEqual(single.map(({ forecast: _, ...campaign }) => campaign));
  expect(first.data[1]).toMatchObject({ status: 'aborted', canceled_count: 2 });
  const second = (await world.engine.call('GET', `/v1/campaigns?limit=1&cursor=${first.next_cursor}`)).body;
  expect(second.data[0].id).toBe(ids[2]);
});

it('keeps its pacing, window and start time', async () => {
  const send_at = inAnHour();
  const fields = { pacing: { per_minute: 5, per_day: 200 }, send_window: SHUT(), send_at, footer: 'Bye' };
  const shown = await world.campaign({ audience_id: await world.audience(people(1)), text: 'Hi', ...fields });
  expect(shown).toMatchObject(fields);
  expect(await world.get(shown.id)).toEqual(shown);
});

it('is created once for an Idempotency-Key, even if its audience has changed since', async () => {
  const audience_id = await world.audience(people(2));
  const body = { name: 'x', audience_id, text: '{first_name}', send_window: SHUT() };
  const headers = { 'Idempotency-Key': 'campaign-1' };
  const first = await world.engine.call('POST', '/v1/campaigns', body, headers);
  await world.engine.call('POST', `/v1/audiences/${audience_id}/contacts`, {
    contacts: [{ to: person(80) }],
  });
  const second = await world.engine.call('POST', '/v1/campaigns', body, headers);
  expect([first.status, second.status]).toEqual([201, 200]);
  expect(second.body).toEqual(first.body);
  const other = await world.engine.call('POST', '/v1/campaigns', { ...body, text: 'y' }, headers);
  expect([other.status, other.body.error.code]).toEqual([409, 'idempotency_key_conflict']);
});

it('belongs to one mode, and requires the scope', async () => {
  const { id } = await world.campaign({
    audience_id: await world.audience(people(1)),
    text: 'Hi',
    send_window: SHUT(),
  });
  const live = world.engine.callAs((await world.engine.createKey('live')).key);
  expect((await live('GET', `/v1/campaigns/${id}`)).status).toBe(404);
  expect((await live('POST', `/v1/campaigns/${id}/cancel`)).status).toBe(404);
  expect((await live('GET', '/v1/campaigns')).body.data).toEqual([]);
  const reader = world.engine.callAs((await world.engine.createKey('test', ['campaigns:read'])).key);
  expect((await reader('GET', `/v1/campaigns/${id}`)).status).toBe(200);
  for (const path of ['', `/${id}/pause`, `/${id}/resume`, `/${id}/cancel`])
    expect((await reader('POST', `/v1/campaigns${path}`)).status).toBe(403);
  expect((await world.get(id)).status).toBe('running');
});
