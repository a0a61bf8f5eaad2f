import { startEngine, type TestEngine } from '../../support/engine/start-engine';
import { until } from '../../support/engine/until';

describe('waiting_for', () => {
  let engine: TestEngine;
  let session: string;
  let people = 0;
  beforeAll(async () => {
    engine = await startEngine({ flags: { BLUETICKS_PACING: 'on', BLUETICKS_SANDBOX_SPEED: '1' } });
    session = `/v1/sessions/${(await engine.call('GET', '/v1/sessions')).body.data[0].id}`;
  }, 60_000);
  afterAll(() => engine.close());

  const ask = async (method: string, path: string, body?: object) => {
    const answer = await engine.call(method, path, body);
    expect([answer.status < 300, answer.body]).toEqual([true, expect.anything()]);
    return answer.body;
  };
  const pace = (pacing: object) => ask('PATCH', session, { pacing });
  const person = (): string => `+1415555${String((people += 1)).padStart(4, '0')}`;
  const text = (fields: object = {}) => ({ type: 'text', to: person(), text: 'Hello', ...fields });
  const send = (fields: object = {}) => ask('POST', '/v1/messages', text(fields));
  const get = (id: string) => ask('GET', `/v1/messages/${id}`);
  const cancel = (id: string) => ask('POST', `/v1/messages/${id}/cancel`);
  const inHours = (hours: number): string => new Date(Date.now() + hours * 3_600_000).toISOString();
  /** Quiet from an hour ago until in two hours. */
  const quiet = () => ({
    start: inHours(-1).slice(11, 14) + '00',
    end: inHours(2).slice(11, 14) + '00',
    timezone: 'UTC',
  });

  it('says when a message is to be sent, in the answer, by GET and in lists', async () => {
    const send_at = inHours(30);
    const message = await send({ send_at });
    expect(message.waiting_for).toEqual({
      reason: 'send_at',
      until: send_at,
      message: expect.stringMatching(/^It goes on .* UTC\. Change send_at to move it\.$/),
    });
    expect((await get(message.id)).waiting_for).toEqual(message.waiting_for);
    const { data } = await ask('GET', '/v1/messages?status=scheduled');
    expect(data[0].waiting_for).toEqual(message.waiting_for);
    expect((await cancel(message.id)).waiting_for).toBeNull();
  });

  it('says when the window of a message opens, in its zone', async () => {
    const [start, end] = [inHours(3).slice(11, 14) + '00', inHours(4).slice(11, 14) + '00'];
    const { id, waiting_for: wait } = await send({ send_window: { start, end, timezone: 'UTC' } });
    expect(wait).toMatchObject({
      reason: 'send_window',
      until: expect.stringContaining(`T${start}:00.000Z`),
    });
    expect(wait.message).toContain(`from ${start} to ${end} UTC, is closed`);
    await cancel(id);
  });

  it('tells the gap of the next message from the turn of those behind it', async () => {
    await pace({ min_gap_s: 3600, jitter_s: 0, new_contacts_per_day: 1000 });
    const { data } = await ask('POST', '/v1/messages/batch', { messages: [text(), text(), text()] });
    const [first, second, third] = data.map(({ id }: { id: string }) => id);
    await until('the first went', async () => (await get(first)).sent_at !== null);
    const gap = (await get(second)).waiting_for;
    expect(gap.reason).toBe('gap');
    expect(Date.parse(gap.until)).toBeGreaterThan(Date.now() + 3_500_000);
    expect((await get(third)).waiting_for).toMatchObject({ reason: 'earlier_message', until: null });
    // What has just been made knows those that wait.
    const fourth = await send();
    expect(fourth.waiting_for.reason).toBe('earlier_message');
    for (const id of [second, third, fourth.id]) await cancel(id);
    await pace({ min_gap_s: null, jitter_s: null, new_contacts_per_day: null });
  });

  it('says so in quiet hours, and of new contacts that nobody may write to', async () => {
    await pace({ quiet_hours: quiet() });
    const message = await send();
    expect(message.waiting_for).toMatchObject({
      reason: 'quiet_hours',
      until: expect.stringContaining(`T${quiet().end}:00.000Z`),
    });
    await pace({ quiet_hours: null, new_contacts_per_day: 0 });
    expect((await get(message.id)).waiting_for).toMatchObject({ reason: 'new_contacts', until: null });
    await pace({ new_contacts_per_day: null });
    await until('it goes', async () => (await get(message.id)).sent_at !== null);
    expect((await get(message.id)).waiting_for).toBeNull();
  });

  it('is that of the next message of a sequence, in the sequence and in lists', async () => {
    const steps = ['P2D', 'P1D'].map((after) => ({ type: 'text', text: after, after }));
    const sequence = await ask('POST', '/v1/sequences', { to: person(), steps });
    expect(sequence.waiting_for).toMatchObject({ reason: 'send_at', until: sequence.messages[1].send_at });
    expect(sequence.messages[1].waiting_for).toEqual(sequence.waiting_for);
    const path = `/v1/sequences/${sequence.id}`;
    expect((await ask('GET', path)).waiting_for).toEqual(sequence.waiting_for);
    expect((await ask('GET', '/v1/sequences')).data[0].waiting_for).toEqual(sequence.waiting_for);
    expect((await ask('POST', `${path}/cancel`)).waiting_for).toBeNull();
  });

  it('is that of the next message of a campaign, in the campaign, in lists and in its forecast', async () => {
    await pace({ quiet_hours: quiet() });
    const contacts = [{ to: person() }, { to: person() }];
    const { id: audience_id } = await ask('POST', '/v1/audiences', { name: 'a', contacts });
    const send_at = inHours(1);
    const later = await ask('POST', '/v1/campaigns', { name: 'c', audience_id, text: 'Hi', send_at });
    const end = expect.stringContaining(`T${quiet().end}:00.000Z`);
    expect(later.waiting_for).toMatchObject({ reason: 'quiet_hours', until: end });
    expect(later.forecast.waiting_for).toMatchObject({ reason: 'quiet_hours' });
    await ask('POST', `/v1/campaigns/${later.id}/cancel`);

    const { id, forecast } = await ask('POST', '/v1/campaigns', { name: 'c', audience_id, text: 'Hi' });
    expect(forecast).toMatchObject({
      limited_by: 'quiet_hours',
      waiting_for: { reason: 'quiet_hours' },
    });
    const path = `/v1/campaigns/${id}`;
    await until('its messages are made', async () => (await ask('GET', path)).waiting_for !== null);
    expect((await ask('GET', '/v1/campaigns')).data[0].waiting_for).toMatchObject({ reason: 'quiet_hours' });
    expect((await ask('POST', `${path}/pause`)).waiting_for).toMatchObject({
      reason: 'campaign_paused',
      until: null,
    });
    const { data } = await ask('GET', `/v1/messages?campaign_id=${id}`);
    expect(data[0].waiting_for).toMatchObject({ reason: 'campaign_paused' });
    expect((await ask('POST', `${path}/resume`)).waiting_for).toMatchObject({ reason: 'quiet_hours' });
    expect((await ask('POST', `${path}/cancel`)).waiting_for).toBeNull();
    await pace({ quiet_hours: null });
  });
});
