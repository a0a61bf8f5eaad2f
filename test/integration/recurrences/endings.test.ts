import type { Work } from '../../../engine/events/transact';
import { createOptOut } from '../../../engine/opt-outs/opt-outs';
import { removeRecurrence } from '../../../engine/recurrences/steer-recurrence';
import { editMessage } from '../../../engine/messages/edit-message';
import { RecurrenceWorld, TO } from './recurrence-world';

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

describe('what ends a recurrence', () => {
  it('is an answer, with until_reply: also a vote, and not what was written before', async () => {
    const { id } = await world.create({ until_reply: true });
    const other = await world.create();
    const before = world.store.clock.now() - 3_600_000;
    await world.store.receive(TO, 'written before', { at: before });
    expect(await world.show(id)).toMatchObject({ status: 'active' });
    await world.store.receive(TO, 'I have paid');
    expect(await world.show(id)).toMatchObject({
      status: 'stopped_by_reply',
      next: [],
      ended_at: expect.any(String),
    });
    expect(await world.made(id)).toEqual(['2026-03-02T08:00 canceled']);
    expect(await world.told(id)).toMatchObject([
      { type: 'recurrence.ended', data: { status: 'stopped_by_reply' } },
    ]);
    expect(await world.show(other.id)).toMatchObject({ status: 'active' });
    await expect(world.edit(id, { text: 'x' })).rejects.toMatchObject({ status: 409 });
  });

  it('is an answer while it is being handed over: what comes back to the lane does not go', async () => {
    const { id } = await world.create({ until_reply: true });
    world.at('2026-03-02T08:00:01Z');
    const { claims } = await world.store.claim();
    await world.store.receive(TO, 'Paid');
    const failure = { reason: 'link_down', mayPass: true, handedOverAt: null, attempt: 1 };
    await world.store.reports.add({ wireId: claims[0]!.message.wire_id, failure });
    world.at('2026-03-02T08:05:00Z');
    expect(await world.send()).toEqual([]);
    expect(await world.made(id)).toEqual(['2026-03-02T08:00 canceled']);
  });

  it('is a stop word or an opt-out, and nobody who opted out gets a new one', async () => {
    const { id } = await world.create();
    await world.store.receive(TO, 'STOP');
    expect(await world.show(id)).toMatchObject({ status: 'stopped_by_reply' });
    await expect(world.create()).rejects.toMatchObject({ status: 422 });
    const other = await world.create({ to: '+15005550003' });
    await transact((work) => createOptOut(work, 'test', '+15005550003'));
    expect(await world.show(other.id)).toMatchObject({ status: 'ended', ended_reason: 'opted_out' });
    expect(await world.made(other.id)).toEqual(['2026-03-02T08:00 canceled']);
  });

  it('is an answer under another name of the person, whenever it is learned that it is theirs', async () => {
    const [lid, other, number] = ['123456789012345@lid', '123456789012346@lid', `${TO.slice(1)}@c.us`];
    const known = await world.create({ to: lid, until_reply: true });
    await world.store.learn(number, lid);
    expect((await world.show(known.id)).person_id).toBe((await world.create()).person_id);
    await world.store.receive(TO, 'Yes');
    expect(await world.show(known.id)).toMatchObject({ status: 'stopped_by_reply' });
    // Written before the names are joined.
    const unknown = await world.create({ to: other, until_reply: true });
    await world.store.receive(TO, 'Yes again');
    expect(await world.show(unknown.id)).toMatchObject({ status: 'active' });
    await world.store.learn(number, other);
    expect(await world.show(unknown.id)).toMatchObject({ status: 'stopped_by_reply' });
    expect(await world.made(unknown.id)).toEqual(['2026-03-02T08:00 canceled']);
  });

  it('is its removal: what is pending goes with it, moved or not', async () => {
    const { id, message_id: message } = await world.create();
    await transact((work) => editMessage(work, 'test', message!, { send_at: '2026-03-09T08:00:00Z' }, false));
    await world.happensAt('2026-03-02T08:00:01Z');
    await transact((work) => removeRecurrence(work, 'test', id));
    await expect(world.show(id)).rejects.toMatchObject({ status: 404 });
    expect(await world.made(id)).toEqual(['2026-03-09T08:00 canceled', '2026-03-03T08:00 canceled']);
    expect((await world.told(id)).map(({ data }) => data.ended_reason)).toEqual(['deleted']);
  });

  it('is the removal of its number', async () => {
    const { id } = await world.create();
    await world.store.database.query('UPDATE recurrences SET session_id = $1', ['ses_gone']);
    await world.happensAt('2026-03-02T08:00:01Z');
    expect(await world.show(id)).toMatchObject({ status: 'ended', ended_reason: 'session_removed' });
  });
});
