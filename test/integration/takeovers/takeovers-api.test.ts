import { startEngine, type TestEngine } from '../../support/engine/start-engine';
import { until } from '../../support/engine/until';
import { Receiver } from '../events/receiver';

jest.setTimeout(60_000);

describe('taking over chats through the API', () => {
  let engine: TestEngine;
  let receiver: Receiver;
  let next = 1000;
  beforeAll(async () => {
    engine = await startEngine({ flags: { BLUETICKS_PACING: 'on' } });
    receiver = await new Receiver().start();
    const events = ['chat.taken_over', 'chat.given_back', 'message.received', 'new_message_received_webhook'];
    await engine.call('POST', '/v1/webhooks', { url: receiver.url(), events });
  });
  afterAll(async () => {
    await engine.close();
    await receiver.stop();
  });

  const ask = async (method: string, path: string, body?: object, status = method === 'POST' ? 201 : 200) => {
    const answer = await engine.call(method, path, body);
    expect([answer.status, answer.body]).toEqual([status, expect.anything()]);
    return answer.body;
  };
  const someone = (): string => `+1415555${next++}`;
  const path = (to: string) => `/v1/chats/${encodeURIComponent(to)}`;
  const take = (to: string, edit: object = {}) => ask('PATCH', path(to), { handled_by: 'human', ...edit });
  const giveBack = (to: string) => ask('PATCH', path(to), { handled_by: 'bot' });
  const text = (to: string, fields: object = {}) => ({ type: 'text', to, text: 'Hello', ...fields });
  const get = (id: string) => ask('GET', `/v1/messages/${id}`);
  const sent = (id: string) => until('it is sent', async () => (await get(id)).sent_at !== null);
  const told = (type: string, to: string) =>
    receiver.received
      .map(({ event }) => event)
      .filter(({ type: one, data }) => one === type && data['id'] === `${to.slice(1)}@c.us`);

  it('an owner who answers on the phone has the chat; messages wait until it is given back', async () => {
    const to = '+15005550020';
    await sent((await ask('POST', '/v1/messages', text(to))).id);
    const event = await until('it is told', () => told('chat.taken_over', to)[0]);
    const chat = await ask('GET', path(to));
    expect(chat).toMatchObject({ handled_by: 'human', human_until: expect.any(String) });
    expect(event.data).toMatchObject({
      id: chat.id,
      handled_by: 'human',
      human_until: chat.human_until,
      by: 'phone',
    });
    const waiting = await ask('POST', '/v1/messages', text(to, { only_while_bot: true }));
    expect(waiting.waiting_for).toMatchObject({ reason: 'human_has_the_chat', until: chat.human_until });
    const { data } = await ask('GET', `/v1/messages?to=${encodeURIComponent(to)}`);
    // Its sentence may have changed meanwhile: what was said right after it was made could be a moment old.
    const { reason, until: end } = waiting.waiting_for;
    const listed = data.find(({ id }: { id: string }) => id === waiting.id);
    expect(listed.waiting_for).toMatchObject({ reason, until: end });
    expect((await ask('GET', '/v1/chats')).data[0]).toMatchObject({ id: chat.id, handled_by: 'human' });
    expect(await giveBack(to)).toMatchObject({ handled_by: 'bot', human_until: null });
    await sent(waiting.id);
    expect((await get(waiting.id)).waiting_for).toBeNull();
    await until('it is told', () => told('chat.given_back', to).length === 1);
  });

  it('ends by itself within seconds of its time', async () => {
    const to = someone();
    await take(to, { human_until: new Date(Date.now() + 1_500).toISOString() });
    const { id } = await ask('POST', '/v1/messages', text(to, { only_while_bot: true }));
    await sent(id);
    await until('it is told', () => told('chat.given_back', to).length === 1);
    expect(told('chat.given_back', to)[0]!.data).toMatchObject({ handled_by: 'bot', by: 'time' });
  });

  it('refuses what would be canceled, a whole batch by its first, and names each', async () => {
    const [to, other] = [someone(), someone()];
    await take(to, { human_until: null });
    const refused = {
      code: 'conflict',
      message: expect.stringMatching(/to is a chat that a person has\. Give/),
    };
    const ends = { cancel_on_takeover: true };
    expect((await ask('POST', '/v1/messages', text(to, ends), 409)).error).toMatchObject(refused);
    const messages = [text(other, ends), text(to, ends), text(to)];
    expect((await ask('POST', '/v1/messages/batch', { messages }, 409)).error).toMatchObject({
      ...refused,
      details: [{ path: 'messages.1.to', code: 'human_has_the_chat', message: expect.any(String) }],
    });
    const steps = [{ type: 'text', text: 'step', after: 'P1D' }];
    expect((await ask('POST', '/v1/sequences', { to, steps, ...ends }, 409)).error).toMatchObject(refused);
    const { body } = await engine.call('POST', `${path(to)}/messages`, { type: 'text', text: 'x', ...ends });
    expect(body.error).toMatchObject(refused);
    const later = await ask('POST', '/v1/messages', text(to, { send_at: new Date(Date.now() + 60_000) }));
    expect((await ask('PATCH', `/v1/messages/${later.id}`, ends, 409)).error).toMatchObject(refused);
    await giveBack(to);
    expect((await ask('PATCH', `/v1/messages/${later.id}`, ends)).status).toBe('scheduled');
    await take(to);
    expect((await get(later.id)).status).toBe('canceled');
  });

  it('a campaign leaves out or waits for those whose chat a person has', async () => {
    const [free, taken] = [someone(), someone()];
    await take(taken, { human_until: null });
    const contacts = [taken, free].map((to) => ({ to }));
    const { id: audience_id } = await ask('POST', '/v1/audiences', { name: 'a', contacts });
    const campaign = (fields: object) =>
      ask('POST', '/v1/campaigns', { name: 'c', audience_id, text: 'Hello', ...fields });
    const [waits, ends] = [
      await campaign({ only_while_bot: true }),
      await campaign({ cancel_on_takeover: true }),
    ];
    const shown = (id: string) => ask('GET', `/v1/campaigns/${id}`);
    await until('the others are written to', async () => {
      return (await shown(waits.id)).sent_count === 1 && (await shown(ends.id)).sent_count === 1;
    });
    expect(await shown(ends.id)).toMatchObject({ canceled_count: 1, pending_count: 0 });
    expect(await shown(waits.id)).toMatchObject({ canceled_count: 0, pending_count: 1, status: 'running' });
    await giveBack(taken);
    await until('it goes on', async () => (await shown(waits.id)).sent_count === 2);
  });

  it('a sequence waits, and says so with its steps', async () => {
    const to = someone();
    await take(to, { human_until: null });
    const steps = [{ type: 'text', text: 'one' }];
    const made = await ask('POST', '/v1/sequences', { to, steps, only_while_bot: true });
    const why = { reason: 'human_has_the_chat', until: null };
    expect(made.messages[0].waiting_for).toMatchObject(why);
    const shown = () => ask('GET', `/v1/sequences/${made.id}`);
    expect((await shown()).messages[0].waiting_for).toMatchObject(why);
    await giveBack(to);
    await until('it completes', async () => (await shown()).status === 'completed');
  });

  it.each([
    [{}, ['handled_by']],
    [{ handled_by: 'nobody' }, ['handled_by']],
    [{ handled_by: 'bot', human_until: '2199-01-01T00:00:00Z' }, ['human_until']],
    [{ handled_by: 'human', human_until: '2001-01-01T00:00:00Z' }, ['human_until']],
    [{ handled_by: 'human', human_until: '2199-01-01T00:00:00Z' }, ['human_until']],
    [{ handled_by: 'human', human_until: 'tomorrow', note: 1 }, ['human_until', 'note']],
    [{ handled_by: 'human', from: '+390612345678' }, ['from'], 422],
  ])('refuses %j', async (body, paths, status = 400) => {
    const { error } = await ask('PATCH', path(someone()), body, status);
    expect(error.details.map((detail: { path: string }) => detail.path).sort()).toEqual(paths);
  });

  it('has an end that the session sets, or none', async () => {
    const { id, takeover_hours } = (await ask('GET', '/v1/sessions')).data[0];
    expect(takeover_hours).toBe(12);
    const set = (hours: unknown, status = 200) =>
      ask('PATCH', `/v1/sessions/${id}`, { takeover_hours: hours }, status);
    for (const bad of [-1, 721, 'x', null]) expect((await set(bad, 400)).error.details).toHaveLength(1);
    expect(await set(1.5)).toMatchObject({ takeover_hours: 1.5 });
    const { human_until } = await take(someone());
    expect(Date.parse(human_until) - Date.now()).toBeLessThan(1.5 * 3_600_000 + 1);
    await set(0);
    expect(await take(someone())).toMatchObject({ handled_by: 'human', human_until: null });
    await set(12);
  });

  it('has no chat for a person’s id that nobody has', async () => {
    await ask('PATCH', '/v1/chats/per_0123456789abcdef0123456789', { handled_by: 'human' }, 404);
    await ask('GET', path(someone()), undefined, 404);
  });
});
