import type { Work } from '../../../engine/events/transact';
import {
  pauseRecurrence,
  resumeRecurrence,
  skipOccurrence,
} from '../../../engine/recurrences/steer-recurrence';
import { cancelMessage } from '../../../engine/messages/cancel-messages';
import { editMessage } from '../../../engine/messages/edit-message';
import { failed, storeChanges } from '../../../engine/changes/message-changes';
import { lockMessage } from '../../../engine/store/tables/messages';
import { days, RecurrenceWorld, TO } from './recurrence-world';

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

describe('a recurrence', () => {
  it('makes the message of its next occurrence ahead, and the one after that once it has gone', async () => {
    const created = await world.create({
      reference: 'gym',
      rrule: 'FREQ=DAILY;COUNT=3',
      start: '2026-03-02T09:00',
    });
    expect(created).toMatchObject({
      id: expect.stringMatching(/^rec_/),
      ...{ to: TO, status: 'active', missed: 0, start: '2026-03-02T09:00:00', reference: 'gym' },
      next: days(2, 3, 4),
      message_id: expect.stringMatching(/^msg_/),
    });
    const [first] = await world.messages(created.id);
    expect(first).toMatchObject({
      ...{ id: created.message_id, status: 'scheduled', text: 'Good morning', reference: 'gym' },
      send_at: new Date('2026-03-02T08:00:00Z'),
      expires_at: new Date('2026-03-02T09:00:00Z'),
    });
    expect(await world.happensAt('2026-03-02T07:59:50Z')).toEqual([]);
    expect(await world.happensAt('2026-03-02T08:00:01Z')).toEqual(['Good morning']);
    expect(await world.made(created.id)).toEqual(['2026-03-02T08:00 sending', '2026-03-03T08:00 scheduled']);
    expect((await world.show(created.id)).next).toEqual(days(3, 4));
    await world.happensAt('2026-03-03T08:00:01Z');
    await world.happensAt('2026-03-04T08:00:01Z');
    expect(await world.show(created.id)).toMatchObject({
      ...{ status: 'ended', ended_reason: 'no_more_occurrences', next: [], message_id: null, missed: 0 },
    });
    expect((await world.told(created.id)).map(({ type }) => type)).toEqual(['recurrence.ended']);
    expect(await world.messages(created.id)).toHaveLength(3);
  });

  it('never sends late: what has not gone within an hour is missed, and told', async () => {
    const { id } = await world.create();
    // The engine was off from before nine until Thursday at half past nine.
    await world.happensAt('2026-03-05T08:30:00Z');
    expect(await world.made(id)).toEqual(['2026-03-02T08:00 expired', '2026-03-05T08:00 scheduled']);
    expect(await world.show(id)).toMatchObject({ missed: 3 });
    expect(await world.told(id)).toMatchObject([
      { type: 'recurrence.missed', data: { missed: 3, occurrences: days(2, 3, 4) } },
    ]);
    // Today's is not an hour old yet.
    expect(await world.happensAt('2026-03-05T08:30:01Z')).toEqual(['Good morning']);
    expect((await world.made(id)).at(-1)).toBe('2026-03-06T08:00 scheduled');
  });

  it('counts an occurrence as missed once, whether its sweep or its lane or its own round saw it expire', async () => {
    const { id, message_id: message } = await world.create();
    world.at('2026-03-02T09:00:01Z');
    await transact(async (work) => {
      const row = await lockMessage(work.sql, 'test', message!);
      await storeChanges(work, [failed(row!, 'expired', work.now)]);
    });
    await world.look();
    await world.look();
    expect(await world.show(id)).toMatchObject({ missed: 1, next: days(3, 4, 5, 6, 7) });
  });

  it('counts what a logged-out number could not send as missed, and not what WhatsApp refused', async () => {
    const failWith = (id: string, reason: string) =>
      transact(async (work) => {
        const row = await lockMessage(work.sql, 'test', id);
        await storeChanges(work, [failed(row!, reason, work.now)]);
      });
    const { id, message_id: first } = await world.create();
    world.at('2026-03-02T08:00:01Z');
    await failWith(first!, 'session_logged_out');
    await world.look();
    const { missed, message_id: second } = await world.show(id);
    expect([missed, second]).toEqual([1, expect.any(String)]);
    world.at('2026-03-03T08:00:01Z');
    await failWith(second!, 'not_on_whatsapp');
    await world.look();
    expect(await world.show(id)).toMatchObject({ missed: 1 });
  });

  it('is missed before an hour is over, when the next occurrence comes', async () => {
    const rrule = 'FREQ=MINUTELY;INTERVAL=10;COUNT=3';
    const { id } = await world.create({ rrule, start: '2026-03-02T09:00' });
    await world.look();
    world.at('2026-03-02T08:10:00Z');
    await world.look();
    expect(await world.made(id)).toEqual(['2026-03-02T08:00 expired', '2026-03-02T08:10 scheduled']);
    expect(await world.happensAt('2026-03-02T08:10:01Z')).toEqual(['Good morning']);
  });

  it('goes on in steps after a long time off, and counts every occurrence', async () => {
    const { id } = await world.create({ rrule: 'FREQ=MINUTELY', start: '2026-03-01T13:00' });
    const first = Date.parse('2026-03-01T12:00:00Z');
    world.at('2026-03-02T06:00:30Z');
    for (let round = 0; round < 4; round += 1) await world.look();
    const { missed, next } = await world.show(id);
    expect(missed).toBe((Date.parse('2026-03-02T06:00:00Z') - first) / 60_000 - 1);
    expect(next[0]).toBe('2026-03-02T06:01:00.000Z');
    expect(await world.made(id)).toEqual(['2026-03-01T12:01 expired', '2026-03-02T06:00 scheduled']);
  });

  it('lets its window open first, and leaves out what would come after the next one', async () => {
    const send_window = { start: '10:00', end: '20:00', timezone: 'Europe/Rome' };
    const { id, next } = await world.create({
      rrule: 'FREQ=HOURLY;INTERVAL=4',
      start: '2026-03-02T01:00',
      send_window,
    });
    // 1, 5, 9, 13, 17 and 21 o'clock: those at 1 and 5 would be sent at ten, after the one at nine.
    expect(next.slice(0, 4).map((at) => at.slice(11, 16))).toEqual(['08:00', '12:00', '16:00', '08:00']);
    const [first] = await world.messages(id);
    expect([first!.due_at, first!.expires_at].map((at) => at!.toISOString().slice(11, 16))).toEqual([
      '09:00',
      '10:00',
    ]);
    expect(await world.happensAt('2026-03-02T09:59:00Z')).toEqual(['Good morning']);
    expect(await world.show(id)).toMatchObject({ missed: 0 });
  });
});

describe('one occurrence alone', () => {
  it('can be edited, and the next is as before', async () => {
    const { id, message_id: message } = await world.create();
    await transact((work) => editMessage(work, 'test', message!, { text: 'Only today' }, false));
    expect(await world.happensAt('2026-03-02T08:00:01Z')).toEqual(['Only today']);
    expect(await world.happensAt('2026-03-03T08:00:01Z')).toEqual(['Good morning']);
    expect(await world.show(id)).toMatchObject({ missed: 0 });
  });

  it('can be moved past the next one, and goes its own way', async () => {
    const { id, message_id: message } = await world.create();
    const send_at = '2026-03-04T10:00:00Z';
    const moved = await transact((work) => editMessage(work, 'test', message!, { send_at }, false));
    expect(moved.expires_at).toEqual(new Date('2026-03-04T11:00:00Z'));
    await world.happensAt('2026-03-02T08:00:01Z');
    expect(await world.made(id)).toEqual(['2026-03-04T10:00 scheduled', '2026-03-03T08:00 scheduled']);
    expect(await world.happensAt('2026-03-03T08:00:01Z')).toEqual(['Good morning']);
    await world.happensAt('2026-03-04T08:00:01Z');
    expect(await world.happensAt('2026-03-04T10:00:01Z')).toEqual(['Good morning']);
    expect(await world.show(id)).toMatchObject({ missed: 0 });
  });

  it('may go after the end, if it was the last and was moved', async () => {
    const { id, message_id: message } = await world.create({
      rrule: 'FREQ=DAILY;COUNT=1',
      start: '2026-03-02T09:00',
    });
    await transact((work) => editMessage(work, 'test', message!, { send_at: '2026-03-05T08:00:00Z' }, false));
    await world.happensAt('2026-03-02T08:00:01Z');
    expect(await world.show(id)).toMatchObject({ status: 'ended' });
    expect(await world.happensAt('2026-03-05T08:00:01Z')).toEqual(['Good morning']);
  });

  it('can be canceled, is not missed, and is not made again', async () => {
    const { id, message_id: message } = await world.create();
    await transact((work) => cancelMessage(work, 'test', message!));
    expect((await world.show(id)).next).toEqual(days(3, 4, 5, 6, 7));
    await world.edit(id, { text: 'Later' });
    await world.happensAt('2026-03-02T08:00:01Z');
    expect(await world.made(id)).toEqual(['2026-03-02T08:00 canceled', '2026-03-03T08:00 scheduled']);
    expect(await world.show(id)).toMatchObject({ missed: 0 });
    expect(await world.happensAt('2026-03-03T08:00:01Z')).toEqual(['Later']);
  });

  it('can be skipped: the next one, one further ahead, and the same twice', async () => {
    const { id } = await world.create({ rrule: 'FREQ=DAILY;COUNT=4', start: '2026-03-02T09:00' });
    const skip = (occurrence: string) => transact((work) => skipOccurrence(work, 'test', id, occurrence));
    await skip('2026-03-02T08:00:00.000Z');
    await skip('2026-03-04T09:00');
    await skip('2026-03-04T09:00:00+01:00');
    expect(await world.show(id)).toMatchObject({
      next: days(3, 5),
      exdates: ['2026-03-02T09:00:00', '2026-03-04T09:00:00'],
    });
    expect(await world.made(id)).toEqual(['2026-03-02T08:00 canceled', '2026-03-03T08:00 scheduled']);
    await expect(skip('2026-03-03T08:30:00Z')).rejects.toMatchObject({ status: 400 });
    await expect(skip('2026-02-01T09:00')).rejects.toMatchObject({ status: 400 });
    await world.happensAt('2026-03-03T08:00:01Z');
    await expect(skip('2026-03-03T08:00:00Z')).rejects.toMatchObject({ status: 400 });
    await world.happensAt('2026-03-05T08:00:01Z');
    // Skipped ones count.
    expect(await world.show(id)).toMatchObject({ status: 'ended', missed: 0 });
  });
});

describe('changing a recurrence', () => {
  it('changes what is made of the next occurrence, with what was changed in it alone kept', async () => {
    const { id, message_id: message } = await world.create();
    await transact((work) => editMessage(work, 'test', message!, { text: 'Only today' }, false));
    const edited = await world.edit(id, { start: '2026-03-01T18:30', reference: 'evening' });
    expect(edited).toMatchObject({
      message_id: message,
      next: [expect.stringContaining('2026-03-01T17:30'), ...Array(4).fill(expect.any(String))],
    });
    expect(await world.messages(id)).toMatchObject([
      { text: 'Only today', reference: 'evening', send_at: new Date('2026-03-01T17:30:00Z') },
    ]);
    await world.edit(id, { text: 'All the days' });
    expect(await world.happensAt('2026-03-01T17:30:01Z')).toEqual(['All the days']);
    expect(await world.happensAt('2026-03-02T17:30:01Z')).toEqual(['All the days']);
  });

  it('keeps the wall clock when the zone changes', async () => {
    const { id } = await world.create();
    expect((await world.edit(id, { timezone: 'America/New_York' })).next[0]).toBe('2026-03-01T14:00:00.000Z');
  });

  it('leaves what is being sent as it is', async () => {
    const { id } = await world.create();
    world.at('2026-03-02T08:00:01Z');
    await world.store.claim();
    await world.edit(id, { rrule: 'FREQ=WEEKLY;BYDAY=FR', text: 'Weekly' });
    const [underway] = await world.messages(id);
    expect(underway).toMatchObject({ status: 'sending', text: 'Good morning' });
    await world.store.accepted(underway!);
    await world.look();
    expect(await world.made(id)).toEqual(['2026-03-02T08:00 sending', '2026-03-06T08:00 scheduled']);
  });

  it('is refused with every fault, and once it has ended', async () => {
    const { id } = await world.create();
    await expect(
      world.edit(id, {
        rrule: 'FREQ=DAILY;UNTIL=20260301',
        timezone: 'Rome',
        poll: { question: 'a', options: ['b', 'c'] },
      }),
    ).rejects.toMatchObject({ status: 400, options: { details: [{ path: 'poll' }, { path: 'timezone' }] } });
    await expect(world.edit(id, { rrule: 'FREQ=DAILY;UNTIL=20260228' })).rejects.toMatchObject({
      options: { details: [{ path: 'rrule', code: 'over' }] },
    });
    expect((await world.show(id)).rrule).toBe('FREQ=DAILY');
  });
});

describe('pausing', () => {
  it('cancels what is pending, and resuming goes on from now without counting what passed as missed', async () => {
    const { id } = await world.create({ rrule: 'FREQ=DAILY;COUNT=6', start: '2026-03-02T09:00' });
    await transact((work) => pauseRecurrence(work, 'test', id));
    expect(await world.show(id)).toMatchObject({ status: 'paused', next: [], message_id: null });
    await expect(transact((work) => pauseRecurrence(work, 'test', id))).rejects.toMatchObject({
      status: 409,
    });
    await world.happensAt('2026-03-05T12:00:00Z');
    const edited = await world.edit(id, { text: 'Back again' });
    expect(edited).toMatchObject({ status: 'paused', text: 'Back again' });
    await transact((work) => resumeRecurrence(work, 'test', id));
    // The four that passed count.
    expect(await world.show(id)).toMatchObject({ status: 'active', missed: 0, next: days(6, 7) });
    expect(await world.happensAt('2026-03-06T08:00:01Z')).toEqual(['Back again']);
    await expect(transact((work) => resumeRecurrence(work, 'test', id))).rejects.toMatchObject({
      status: 409,
    });
  });

  it('ends it when it is resumed after its end', async () => {
    const { id } = await world.create({ rrule: 'FREQ=DAILY;COUNT=2', start: '2026-03-02T09:00' });
    await transact((work) => pauseRecurrence(work, 'test', id));
    world.at('2026-04-01T12:00:00Z');
    await transact((work) => resumeRecurrence(work, 'test', id));
    expect(await world.show(id)).toMatchObject({ status: 'ended', missed: 0 });
  });
});
