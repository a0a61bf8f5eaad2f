import type { Work } from '../../../engine/events/transact';
import { pauseRecurrence, skipOccurrence } from '../../../engine/recurrences/steer-recurrence';
import { removeAudience } from '../../../engine/audiences/audiences';
import { days, RecurrenceWorld } from './recurrence-world';

jest.setTimeout(60_000);

let world: RecurrenceWorld;
beforeAll(async () => {
  world = await RecurrenceWorld.open();
});
beforeEach(async () => {
  await world.begin();
  world.at('2026-03-01T12:00:00Z');
});
afterAll(() => world.close());

const transact = <Result>(job: (work: Work) => Promise<Result>): Promise<Result> => world.store.transact(job);

describe('a recurrence for an audience', () => {
  it('makes a campaign ahead, which takes the contacts that are there when it starts', async () => {
    const audience_id = await world.audience('+15005550001');
    const {
      id,
      campaign_id: campaign,
      next,
    } = await world.create({ to: undefined, audience_id, reference: 'class' });
    expect([campaign, next]).toEqual([expect.stringMatching(/^cmp_/), days(2, 3, 4, 5, 6)]);
    await world.join(audience_id, '+15005550003');
    await expect(transact((work) => removeAudience(work, 'test', audience_id))).rejects.toMatchObject({
      status: 409,
    });
    await world.happensAt('2026-03-02T08:00:01Z');
    expect(await world.campaignsOf(id)).toMatchObject([
      { id: campaign, name: 'class 2026-03-02', status: 'running', total_count: 2, expanded_all: true },
      { name: 'class 2026-03-03', status: 'pending', send_at: new Date('2026-03-03T08:00:00Z') },
    ]);
    expect(await world.send()).toEqual(['Good morning', 'Good morning']);
  });

  it('never starts a campaign late: it is aborted and counts as missed', async () => {
    const audience_id = await world.audience('+15005550001');
    const { id } = await world.create({ to: undefined, audience_id });
    await world.happensAt('2026-03-04T08:20:00Z');
    expect(await world.campaignsOf(id)).toMatchObject([
      { status: 'aborted', aborted_reason: 'missed' },
      { status: 'pending', send_at: new Date('2026-03-04T08:00:00Z') },
    ]);
    expect(await world.show(id)).toMatchObject({ missed: 2 });
    await world.look();
    expect((await world.campaignsOf(id)).map(({ status }) => status)).toEqual([
      'aborted',
      'running',
      'pending',
    ]);
  });

  it('changes its next campaign, skips it, and cancels it when paused', async () => {
    const audience_id = await world.audience('+15005550001');
    const { id, campaign_id: campaign } = await world.create({ to: undefined, audience_id });
    await world.edit(id, { text: 'Moved to ten', start: '2026-03-01T10:00' });
    expect(await world.campaignsOf(id)).toMatchObject([
      { id: campaign, text: 'Moved to ten', send_at: new Date('2026-03-02T09:00:00Z') },
    ]);
    await transact((work) => skipOccurrence(work, 'test', id, '2026-03-02T09:00:00Z'));
    await transact((work) => pauseRecurrence(work, 'test', id));
    expect((await world.campaignsOf(id)).map(({ status }) => status)).toEqual(['aborted', 'aborted']);
  });

  it('refuses what a campaign cannot do', async () => {
    const audience_id = await world.audience();
    await expect(
      world.create({
        audience_id,
        until_reply: true,
        type: 'poll',
        text: undefined,
        poll: { question: 'a', options: ['b', 'c'] },
      }),
    ).rejects.toMatchObject({
      options: { details: [{ path: 'to' }, { path: 'until_reply' }, { path: 'type' }] },
    });
    await expect(world.create({ to: undefined })).rejects.toMatchObject({
      options: { details: [{ path: 'to' }] },
    });
    await expect(world.create({ to: undefined, audience_id: 'aud_none' })).rejects.toMatchObject({
      status: 404,
    });
  });
});
