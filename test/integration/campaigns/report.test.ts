import { startLiveEngine, type LiveEngine } from '../sessions/live-engine';
import { JumpingClock } from '../../support/clock/jumping-clock';
import { until } from '../../support/engine/until';

const DAY_MS = 86_400_000;
let next = 14155550000;
const someone = (): { phone: string; chat: string } => {
  next += 1;
  return { phone: `+${next}`, chat: `${next}@c.us` };
};

describe('what came of a campaign', () => {
  let engine: LiveEngine;
  let link: Awaited<ReturnType<LiveEngine['linkNumber']>>['link'];
  const clock = new JumpingClock(20);

  beforeAll(async () => {
    engine = await startLiveEngine({ parts: { clock } });
    ({ link } = await engine.linkNumber('+14155559999'));
  });
  afterAll(() => engine.close());

  const get = async (id: string) => (await engine.live('GET', `/v1/campaigns/${id}`)).body;
  const report = async (id: string) => (await engine.live('GET', `/v1/campaigns/${id}/report`)).body;
  const campaign = async (to: readonly string[], fields: object = {}): Promise<string> => {
    const contacts = to.map((recipient) => ({ to: recipient }));
    const { body: audience } = await engine.live('POST', '/v1/audiences', { name: 'all', contacts });
    const { status, body } = await engine.live('POST', '/v1/campaigns', {
      ...{ name: 'Spring', audience_id: audience.id, text: 'Hello', ...fields },
    });
    expect({ status, error: body.error }).toEqual({ status: 201 });
    await until('all is sent', async () => (await get(body.id)).sent_count === to.length);
    return body.id;
  };
  const counts = async (id: string): Promise<[number, number]> => {
    const { replied_count: replied, opted_out_count: optedOut } = await get(id);
    return [replied, optedOut];
  };

  it('counts who answers and who opts out, each person once', async () => {
    const [ann, bob, cy] = [someone(), someone(), someone()];
    const id = await campaign([ann.phone, bob.phone, cy.phone]);
    expect(await counts(id)).toEqual([0, 0]);
    clock.jump(60_000);
    await link.receive('Hi', ann.chat);
    await link.receive('How much is it?', ann.chat);
    await link.receive('STOP', bob.chat);
    expect(await counts(id)).toEqual([2, 1]);
    expect(await report(id)).toMatchObject({
      ...{ campaign_id: id, name: 'Spring', reply_days: 7, total_count: 3, sent_count: 3 },
      ...{ replied_count: 2, opted_out_count: 1, failures: [], half_read_after_s: null },
      rates: { delivered: 0, read: 0, replied: 0.6667, opted_out: 0.3333, failed: 0 },
    });
    const { half_replied_after_s: half } = await report(id);
    expect(half).toBeGreaterThanOrEqual(60);
  });

  it('counts an answer for the newest campaign that the person got, and an opt-out over HTTP too', async () => {
    const ann = someone();
    const first = await campaign([ann.phone]);
    clock.jump(60_000);
    const second = await campaign([ann.phone]);
    clock.jump(60_000);
    await link.receive('Hi', ann.chat);
    await engine.live('POST', '/v1/opt-outs', { to: ann.phone });
    expect([await counts(first), await counts(second)]).toEqual([
      [0, 0],
      [1, 1],
    ]);
  });

  it('counts an answer within reply_days alone', async () => {
    const [ann, bob] = [someone(), someone()];
    const id = await campaign([ann.phone, bob.phone], { reply_days: 2 });
    clock.jump(1.9 * DAY_MS);
    await link.receive('In time', ann.chat);
    clock.jump(0.2 * DAY_MS);
    await link.receive('Too late', bob.chat);
    expect(await counts(id)).toEqual([1, 0]);
  });

  it('counts two contacts that turn out to be one person once, and forgets nothing when the person is erased', async () => {
    const [ann, other] = [someone(), someone()];
    const lid = `${next}99@lid`;
    const id = await campaign([ann.phone, lid]);
    clock.jump(60_000);
    await link.receive('Hi', ann.chat);
    await link.receive('Hi', lid);
    expect(await counts(id)).toEqual([2, 0]);
    // One message tells both names.
    await link.receive('It is me', ann.chat, lid);
    expect(await counts(id)).toEqual([1, 0]);
    const { status } = await engine.live('DELETE', `/v1/people/${encodeURIComponent(ann.phone)}`);
    expect(status).toBe(200);
    expect(await counts(id)).toEqual([1, 0]);
    expect(await counts(await campaign([other.phone]))).toEqual([0, 0]);
  });

  it('sends each contact one variant, and reports each', async () => {
    const all = Array.from({ length: 40 }, someone);
    const variants = [
      { name: 'Short', text: 'Hi', share: 50 },
      { name: 'Long', text: 'Hello and welcome', share: 50 },
    ];
    const fields = { variants, text: undefined };
    const id = await campaign(
      all.map(({ phone }) => phone),
      fields,
    );
    const texts = new Map(
      engine.whatsapp.sent.map(({ message: { chatId, content } }) => [
        chatId,
        content.type === 'text' ? content.text : null,
      ]),
    );
    const got = (text: string): string[] =>
      all.filter(({ chat }) => texts.get(chat) === text).map(({ chat }) => chat);
    const [short, long] = [got('Hi'), got('Hello and welcome')];
    expect(short.length + long.length).toBe(40);
    expect(Math.min(short.length, long.length)).toBeGreaterThan(3);
    await link.receive('Yes', short[0]!);
    expect((await report(id)).variants).toMatchObject([
      { name: 'Short', share: 50, sent_count: short.length, replied_count: 1, rates: { delivered: 0 } },
      { name: 'Long', share: 50, sent_count: long.length, replied_count: 0, half_replied_after_s: null },
    ]);
    expect((await get(id)).variants[0]).toMatchObject({ text: 'Hi', replied_count: 1 });
  });

  it.each([
    [{ text: 'Hi', variants: [{ name: 'a', text: 'A', share: 50 }] }, /variants/],
    [
      { variants: [50, 40].map((share) => ({ name: `${share}`, text: 'A', share })) },
      /variants have shares of 90/,
    ],
    [{ variants: [50, 50].map((share) => ({ name: 'a', text: 'A', share })) }, /twice/],
    [
      { variants: [50, 50].map((share, i) => ({ name: `${i}`, text: '{nobody_has}', share })) },
      /^variants\.0\.text uses/,
    ],
  ])('refuses variants %#', async (fields, message) => {
    const contacts = [{ to: someone().phone }];
    const { body: audience } = await engine.live('POST', '/v1/audiences', { name: 'one', contacts });
    const { status, body } = await engine.live('POST', '/v1/campaigns', {
      ...{ name: 'Spring', audience_id: audience.id, ...fields },
    });
    expect(status).toBe(400);
    expect(body.error.message).toMatch(message);
  });

  it('refuses days that make no sense, and has no report of what does not exist', async () => {
    const { status, body } = await engine.live('POST', '/v1/campaigns', { reply_days: 0 });
    expect(status).toBe(400);
    expect(body.error.details.map(({ path }: { path: string }) => path)).toContain('reply_days');
    expect((await engine.live('GET', '/v1/campaigns/cmp_none/report')).status).toBe(404);
  });
});
