import { until } from '../../support/engine/until';
import { campaignWorld, people, person, type CampaignWorld } from './campaign-world';

const DAY = 86_400_000;
const PACED = { BLUETICKS_PACING: 'on', BLUETICKS_SANDBOX_SPEED: '1' } as const;
const inDays = (time: string): number => (Date.parse(time) - Date.now()) / DAY;

describe('a forecast', () => {
  let world: CampaignWorld;
  let session: string;
  beforeAll(async () => {
    world = await campaignWorld({ flags: PACED });
    session = `/v1/sessions/${(await world.engine.call('GET', '/v1/sessions')).body.data[0].id}`;
    // The pace of a real number.
    await pace({ min_gap_s: 6 });
  });
  afterAll(() => world.engine.close());

  const forecast = async (fields: object) => {
    const { status, body } = await world.engine.call('POST', '/v1/campaigns/forecast', {
      name: 'Spring',
      text: 'Hi',
      ...fields,
    });
    expect([status, body.error]).toEqual([200, undefined]);
    return body;
  };
  const pace = (pacing: object) => world.engine.call('PATCH', session, { pacing });
  const sent = async (to: string): Promise<void> => {
    const { body } = await world.engine.call('POST', '/v1/messages', { type: 'text', to, text: 'Hi' });
    const path = `/v1/messages/${body.id}`;
    await until('it is sent', async () => (await world.engine.call('GET', path)).body.sent_at !== null);
  };

  it('for new contacts shows what each day allows, and stores nothing', async () => {
    const audience_id = await world.audience(people(100));
    const { completes_at, ...rest } = await forecast({ audience_id });
    // Of fifty a day a tenth is kept for alerts, and one for single messages.
    expect(rest).toEqual({
      limited_by: 'new_contacts_per_day',
      per_day: [40, 40, 20],
      contact_count: 100,
      new_contact_count: 100,
      ahead_count: 0,
      waiting_for: null,
    });
    expect(inDays(completes_at)).toBeGreaterThan(2);
    expect(inDays(completes_at)).toBeLessThan(2.1);
    expect((await world.engine.call('GET', '/v1/campaigns')).body.data).toEqual([]);
    expect((await world.engine.call('GET', '/v1/messages')).body.data).toEqual([]);
  });

  it('follows the pacing of its session, under which it may never end', async () => {
    const audience_id = await world.audience(people(100));
    await pace({ new_contacts_per_day: 1000, per_hour: 10 });
    expect(await forecast({ audience_id })).toMatchObject({ limited_by: 'per_hour', per_day: [100] });
    await pace({ new_contacts_per_day: 0 });
    expect(await forecast({ audience_id })).toMatchObject({
      completes_at: null,
      limited_by: 'new_contacts_per_day',
      per_day: [],
    });
    await pace({ new_contacts_per_day: null, per_hour: null });
  });

  it('follows its own pacing, start and window', async () => {
    const audience_id = await world.audience(people(3));
    const slow = await forecast({ audience_id, pacing: { per_day: 1 } });
    expect(slow).toMatchObject({ limited_by: 'campaign_pacing', per_day: [1, 1, 1] });
    const send_at = new Date(Date.now() + 3 * DAY + 60_000).toISOString();
    const later = await forecast({ audience_id, send_at });
    expect(later).toMatchObject({ limited_by: 'send_at', per_day: [0, 0, 0, 3] });
    expect(Date.parse(later.completes_at)).toBeGreaterThanOrEqual(Date.parse(send_at));
    const hour = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString().slice(11, 16);
    const send_window = { start: hour(2), end: hour(3), timezone: 'UTC' };
    expect(await forecast({ audience_id, send_window })).toMatchObject({ limited_by: 'send_window' });
  });

  it('counts known contacts, the last 24 hours, and what is queued before it', async () => {
    await sent(person(0));
    const audience_id = await world.audience(people(41));
    const alone = await forecast({ audience_id });
    expect(alone).toMatchObject({ contact_count: 41, new_contact_count: 40 });
    // It was one of the day's forty, and leaves one of the audience's for just before its own hour tomorrow.
    expect(inDays(alone.completes_at)).toBeGreaterThan(0.99);
    expect(inDays(alone.completes_at)).toBeLessThan(1.01);

    const first = await world.campaign({ audience_id: await world.audience(people(60, 100)), text: 'Hi' });
    expect(first.forecast).toMatchObject({ contact_count: 60, ahead_count: 0 });
    const ofFirst = `/v1/messages?campaign_id=${first.id}&limit=200`;
    await until('it has its messages', async () => {
      return (await world.engine.call('GET', ofFirst)).body.data.length === 60;
    });
    const second = await forecast({ audience_id });
    // Of the other's sixty the first may have gone.
    expect(second.ahead_count).toBeGreaterThanOrEqual(59);
    expect(Date.parse(second.completes_at)).toBeGreaterThan(Date.parse(alone.completes_at));
    await world.steer(first.id, 'cancel');
  });

  it('is shown with a campaign until it ends, but not in lists', async () => {
    const made = await world.campaign({ audience_id: await world.audience(people(50, 200)), text: 'Hi' });
    expect(made.forecast).toMatchObject({ contact_count: 50, limited_by: 'new_contacts_per_day' });
    const running = (await world.get(made.id)).forecast;
    expect([49, 50]).toContain(running.contact_count);
    expect(Math.abs(Date.parse(running.completes_at) - Date.parse(made.forecast.completes_at))).toBeLessThan(
      60_000,
    );
    await world.steer(made.id, 'pause');
    expect((await world.get(made.id)).forecast).toMatchObject({ limited_by: 'new_contacts_per_day' });
    const { body } = await world.engine.call('GET', '/v1/campaigns');
    expect(body.data[0]).not.toHaveProperty('forecast');
    expect((await world.steer(made.id, 'cancel')).body).not.toHaveProperty('forecast');
    expect((await world.get(made.id)).forecast).toBeNull();
  });

  it('is the same when the creation is repeated', async () => {
    const audience_id = await world.audience(people(2));
    const create = () =>
      world.engine.call(
        'POST',
        '/v1/campaigns',
        { name: 'n', audience_id, text: 'Hi' },
        { 'idempotency-key': 'once' },
      );
    const [first, second] = [await create(), await create()];
    expect([first.status, second.status]).toEqual([201, 200]);
    expect(second.body).toEqual(first.body);
    await world.steer(first.body.id, 'cancel');
  });

  it('requires campaigns:read', async () => {
    const body = { name: 'n', audience_id: await world.audience(people(1)), text: 'Hi' };
    const ask = async (scopes: string[]) => {
      const { key } = await world.engine.createKey('test', scopes);
      return (await world.engine.callAs(key)('POST', '/v1/campaigns/forecast', body)).status;
    };
    expect(await ask(['campaigns:read'])).toBe(200);
    expect(await ask(['audiences:read'])).toBe(403);
  });
});

it('a forecast comes true', async () => {
  // A minute's eight in 1.5 s; of these, six are for campaigns.
  const world = await campaignWorld({ flags: { ...PACED, BLUETICKS_SANDBOX_SPEED: '40' } });
  const session = `/v1/sessions/${(await world.engine.call('GET', '/v1/sessions')).body.data[0].id}`;
  await world.engine.call('PATCH', session, { pacing: { new_contacts_per_day: 1000 } });
  const from = Date.now();
  const { id, forecast } = await world.campaign({
    audience_id: await world.audience(people(48)),
    text: 'Hi',
  });
  await world.reaches(id, 'complete_delivered');
  await world.engine.close();
  const [said, took] = [Date.parse(forecast.completes_at) - from, world.recorded.times.at(-1)! - from];
  expect(forecast.limited_by).toBe('per_minute');
  expect(took).toBeGreaterThan(said * 0.9 - 200);
  // Not twice as long, however busy the machine is.
  expect(took).toBeLessThan(said * 1.5 + 3_000);
});

it('a forecast without pacing is the start of the campaign', async () => {
  const world = await campaignWorld();
  const audience_id = await world.audience(people(2));
  const send_at = new Date(Date.now() + DAY + 60_000).toISOString();
  const { body } = await world.engine.call('POST', '/v1/campaigns/forecast', {
    name: 'n',
    audience_id,
    text: 'Hi',
    send_at,
  });
  expect(body).toMatchObject({ completes_at: send_at, limited_by: 'send_at', per_day: [0, 2] });
  await world.engine.close();
});
