import { isDeepStrictEqual } from 'node:util';
import { expectFault } from '../../support/engine/refusal';
import { startEngine, type TestEngine } from '../../support/engine/start-engine';
import { until } from '../../support/engine/until';
import { deviations } from '../../support/published/deviations';
import { Receiver } from '../events/receiver';

jest.setTimeout(90_000);

const GROUP = '120363000000000001@g.us';
const [READS, NOBODY, DELIVERS] = ['+15005550001', '+15005550002', '+14155551234'];
const [NEEDS_INVITE, JOINS] = ['+15005550014', '+15005550015'];
const chatIdOf = (phone: string): string => `${phone.slice(1)}@c.us`;
const PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

describe('/v1/groups, in the sandbox,', () => {
  let engine: TestEngine;
  let receiver: Receiver;
  const ask = async (method: string, url: string, status = 200, body?: unknown) => {
    const answer = await engine.call(method, `/v1/groups${url}`, body);
    expect([url, answer.status, answer.status === status ? null : answer.body]).toEqual([url, status, null]);
    return answer.body;
  };
  const create = (...participants: string[]) => ask('POST', '', 200, { name: 'Lunch', participants });
  const told = (type: string, id: string) =>
    until('it is told', () =>
      receiver.received.find(({ event }) => event.type === type && event.data.chat_id === id),
    ).then(({ event }) => event.data);
  const phones = (group: { participants: { phone: string }[] }) =>
    group.participants.map(({ phone }) => phone);

  beforeAll(async () => {
    receiver = await new Receiver().start();
    engine = await startEngine();
    const events = ['group.participants_added', 'group.name_changed', 'group.settings_changed'];
    await engine.call('POST', '/v1/webhooks', { url: receiver.url(), events });
  });
  afterAll(async () => {
    await engine.close();
    await receiver.stop();
  });

  it('has a group to try, as published', async () => {
    const { data } = await ask('GET', '?q=sandbox');
    expect(data.map(({ id }: { id: string }) => id)).toEqual([GROUP]);
    const group = await ask('GET', `/${GROUP}`);
    expect([...deviations('Group', group), ...deviations('Group', data[0])]).toEqual([]);
    expect(group).toMatchObject({ name: 'Sandbox group', participant_count: 4, owner: '15005550100@c.us' });
    expect(phones(group)).toEqual(['+15005550100', READS, '+15005550004', '+15005550009']);
    expect(group.participants[0]).toMatchObject({ is_me: true, is_super_admin: true, person_id: null });
    expect(group.participants[1]).toMatchObject({ is_me: false, is_admin: false });
  });

  it('creates a group, and says who could not be added and what to do', async () => {
    const group = await create(DELIVERS, NOBODY, NEEDS_INVITE, '+1 (415) 555-1234');
    expect(deviations('Group', group)).toEqual([]);
    expect(phones(group)).toEqual(['+15005550100', DELIVERS]);
    expect(group.results).toEqual([
      { chat_id: chatIdOf(DELIVERS), status: 'ok', message: null },
      {
        chat_id: chatIdOf(NOBODY),
        status: 'not_on_whatsapp',
        message: 'is not on WhatsApp. Check the number.',
      },
      {
        ...{ chat_id: chatIdOf(NEEDS_INVITE), status: 'invite_needed' },
        message: 'does not let this number add them. Send them the invite link (GET /v1/groups/{id}/invite).',
      },
    ]);
    expect(await told('group.participants_added', group.id)).toMatchObject({
      ...{ how: 'group_created', group_name: 'Lunch', by: { is_me: true } },
      participants: [{ phone: DELIVERS }],
    });
  });

  it.each([
    ['group', '/v1/groups', { name: 'Once', participants: [DELIVERS] }, 200],
    ['channel', '/v1/newsletters', { name: 'Once' }, 201],
  ])('creates a %s once for each Idempotency-Key', async (kind, path, body, status) => {
    const headers = { 'idempotency-key': `once-${kind}` };
    const post = (given: object, by = headers) => engine.call('POST', path, given, by);
    const [first, raced] = await Promise.all([post(body), post(body)]);
    const again = await post(body);
    expect([raced.body, again.body]).toEqual([first.body, first.body]);
    expect([first.status, again.status]).toEqual([status, 200]);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    const other = await post({ ...body, name: 'Twice' });
    expect([other.status, other.body.error.code]).toEqual([409, 'idempotency_key_conflict']);
    const next = await post(body, { 'idempotency-key': `next-${kind}` });
    expect([next.status, next.body.id === first.body.id]).toEqual([status, false]);
  });

  it('forgets the Idempotency-Key of a group that could not be created', async () => {
    const headers = { 'idempotency-key': 'nobody' };
    const nobody = { name: 'Nobody', participants: [NOBODY] };
    expect((await engine.call('POST', '/v1/groups', nobody, headers)).status).toBe(409);
    const somebody = { name: 'Nobody', participants: [DELIVERS] };
    expect((await engine.call('POST', '/v1/groups', somebody, headers)).status).toBe(200);
  });

  it('adds and removes members, and makes them admins', async () => {
    const { id } = await create(DELIVERS);
    const added = await ask('POST', `/${id}/members`, 200, { participants: [READS, DELIVERS] });
    expect([deviations('Group', added), phones(added).length]).toEqual([[], 3]);
    expect(added.results.map(({ status }: { status: string }) => status)).toEqual(['ok', 'already_member']);
    const member = `/${id}/members/${encodeURIComponent(READS)}`;
    const isAdmin = (group: { participants: { phone: string; is_admin: boolean }[] }) =>
      group.participants.find(({ phone }) => phone === READS)?.is_admin;
    expect(isAdmin(await ask('POST', `${member}/admin`))).toBe(true);
    expect(isAdmin(await ask('DELETE', `${member}/admin`))).toBe(false);
    expect(phones(await ask('DELETE', member))).toEqual(['+15005550100', DELIVERS]);
    const { error } = await ask('DELETE', member, 404);
    expect(error.message).toBe('No member 15005550001@c.us found for this key.');
  });

  it('refuses to add people none of whom can be added, with what to do for each', async () => {
    const { id } = await create(DELIVERS);
    const { error } = await ask('POST', `/${id}/members`, 409, { participants: [NOBODY, NEEDS_INVITE] });
    expect([error.code, error.details]).toMatchObject([
      'conflict',
      [
        { path: 'participants.0', code: 'not_on_whatsapp' },
        { path: 'participants.1', code: 'invite_needed' },
      ],
    ]);
    const one = await ask('POST', `/${id}/members`, 409, { chat_id: NEEDS_INVITE });
    expect(one.error.details).toMatchObject([{ path: 'chat_id', code: 'invite_needed' }]);
  });

  it('changes name, description, settings and picture', async () => {
    const { id } = await create(DELIVERS);
    const settings = { announce: true, edit_info_admins_only: true, join_approval: true };
    const edited = await ask('PATCH', `/${id}`, 200, { name: 'Dinner', description: 'At nine', settings });
    expect(deviations('Group', edited)).toEqual([]);
    expect(edited).toMatchObject({
      ...{ name: 'Dinner', description: 'At nine', announce: true, restrict: true, join_approval: true },
    });
    expect(await told('group.name_changed', id)).toMatchObject({ name: 'Dinner', by: { is_me: true } });
    const picture = await ask('PUT', `/${id}/picture`, 200, {
      file_data_url: `data:image/png;base64,${PIXEL}`,
    });
    expect(deviations('Group', picture)).toEqual([]);
    await until('the picture is told', () =>
      receiver.received.some(({ event }) => isDeepStrictEqual(event.data.settings, { picture: true })),
    );
    await ask('PATCH', `/${id}`, 200, { description: null, settings: { announce: false } });
    expect(await ask('GET', `/${id}`)).toMatchObject({ description: null, announce: false, restrict: true });
  });

  it('has an invite link, by which somebody joins', async () => {
    const { id } = await create(DELIVERS);
    const { code, url } = await ask('GET', `/${id}/invite`);
    expect(url).toBe(`https://chat.whatsapp.com/${code}`);
    await until('somebody joins', async () => phones(await ask('GET', `/${id}`)).includes(JOINS));
    const joined = () =>
      receiver.received.find(({ event: { data } }) => data.chat_id === id && data.how === 'invite_link');
    const { event } = await until('it is told', joined);
    expect(event.data).toMatchObject({ by: { phone: JOINS }, participants: [{ phone: JOINS }] });
    const next = await ask('POST', `/${id}/invite/reset`);
    expect(next.code).not.toBe(code);
  });

  it('lets an admin approve or reject those who ask to join', async () => {
    const { id } = await create(DELIVERS);
    await ask('PATCH', `/${id}`, 200, { settings: { join_approval: true } });
    const requests = async () => (await ask('GET', `/${id}/requests`)).data;
    const asksToJoin = async () => {
      await ask('GET', `/${id}/invite`);
      await until('somebody asks', async () => (await requests()).length === 1);
      return (await requests())[0];
    };
    expect(await asksToJoin()).toMatchObject({ phone: JOINS, method: 'invite_link' });
    const decide = (action: string, status = 200) =>
      ask('POST', `/${id}/requests/${encodeURIComponent(JOINS)}`, status, { action });
    expect(await decide('reject')).toMatchObject({ status: 'ok' });
    expect(await requests()).toEqual([]);
    await asksToJoin();
    await decide('approve');
    expect(phones(await ask('GET', `/${id}`))).toContain(JOINS);
    expect((await decide('approve', 404)).error.message).toBe(
      'No join request 15005550015@c.us found for this key.',
    );
  });

  it('joins a group by link or code, and is refused what only an admin may do', async () => {
    expect(await ask('POST', '/join', 200, { url: 'https://chat.whatsapp.com/SandboxInvite02' })).toEqual({
      ...{ status: 'joined', id: '120363000000000002@g.us' },
    });
    const { error } = await ask('PATCH', '/120363000000000002@g.us', 409, { name: 'x' });
    expect([error.code, error.message]).toEqual([
      'conflict',
      expect.stringMatching(/only an admin .* Make it an admin on a phone, then try again\.$/),
    ]);
    for (let times = 0; times < 2; times += 1)
      await ask('DELETE', '/120363000000000002@g.us/members/me', 204);
    await ask('GET', '/120363000000000002@g.us', 409);
    await ask('GET', '/120363999999999999@g.us', 404);
    await ask('GET', '/15005550001@c.us', 404);
    expect((await ask('POST', '/join', 409, { code: 'Unknown12345' })).error.code).toBe('conflict');
  });

  it('creates, lists and shows channels, as published', async () => {
    const call = async (method: string, path: string, status: number, body?: unknown) => {
      const answer = await engine.call(method, `/v1/newsletters${path}`, body);
      expect([answer.status, answer.status === status ? null : answer.body]).toEqual([status, null]);
      return answer.body;
    };
    const channel = await call('POST', '', 201, { name: 'News', description: 'Weekly' });
    expect(deviations('NewsletterResponse', channel)).toEqual([]);
    expect(channel).toMatchObject({ name: 'News', description: 'Weekly', owner: '15005550100@c.us' });
    const { data } = await call('GET', '', 200);
    const names = data.map(({ name }: { name: string }) => name);
    expect(names.filter((name: string) => name !== 'Once')).toEqual(['News', 'Sandbox channel']);
    expect(await call('GET', `/${channel.id}`, 200)).toEqual(channel);
    await call('GET', '/120363999999999999@newsletter', 404);
    expectFault(await engine.call('POST', '/v1/newsletters', { name: '' }), 'name', 'too_small', /\S/);
  });

  it('tells who is in a chat, in pages', async () => {
    const participants = async (chat: string, query = '') => {
      const { status, body } = await engine.call(
        'GET',
        `/v1/chats/${encodeURIComponent(chat)}/participants${query}`,
      );
      expect([status, body.data.flatMap((one: object) => deviations('Participant', one))]).toEqual([200, []]);
      return body;
    };
    const all = await participants(GROUP);
    expect(all).toMatchObject({ has_more: false, next_cursor: null });
    expect(all.data).toHaveLength(4);
    const first = await participants(GROUP, '?limit=3');
    const rest = await participants(GROUP, `?limit=3&cursor=${first.next_cursor}`);
    expect([first.has_more, [...first.data, ...rest.data]]).toEqual([true, all.data]);
    expect((await participants(GROUP, '?offset=3')).data).toEqual(rest.data);
    expect((await participants(READS)).data).toMatchObject([{ chat_id: chatIdOf(READS), is_admin: false }]);
    const channel = await engine.call('GET', '/v1/chats/120363000000000009@newsletter/participants');
    expectFault(channel, 'chat_id', 'no_participants', /^is a channel, /);
  });

  it.each<[string, string, object | undefined, string, string]>([
    ['POST', '', { name: '', participants: [READS] }, 'name', 'too_small'],
    ['POST', '', { name: 'x', participants: [] }, 'participants', 'too_small'],
    ['POST', '', { name: 'x', participants: [READS, '12'] }, 'participants.1', 'invalid_recipient'],
    ['POST', '', { name: 'x', participants: [GROUP] }, 'participants.0', 'not_a_person'],
    ['PATCH', `/${GROUP}`, {}, '', 'invalid'],
    ['PATCH', `/${GROUP}`, { settings: {} }, 'settings', 'invalid'],
    [
      ...(['PATCH', `/${GROUP}`, { settings: { restrict: true, edit_info_admins_only: false } }] as const),
      ...(['settings.edit_info_admins_only', 'contradiction'] as const),
    ],
    ['POST', `/${GROUP}/members`, {}, '', 'invalid'],
    ['PUT', `/${GROUP}/picture`, {}, '', 'invalid'],
    [
      'PUT',
      `/${GROUP}/picture`,
      { file_data_url: 'data:image/png;base64,AAAA' },
      'file_data_url',
      'not_a_picture',
    ],
    ['PUT', `/${GROUP}/picture`, { file_data_url: 'no base64' }, 'file_data_url', 'invalid_base64'],
    ['PUT', `/${GROUP}/picture`, { url: 'http://127.0.0.1/x.png' }, 'url', 'scheme_not_allowed'],
    ['POST', '/join', { url: 'https://example.com/x' }, 'url', 'invalid_invite'],
    [
      'POST',
      `/${GROUP}/requests/${encodeURIComponent(READS)}`,
      { action: 'keep' },
      'action',
      'invalid_value',
    ],
  ])('%s %s with %j names the field at fault', async (method, url, body, path, code) => {
    expectFault(await engine.call(method, `/v1/groups${url}`, body), path, code, /\S/);
  });
});
