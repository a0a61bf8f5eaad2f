import { deferred } from '../../../engine/async/deferred';
import { Receiver } from '../events/receiver';
import { ScriptedQuota, type ScriptedLink } from '../../support/engine/scripted-whatsapp';
import { until } from '../../support/engine/until';
import { DATABASE_KINDS } from '../../support/servers/fresh-database';
import { startLiveEngine, type LiveEngine } from '../sessions/live-engine';

const NUMBERS = ['+14155550100', '+14155550200', '+14155550300'];

describe.each(DATABASE_KINDS)('a campaign that several numbers send, on %s,', (database) => {
  let engine: LiveEngine;
  const sessions: { id: string; link: ScriptedLink }[] = [];
  let people = 0;

  const somebody = (): string => `+1415556${String((people += 1)).padStart(4, '0')}`;
  const crowd = (count: number): string[] => Array.from({ length: count }, somebody);
  const chatOf = (number: string): string => `${number.slice(1)}@c.us`;
  const create = async (to: string[], more: object = {}) => {
    const contacts = to.map((number) => ({ to: number }));
    const audience = await engine.live('POST', '/v1/audiences', { name: 'all', contacts });
    const body = { name: 'together', audience_id: audience.body.id, text: 'spring', from: NUMBERS, ...more };
    return engine.live('POST', '/v1/campaigns', body);
  };
  const campaign = async (id: string) => (await engine.live('GET', `/v1/campaigns/${id}`)).body;
  const isSent = (id: string) => until('all is sent', async () => (await campaign(id)).pending_count === 0);
  /** Which session wrote to each of them, once for each message. */
  const senders = (to: string[]): string[][] =>
    to.map((number) =>
      engine.whatsapp.sent
        .filter(({ message }) => message.chatId === chatOf(number))
        .map(({ sessionId }) => sessionId),
    );
  const once = (to: string[]): string[] => {
    const all = senders(to);
    expect(all.map((ids) => ids.length)).toEqual(to.map(() => 1));
    return all.map(([id]) => id!);
  };

  beforeAll(async () => {
    engine = await startLiveEngine({ database });
    for (const number of NUMBERS) sessions.push(await engine.linkNumber(number));
  }, 60_000);
  afterAll(() => engine.close());

  it('shows its numbers, and from is null', async () => {
    const { status, body } = await create(crowd(1));
    expect([status, body.from, body.from_numbers]).toEqual([201, null, NUMBERS]);
    await isSent(body.id);
    const single = await create(crowd(1), { from: [NUMBERS[1]] });
    expect([single.body.from, single.body.from_numbers]).toEqual([NUMBERS[1], [NUMBERS[1]]]);
    await isSent(single.body.id);
  });

  it('names every number that is not linked', async () => {
    const { status, body } = await create(crowd(1), { from: ['+14155550199', NUMBERS[0], 'nobody'] });
    expect(status).toBe(422);
    expect(body.error.details.map(({ path, code }: Record<string, string>) => [path, code])).toEqual([
      ['from.0', 'from_not_linked'],
      ['from.2', 'from_not_linked'],
    ]);
  });

  it('writes to each person once, by the number that knows them, and by any to the rest', async () => {
    const [strangers, known] = [crowd(60), crowd(30)];
    await Promise.all(known.map((number, index) => sessions[index % 3]!.link.receive('hi', chatOf(number))));
    const { body } = await create([...strangers, ...known]);
    await isSent(body.id);
    once(strangers);
    expect(once(known)).toEqual(known.map((_, index) => sessions[index % 3]!.id));
    expect(await campaign(body.id)).toMatchObject({ total_count: 90, sent_count: 90, failed_count: 0 });
    const { data } = (await engine.live('GET', `/v1/messages?campaign_id=${body.id}&limit=200`)).body;
    expect(data.every(({ from }: { from: string }) => NUMBERS.includes(from))).toBe(true);
  });

  it('is told to webhooks that want what is from one of its numbers', async () => {
    const receiver = await new Receiver().start();
    for (const [index, from] of NUMBERS.entries())
      await engine.live('POST', '/v1/webhooks', {
        ...{ url: receiver.url(`/${index}`), filter: { from } },
        events: ['campaign.started', 'campaign.completed'],
      });
    const { body } = await create(crowd(1), { from: NUMBERS.slice(0, 2) });
    const last = await create(crowd(1), { from: NUMBERS[2] });
    const ids = [body.id, last.body.id];
    // Others may still be going on.
    const about = () => receiver.received.filter(({ event }) => ids.includes(event.data.id));
    await until('all are told', () => about().length >= 6);
    const told = about().map(({ path, event }) => `${path} ${event.type} ${ids.indexOf(event.data.id)}`);
    const types = ['campaign.completed', 'campaign.started'];
    expect(told.sort()).toEqual(
      ['/0', '/1', '/2'].flatMap((path) => types.map((type) => `${path} ${type} ${path === '/2' ? 1 : 0}`)),
    );
    await receiver.stop();
  });

  it('keeps to the number that has written to somebody', async () => {
    const to = crowd(20);
    const first = await create(to);
    await isSent(first.body.id);
    const by = once(to);
    await isSent((await create([...to].reverse())).body.id);
    expect(senders(to)).toEqual(by.map((id) => [id, id]));
  });

  it('can be paused, resumed and canceled', async () => {
    const later = new Date(Date.now() + 3_600_000).toISOString();
    const to = crowd(10);
    for (const { link } of sessions) link.drop('away');
    const { body } = await create(to);
    await until('they wait', async () => (await campaign(body.id)).waiting_for?.reason === 'link_down');
    const { data } = (await engine.live('GET', `/v1/messages?campaign_id=${body.id}`)).body;
    expect(data[0].waiting_for).toMatchObject({ reason: 'link_down', until: null });
    expect((await engine.live('POST', `/v1/campaigns/${body.id}/pause`)).body.status).toBe('paused');
    for (const { link } of sessions) link.become('connected');
    const other = await create(crowd(3));
    await isSent(other.body.id);
    expect(senders(to).flat()).toEqual([]);
    await engine.live('POST', `/v1/campaigns/${body.id}/resume`);
    await isSent(body.id);
    once(to);
    const canceled = await create(crowd(5), { send_at: later });
    const { body: ended } = await engine.live('POST', `/v1/campaigns/${canceled.body.id}/cancel`);
    expect([ended.status, ended.canceled_count]).toEqual(['aborted', 5]);
  });

  it('leaves new contacts of a restricted number to the others, and its known ones to it', async () => {
    const [first, second] = sessions as [(typeof sessions)[0], (typeof sessions)[0]];
    first.link.become('restricted');
    await engine.inState(first.id, 'restricted');
    const [strangers, known] = [crowd(20), crowd(5)];
    await Promise.all(known.map((number) => first.link.receive('hi', chatOf(number))));
    const { body } = await create([...known, ...strangers], { from: NUMBERS.slice(0, 2) });
    await isSent(body.id);
    expect(once(known)).toEqual(known.map(() => first.id));
    expect(once(strangers)).toEqual(strangers.map(() => second.id));
    first.link.become('connected');
    await engine.inState(first.id, 'connected');
  });

  it('leaves a chat to the person who has it, on the number that has it', async () => {
    const [first] = sessions as [(typeof sessions)[0]];
    const [waiting, ended, ...rest] = crowd(5) as [string, string, ...string[]];
    for (const number of [waiting, ended]) {
      await first.link.receive('hi', chatOf(number));
      const path = `/v1/chats/${encodeURIComponent(number)}`;
      expect((await engine.live('PATCH', path, { handled_by: 'human' })).status).toBe(200);
    }
    const { body } = await create([waiting, ...rest], { only_while_bot: true });
    const canceled = await create([ended, ...rest], { cancel_on_takeover: true });
    await until('the others got theirs', async () => (await campaign(body.id)).pending_count === 1);
    await isSent(canceled.body.id);
    expect(await campaign(canceled.body.id)).toMatchObject({ canceled_count: 1, sent_count: 3 });
    expect(senders([waiting, ended])).toEqual([[], []]);
    const path = `/v1/chats/${encodeURIComponent(waiting)}`;
    await engine.live('PATCH', path, { handled_by: 'bot' });
    await isSent(body.id);
    expect(senders([waiting])).toEqual([[first.id]]);
  });

  it('forecasts for all of them together', async () => {
    const audience = await engine.live('POST', '/v1/audiences', {
      name: 'f',
      contacts: crowd(6).map((to) => ({ to })),
    });
    const body = { name: 'f', audience_id: audience.body.id, text: 'x', from: NUMBERS };
    const { body: forecast } = await engine.live('POST', '/v1/campaigns/forecast', body);
    expect(forecast).toMatchObject({ contact_count: 6, new_contact_count: 6 });
  });

  it('goes on with the others when a number fails, is logged out or removed, and pauses without any', async () => {
    const [first, second, third] = sessions as [
      (typeof sessions)[0],
      (typeof sessions)[0],
      (typeof sessions)[0],
    ];
    const known = crowd(6);
    await Promise.all(known.map((number) => first.link.receive('hi', chatOf(number))));
    for (const { link } of sessions) link.drop('away');
    const { body } = await create([...known, ...crowd(6)]);
    await until('they are there', async () => (await campaign(body.id)).pending_count === 12);
    first.link.logOutOnPhone('Logged out on the phone.');
    await engine.inState(first.id, 'logged_out');
    expect((await campaign(body.id)).status).toBe('running');
    third.link.become('connected');
    await isSent(body.id);
    expect(new Set(once(known))).toEqual(new Set([third.id]));

    third.link.drop('away');
    const next = (await create(crowd(4), { from: NUMBERS.slice(1) })).body;
    await until('they are there', async () => (await campaign(next.id)).pending_count === 4);
    expect((await engine.live('DELETE', `/v1/sessions/${third.id}`)).status).toBeLessThan(300);
    expect(await campaign(next.id)).toMatchObject({ status: 'running', failed_count: 0, pending_count: 4 });
    second.link.logOutOnPhone('Logged out on the phone.');
    await until('it is paused', async () => (await campaign(next.id)).status === 'paused');
    expect(await campaign(next.id)).toMatchObject({ paused_reason: 'session_logged_out', failed_count: 0 });
    await engine.live('DELETE', `/v1/sessions/${second.id}`);
    await until('it is aborted', async () => (await campaign(next.id)).status === 'aborted');
    expect(await campaign(next.id)).toMatchObject({ aborted_reason: 'session_removed', failed_count: 4 });
  }, 60_000);
});

describe('a campaign that several numbers send at their pace', () => {
  let engine: LiveEngine;
  const sessions: { id: string; link: ScriptedLink }[] = [];
  const PACING = { min_gap_s: 1, jitter_s: 0, per_minute: 60, new_contacts_per_day: 1000, warm_up: false };

  beforeAll(async () => {
    engine = await startLiveEngine({ flags: { BLUETICKS_PACING: 'on' } });
    for (const number of NUMBERS) {
      const session = await engine.linkNumber(number);
      sessions.push(session);
      await engine.live('PATCH', `/v1/sessions/${session.id}`, { pacing: PACING });
    }
  }, 60_000);
  afterAll(() => engine.close());

  const start = async (to: string[], more: object = {}): Promise<string> => {
    const contacts = to.map((number) => ({ to: number }));
    const { body: audience } = await engine.live('POST', '/v1/audiences', { name: 'all', contacts });
    const body = { name: 'paced', audience_id: audience.id, text: 'spring', from: NUMBERS, ...more };
    return (await engine.live('POST', '/v1/campaigns', body)).body.id;
  };
  const pending = async (id: string): Promise<number> =>
    (await engine.live('GET', `/v1/campaigns/${id}`)).body.pending_count;
  const crowd = (first: number, count: number): string[] =>
    Array.from({ length: count }, (_, index) => `+1415557${first + index}`);
  const sentBy = (sessionId: string, to: string[]): string[] =>
    engine.whatsapp.sent
      .filter((one) => one.sessionId === sessionId && to.includes(`+${one.message.chatId.split('@')[0]}`))
      .map(({ message }) => message.wireId);

  it('shares the work, and leaves new contacts to those whose quota has room', async () => {
    const [first] = sessions;
    // WhatsApp allows the first one no new chat that is worth mentioning.
    const quota = new ScriptedQuota(1, Date.now() + 86_400_000);
    engine.whatsapp.quotas.set(first!.id, quota);
    await first!.link.askQuota();
    const to = crowd(1000, 6);
    await first!.link.receive('hi', `${to[5]!.slice(1)}@c.us`);
    const id = await start(to);
    await until('all is sent', async () => (await pending(id)) === 0);
    const counts = sessions.map((session) => sentBy(session.id, to).length);
    expect(counts[0]).toBe(1);
    expect(counts[1]! + counts[2]!).toBe(5);
    expect(Math.min(counts[1]!, counts[2]!)).toBeGreaterThan(0);
    expect([quota.used, quota.refused]).toEqual([0, 0]);
    engine.whatsapp.quotas.delete(first!.id);
  }, 60_000);

  it('keeps the caps of the campaign over all numbers together', async () => {
    const to = crowd(2000, 5);
    const id = await start(to, { pacing: { per_hour: 2 } });
    await until('two went', async () => (await pending(id)) === 3);
    const other = crowd(3000, 3);
    const next = await start(other);
    await until('another campaign goes on', async () => (await pending(next)) === 0);
    expect(await pending(id)).toBe(3);
    expect(sessions.flatMap((session) => sentBy(session.id, to))).toHaveLength(2);
  }, 60_000);

  it('gives what is not on the wire to the others when a number is logged out', async () => {
    const [first, second, third] = sessions as [
      (typeof sessions)[0],
      (typeof sessions)[0],
      (typeof sessions)[0],
    ];
    await engine.live('PATCH', `/v1/sessions/${first.id}`, { pacing: { typing: true } });
    const typing = deferred();
    let isTyping = false;
    first.link.typing = () => {
      isTyping = true;
      return typing.promise;
    };
    const [known] = crowd(4000, 1) as [string];
    await first.link.receive('hi', `${known.slice(1)}@c.us`);
    const id = await start([known]);
    await until('it is being typed', () => isTyping);
    first.link.drop('away');
    typing.resolve();
    const list = `/v1/messages?campaign_id=${id}`;
    await until(
      'it is for all again',
      async () => (await engine.live('GET', list)).body.data[0].from === null,
    );
    expect(sessions.flatMap((session) => sentBy(session.id, [known]))).toEqual([]);
    first.link.logOutOnPhone('Logged out on the phone.');
    await until('another number sends it', async () => (await pending(id)) === 0);
    expect([second, third].flatMap((session) => sentBy(session.id, [known]))).toHaveLength(1);
    const [message] = (await engine.live('GET', list)).body.data;
    expect(NUMBERS.slice(1)).toContain(message.from);
  }, 60_000);

  it('never sends from another number what may have reached WhatsApp from one', async () => {
    const [, second, third] = sessions as [(typeof sessions)[0], (typeof sessions)[0], (typeof sessions)[0]];
    const [known] = crowd(5000, 1) as [string];
    await second.link.receive('hi', `${known.slice(1)}@c.us`);
    second.link.losesAnswers = true;
    const id = await start([known], { from: NUMBERS.slice(1) });
    await until('it was handed over', () => sentBy(second.id, [known]).length === 1);
    second.link.logOutOnPhone('Logged out on the phone.');
    await until('it is given up', async () => (await pending(id)) === 0);
    const { body } = await engine.live('GET', `/v1/messages?campaign_id=${id}`);
    expect(body.data).toMatchObject([
      { status: 'failed', failure_reason: 'session_logged_out', from: NUMBERS[1] },
    ]);
    expect(sentBy(third.id, [known])).toEqual([]);
  }, 60_000);
});
