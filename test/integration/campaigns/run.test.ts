import { DATABASE_KINDS } from '../../support/servers/fresh-database';
import { until } from '../../support/engine/until';
import { campaignWorld, chatOf, people, person, SILENT, type CampaignWorld } from './campaign-world';

describe.each(DATABASE_KINDS)('a campaign, on %s,', (database) => {
  let world: CampaignWorld;
  beforeAll(async () => {
    world = await campaignWorld({ database });
  });
  afterAll(() => world.engine.close());
  beforeEach(() => {
    world.recorded.handedOver.splice(0);
    world.recorded.pause = async () => undefined;
  });

  const handedOver = () => world.recorded.handedOver.map(({ chatId }) => chatId);

  it('sends each contact its own text, in audience order, and reports the counts', async () => {
    const audience = await world.audience(people(30));
    const made = await world.campaign({ audience_id: audience, text: 'Hi {FIRST_NAME}, is {phone} you?' });
    expect(made).toEqual({
      id: expect.stringMatching(/^cmp_[0-9A-HJKMNP-TV-Z]{26}$/),
      name: 'Spring',
      audience_id: audience,
      status: 'running',
      total_count: 30,
      sent_count: 0,
      delivered_count: 0,
      read_count: 0,
      replied_count: 0,
      opted_out_count: 0,
      failed_count: 0,
      pending_count: 30,
      canceled_count: 0,
      from: '+15005550100',
      from_numbers: ['+15005550100'],
      text: 'Hi {FIRST_NAME}, is {phone} you?',
      variants: null,
      media_url: null,
      media_caption: null,
      footer: null,
      on_missing_variable: 'fail',
      reply_days: 7,
      send_at: null,
      send_window: null,
      pacing: null,
      recurrence_id: null,
      paused_reason: null,
      created_at: expect.any(String),
      started_at: made.created_at,
      completed_at: null,
      aborted_at: null,
      aborted_reason: null,
      forecast: {
        completes_at: expect.any(String),
        limited_by: null,
        per_day: [30],
        contact_count: 30,
        new_contact_count: 30,
        ahead_count: 0,
        waiting_for: null,
      },
      waiting_for: null,
    });
    const done = await world.reaches(made.id, 'complete_delivered');
    expect(done).toMatchObject({ sent_count: 30, delivered_count: 30, pending_count: 0, failed_count: 0 });
    expect(done.completed_at >= done.started_at).toBe(true);
    const messages = await world.messages(made.id);
    expect(messages.map(({ to }) => to)).toEqual(people(30).map(({ to }) => to));
    expect(messages.map(({ text }) => text)).toEqual(
      people(30).map(({ to }, index) => `Hi Name ${index}, is ${to} you?`),
    );
    expect(messages.every(({ campaign_id: id }) => id === made.id)).toBe(true);
    expect(handedOver().sort()).toEqual(
      people(30)
        .map((_, index) => chatOf(index))
        .sort(),
    );
  });

  it('is complete_sent while a message is not delivered, and counts failures', async () => {
    const audience = await world.audience([
      { to: SILENT },
      { to: '+15005550001' },
      { to: '+15005550002' },
      { to: person(1) },
    ]);
    const { id } = await world.campaign({ audience_id: audience, text: 'Hi' });
    await world.reaches(id, 'complete_sent');
    const counted = await until('the read receipt has come', async () => {
      const shown = await world.get(id);
      return shown.read_count === 1 && shown;
    });
    expect(counted).toMatchObject({
      status: 'complete_sent',
      total_count: 4,
      sent_count: 3,
      delivered_count: 2,
      read_count: 1,
      failed_count: 1,
      pending_count: 0,
      canceled_count: 0,
    });
  });

  it('holds what was not handed over while paused, and continues where it stopped', async () => {
    let open = false;
    world.recorded.pause = async () => void (await until('the way is open', () => open, 60_000));
    const { id } = await world.campaign({ audience_id: await world.audience(people(100)), text: 'Hi' });
    await until('some are under way', () => handedOver().length > 0);
    const paused = await world.steer(id, 'pause');
    expect([paused.status, paused.body.status]).toEqual([200, 'paused']);
    open = true;
    const before = handedOver().length;
    expect(before).toBeLessThan(100);
    await until('those under way have gone', async () => (await world.get(id)).sent_count === before);
    expect(await world.get(id)).toMatchObject({ status: 'paused', pending_count: 100 - before });
    expect(handedOver()).toHaveLength(before);

    const resumed = await world.steer(id, 'resume');
    expect([resumed.status, resumed.body.status]).toEqual([200, 'running']);
    await world.reaches(id, 'complete_delivered');
    expect(handedOver().sort()).toEqual(
      people(100)
        .map((_, index) => chatOf(index))
        .sort(),
    );
  });

  it('cancels what was not handed over when it is canceled', async () => {
    let open = false;
    world.recorded.pause = async () => void (await until('the way is open', () => open, 60_000));
    const { id } = await world.campaign({ audience_id: await world.audience(people(100)), text: 'Hi' });
    await until('some are under way', () => handedOver().length > 0);
    const { status, body } = await world.steer(id, 'cancel');
    expect([status, body.status]).toEqual([200, 'aborted']);
    open = true;
    const sent = handedOver().length;
    const ended = await until('those under way have gone', async () => {
      const shown = await world.get(id);
      return shown.sent_count === sent && shown;
    });
    expect(ended).toMatchObject({ status: 'aborted', pending_count: 0, canceled_count: 100 - sent });
    expect(ended.aborted_at).not.toBeNull();
    expect(handedOver()).toHaveLength(sent);
  });

  it('counts messages that were canceled one by one as done', async () => {
    const later = new Date(Date.now() + 3_600_000).toISOString().slice(11, 16);
    const end = new Date(Date.now() + 7_200_000).toISOString().slice(11, 16);
    const { id } = await world.campaign({
      audience_id: await world.audience(people(3)),
      text: 'Hi',
      send_window: { start: later, end, timezone: 'UTC' },
    });
    const messages = await world.made(id, 3);
    expect(messages.map(({ status }) => status)).toEqual(['queued', 'queued', 'queued']);
    await world.engine.call('DELETE', `/v1/messages/${messages[0].id}`);
    expect(await world.get(id)).toMatchObject({ status: 'running', pending_count: 2, canceled_count: 1 });
    const { body } = await world.engine.call('POST', '/v1/messages/cancel', { campaign_id: id });
    expect(body.canceled).toBe(2);
    expect(await world.reaches(id, 'complete_delivered')).toMatchObject({ sent_count: 0, canceled_count: 3 });
  });

  it('starts at its time', async () => {
    const sendAt = new Date(Date.now() + 12_000).toISOString();
    const made = await world.campaign({
      audience_id: await world.audience(people(3)),
      text: 'Hi',
      send_at: sendAt,
    });
    expect(made).toMatchObject({ status: 'pending', send_at: sendAt, started_at: null, pending_count: 3 });
    const other = await world.campaign({
      audience_id: await world.audience(people(3, 10)),
      text: 'Hi',
      send_at: sendAt,
    });
    expect((await world.steer(other.id, 'pause')).body).toMatchObject({ status: 'paused', started_at: null });
    expect((await world.steer(other.id, 'resume')).body).toMatchObject({
      status: 'pending',
      started_at: null,
    });
    expect((await world.steer(other.id, 'pause')).body.status).toBe('paused');

    const done = await world.reaches(made.id, 'complete_delivered');
    expect(done.started_at >= sendAt).toBe(true);
    expect(world.recorded.times.slice(-3).every((at) => at >= Date.parse(sendAt))).toBe(true);
    expect(await world.messages(other.id)).toEqual([]);
    const resumed = (await world.steer(other.id, 'resume')).body;
    expect([resumed.status, resumed.started_at >= sendAt]).toEqual(['running', true]);
    await world.reaches(other.id, 'complete_delivered');
  });

  it('sends media with a caption and a footer to each contact', async () => {
    world.recorded.pause = async () => undefined;
    const { id } = await world.campaign({
      audience_id: await world.audience(people(2)),
      media_url: 'https://example.invalid/menu.pdf',
      media_caption: 'For {first_name}',
      footer: 'Reply STOP, {first_name}, to end',
    });
    const [first] = await world.made(id, 2);
    expect(first).toMatchObject({
      type: 'media',
      text: null,
      media_url: 'https://example.invalid/menu.pdf',
      media_caption: 'For Name 0\n\nReply STOP, Name 0, to end',
    });
    await world.steer(id, 'cancel');
  });
});
