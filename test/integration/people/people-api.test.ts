import { expectFault } from '../../support/engine/refusal';
import { startEngine, type TestEngine } from '../../support/engine/start-engine';
import { until } from '../../support/engine/until';
import { DATABASE_KINDS } from '../../support/servers/fresh-database';

jest.setTimeout(90_000);

const [ANSWERS, STOPS, QUIET] = ['+15005550004', '+15005550005', '+15005550003'];
const PLANNED = '+5511987650001';
const inAnHour = (): string => new Date(Date.now() + 3_600_000).toISOString();
const path = (given: string, below = ''): string => `/v1/people/${encodeURIComponent(given)}${below}`;

describe.each(DATABASE_KINDS)('/v1/people, on %s,', (database) => {
  let engine: TestEngine;
  const ask = async (method: string, url: string, status = 200, body?: unknown) => {
    const answer = await engine.call(method, url, body);
    expect([url, answer.status, answer.status === status ? null : answer.body]).toEqual([url, status, null]);
    return answer.body;
  };
  const send = (to: string, fields: object = {}) =>
    ask('POST', '/v1/messages', 201, { type: 'text', to, text: 'See you at nine', ...fields });
  const list = async (query = ''): Promise<{ id: string; phone: string }[]> =>
    (await ask('GET', `/v1/people${query}`)).data;
  const phones = async (query: string): Promise<string[]> => (await list(query)).map(({ phone }) => phone);

  beforeAll(async () => {
    engine = await startEngine({ database });
    for (const to of [QUIET, ANSWERS, STOPS]) await send(to);
    await until('everyone has answered', async () => {
      const people = await Promise.all([ANSWERS, STOPS].map((to) => engine.call('GET', path(to))));
      return (
        people.every(({ body }) => body.last_heard_at && body.last_written_at) && (await list()).length === 3
      );
    });
  });
  afterAll(() => engine.close());

  it('lists those who were written to or heard from, newest first', async () => {
    const people = await list();
    const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(people.find(({ phone }) => phone === STOPS)).toEqual({
      id: expect.stringMatching(/^per_/),
      phone: STOPS,
      name: people.find(({ phone }) => phone === STOPS)!['name' as never],
      names: expect.arrayContaining([{ kind: 'phone', value: STOPS }]),
      opted_out: true,
      last_heard_at: time,
      last_written_at: time,
    });
    expect(people.find(({ phone }) => phone === QUIET)).toMatchObject({
      ...{ opted_out: false, last_heard_at: null, last_written_at: time },
    });
    const first = await ask('GET', '/v1/people?limit=2');
    const second = await ask('GET', `/v1/people?limit=2&cursor=${first.next_cursor}`);
    expect([first.has_more, second.has_more, second.next_cursor]).toEqual([true, false, null]);
    expect([...first.data, ...second.data]).toEqual(people);
  });

  it('finds people by part of their number, and by whether they have opted out', async () => {
    expect(await phones('?q=555-0004')).toEqual([ANSWERS]);
    expect(await phones('?q=%2B1%20(500)%20555-000')).toHaveLength(3);
    expect(await phones('?q=nobody%25')).toEqual([]);
    expect(await phones('?opted_out=true')).toEqual([STOPS]);
    expect((await phones('?opted_out=false')).sort()).toEqual([QUIET, ANSWERS].sort());
    expect(await phones('?opted_out=true&q=0004')).toEqual([]);
  });

  it.each<[string, string, string, string | RegExp]>([
    ['?limit=0', 'limit', 'invalid_format', /whole number/],
    ['?cursor=x', 'cursor', 'invalid_cursor', /not a cursor of this list/],
    ['?opted_out=yes', 'opted_out', 'invalid_value', /true.*false/],
    ['?to=x', 'to', 'unknown_field', /not a field/],
    ['/Anna', 'id', 'invalid_recipient', /contains letters/],
    ['/120363000000000001@g.us', 'id', 'not_a_person', /is a group or a channel/],
  ])('refuses %s', async (query, field, code, says) => {
    expectFault(await engine.call('GET', `/v1/people${query}`), field, code, says);
  });

  it('shows one person by id, phone or chat id, in any form', async () => {
    const person = await ask('GET', path(STOPS));
    for (const given of [person.id, '+1 (500) 555-0005', '15005550005@c.us', '15005550005@s.whatsapp.net'])
      expect(await ask('GET', path(given))).toEqual(person);
  });

  it('shows somebody to whom something is only planned', async () => {
    const message = await send(PLANNED, { send_at: inAnHour() });
    const shown = {
      ...{ id: message.person_id, phone: PLANNED, name: null, names: [{ kind: 'phone', value: PLANNED }] },
      ...{ opted_out: false, last_heard_at: null, last_written_at: null },
    };
    for (const given of [message.person_id, PLANNED, '+551187650001'])
      expect(await ask('GET', path(given))).toEqual(shown);
    expect(await list()).toHaveLength(3);
    const contacts = [{ to: '39123456789@lid', variables: { first_name: 'Ada' } }];
    await ask('POST', '/v1/audiences', 201, { name: 'lids', contacts });
    expect(await ask('GET', path('39123456789@lid'))).toMatchObject({
      ...{ phone: null, names: [{ kind: 'lid', value: '39123456789@lid' }] },
    });
  });

  it('answers 404 for somebody nothing is stored about, and for the other mode', async () => {
    const live = engine.callAs((await engine.createKey('live')).key);
    const { id } = await ask('GET', path(STOPS));
    for (const given of [id, STOPS])
      for (const [method, below] of [
        ['GET', ''],
        ['GET', '/export'],
        ['DELETE', ''],
      ] as const)
        expect((await live(method, path(given, below))).status).toBe(404);
    expect((await live('GET', '/v1/people')).body.data).toEqual([]);
    const { error } = await ask('GET', path('+14155559999'), 404);
    expect(error.message).toBe('No person +14155559999 found for this key.');
  });

  it('exports everything that is stored about a person', async () => {
    const audience = await ask('POST', '/v1/audiences', 201, {
      name: 'friends',
      contacts: [{ to: ANSWERS, variables: { first_name: 'Ada' } }],
    });
    const sequence = await ask('POST', '/v1/sequences', 201, {
      ...{ to: ANSWERS, steps: [{ type: 'text', text: 'Later', after: 'P1D' }] },
    });
    const recurrence = await ask('POST', '/v1/recurrences', 201, {
      ...{ to: ANSWERS, type: 'text', text: 'Every year' },
      ...{ rrule: 'FREQ=YEARLY', start: '2026-01-01T09:00', timezone: 'UTC' },
    });
    const data = await ask('GET', path(ANSWERS, '/export'));
    expect(data.recurrences).toEqual([recurrence]);
    expect(Object.keys(data).sort()).toEqual(
      [
        'contacts',
        'events',
        'history',
        'messages',
        'opt_out',
        'person',
        'received',
        'recurrences',
        'sequences',
        'takeovers',
      ].sort(),
    );
    expect(data.person).toEqual(await ask('GET', path(ANSWERS)));
    expect(data.opt_out).toBeNull();
    expect(data.messages).toEqual((await ask('GET', `/v1/messages?to=${encodeURIComponent(ANSWERS)}`)).data);
    expect(data.contacts).toMatchObject([
      { audience_id: audience.id, to: ANSWERS, variables: { first_name: 'Ada' } },
    ]);
    expect(data.sequences).toMatchObject([{ id: sequence.id, to: ANSWERS, status: 'active' }]);
    const received = data.events.filter(({ type }: { type: string }) => type === 'message.received');
    expect(received).toMatchObject([{ data: { text: 'yes', from: ANSWERS, person_id: data.person.id } }]);
    expect(data.received).toMatchObject([{ key: received[0].data.key, kind: 'message' }]);
    expect(data.events.map(({ type }: { type: string }) => type)).toEqual(
      expect.arrayContaining(['message.sent', 'message.delivered']),
    );
    expect((await ask('GET', path(STOPS, '/export'))).opt_out).toMatchObject({ to: STOPS, source: 'reply' });
  });

  it('erases a person: messages stay without them, and an opt-out still holds', async () => {
    const audience = await ask('POST', '/v1/audiences', 201, { name: 'all', contacts: [{ to: STOPS }] });
    const pending = await send(STOPS, { send_at: inAnHour(), reference: 'appointment-42' });
    const { id } = await ask('GET', path(STOPS));
    expect(await ask('DELETE', path('+1 500 555 0005'))).toEqual({
      ...{ id, deleted: true, messages_canceled: 1, messages_erased: 2, messages_deleted: 1 },
      ...{ contacts_removed: 1, webhooks_removed: 0 },
    });
    expect(await ask('GET', `/v1/messages/${pending.id}`)).toEqual({
      ...{ ...pending, to: null, text: null, reference: null, person_id: null, link_preview: null },
      ...{ status: 'canceled', canceled_at: expect.any(String), waiting_for: null, erased: true },
    });
    expect((await ask('GET', `/v1/messages?reference=appointment-42`)).data).toEqual([]);
    for (const [method, below] of [
      ['GET', ''],
      ['GET', '/export'],
      ['DELETE', ''],
    ] as const)
      await ask(method, path(id, below), 404);
    expect(await phones('')).not.toContain(STOPS);
    expect((await ask('GET', '/v1/opt-outs')).data).toEqual([]);
    expect((await ask('GET', `/v1/audiences/${audience.id}`)).contact_count).toBe(0);

    await ask('POST', `/v1/audiences/${audience.id}/contacts`, 201, { contacts: [{ to: STOPS }] });
    const campaign = await ask('POST', '/v1/campaigns', 201, {
      ...{ name: 'again', audience_id: audience.id, text: 'Hello again' },
    });
    const failed = async () => (await ask('GET', `/v1/messages?campaign_id=${campaign.id}`)).data[0];
    await until('it fails', async () => (await failed())?.status === 'failed');
    expect((await failed()).failure_reason).toBe('recipient_opted_out');
    expect(await ask('GET', path(STOPS))).toMatchObject({ id, opted_out: true, last_heard_at: null });
  });
});
