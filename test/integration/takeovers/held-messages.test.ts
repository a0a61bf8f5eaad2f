import { lockExpired, nextDueAt, whatIsDue, type Wanted } from '../../../engine/store/tables/lane-messages';
import type { MessageRow } from '../../../engine/store/tables/messages';
import { isWanted } from '../../../engine/store/tables/still-wanted';
import { DATABASE_KINDS } from '../../support/servers/fresh-database';
import { StoreWorld } from '../sequences/store-world';
import { ADA, LID, HOUR, emptied, takeoverActs } from './takeover-acts';

jest.setTimeout(60_000);

const ALL: Wanted = { exceptWhos: [], exceptCampaigns: [], lowest: 2, lowestOfNew: 2 };

describe.each(DATABASE_KINDS)('a message to a chat that a person has, on %s,', (kind) => {
  let world: StoreWorld;
  beforeAll(async () => {
    world = await StoreWorld.open(kind);
    await world.database.query(`UPDATE sessions SET state = 'connected'`);
  });
  beforeEach(() => emptied(world));
  afterAll(() => world.close());

  const { now, ownerWrites, chat, edit, message, stored, status, shown, claimed } = takeoverActs(() => world);

  it('waits with only_while_bot, says why, and holds up nobody', async () => {
    const other = '14155559999@c.us';
    const waits = await message({ only_while_bot: true });
    await ownerWrites();
    const goes = await message();
    const elsewhere = await message({ chat_id: other, only_while_bot: true });
    expect((await claimed()).sort()).toEqual([goes.id, elsewhere.id].sort());
    expect(await claimed()).toEqual([]);
    expect(await shown(waits)).toMatchObject({
      status: 'queued',
      waiting_for: {
        reason: 'human_has_the_chat',
        until: (await chat()).human_until,
        message: expect.stringMatching(
          /^A person has the chat until .*\d\d:\d\d UTC\. Give the chat back to send this now\.$/,
        ),
      },
    });
    // Nothing is due for the lane, so it is not woken, and sets no timer.
    expect(await nextDueAt(world.database, world.session.id, now(), ALL)).toBeNull();
    expect(await whatIsDue(world.database, world.session.id, now())).toEqual({
      waiting: false,
      untold: false,
    });
    world.clock.jump(12 * HOUR);
    expect((await shown(waits)).waiting_for).toBeNull();
    expect(await claimed()).toEqual([waits.id]);
    expect((await stored(waits)).due_at).toEqual(waits.due_at);
  });

  it('is told as queued once it is due, with what it waits for', async () => {
    await ownerWrites();
    const later = new Date(world.clock.now() + HOUR);
    const row = await message({ only_while_bot: true, send_at: later, due_at: later });
    expect((await shown(row)).waiting_for).toMatchObject({
      reason: 'human_has_the_chat',
      until: (await chat()).human_until,
    });
    world.clock.jump(2 * HOUR);
    expect(await claimed()).toEqual([]);
    expect(await world.told(row.id)).toEqual(['message.queued']);
    const [event] = await world.database.query<{ data: string }>(
      'SELECT data FROM events WHERE subject_id = $1',
      [row.id],
    );
    expect(JSON.parse(event!.data)).toEqual(await shown(row));
    expect((await shown(row)).waiting_for).not.toBeNull();
  });

  it('goes in its order when the chat is given back', async () => {
    await ownerWrites();
    const start = world.clock.now();
    const due = (minutes: number) => ({ due_at: new Date(start + minutes * 60_000), only_while_bot: true });
    const rows = [await message(due(2)), await message(due(1)), await message(due(3))];
    world.clock.jump(HOUR);
    expect(await claimed()).toEqual([]);
    await edit({ handled_by: 'bot' });
    const order: string[] = [];
    for (const _ of rows) {
      const [id] = await claimed();
      order.push(id!);
      await world.accepted(await stored({ id } as MessageRow));
    }
    expect(order).toEqual([rows[1]!.id, rows[0]!.id, rows[2]!.id]);
  });

  it('keeps the steps of a sequence in their order, and stops it with cancel_on_takeover', async () => {
    const waits = await world.create(ADA, ['PT1M', 'PT2M'], { only_while_bot: true });
    const ends = await world.create(ADA, ['PT1M', 'PT2M'], { cancel_on_takeover: true });
    await ownerWrites();
    expect([await world.status(waits), await world.status(ends)]).toEqual(['active', 'canceled']);
    expect((await world.steps(ends)).map((step) => step.status)).toEqual(['canceled', 'canceled']);
    expect(await world.told(ends)).toEqual(['sequence.stopped']);
    world.clock.jump(HOUR);
    expect(await claimed()).toEqual([]);
    await edit({ handled_by: 'bot' });
    const [first, second] = await world.steps(waits);
    expect(await claimed()).toEqual([first!.id]);
    await world.accepted(first!);
    expect(await claimed()).toEqual([second!.id]);
  });

  it('cancels its sequence with cancel_on_takeover, also at the last check of its last step', async () => {
    const id = await world.create(ADA, ['PT1M', 'PT2M'], { cancel_on_takeover: true });
    const [first, last] = await world.steps(id);
    world.clock.jump(HOUR);
    expect(await claimed()).toEqual([first!.id]);
    await world.accepted(first!);
    expect(await claimed()).toEqual([last!.id]);
    await ownerWrites();
    await world.reports.add({ wireId: last!.wire_id, humanHasChat: { attempt: 1, handedOverAt: null } });
    expect((await world.steps(id)).map((step) => step.status)).toEqual(['sending', 'canceled']);
    expect([await world.status(id), await world.told(id)]).toEqual(['canceled', ['sequence.stopped']]);
  });

  it('cancels the whole sequence if that was created at the very moment of the takeover', async () => {
    await ownerWrites();
    await world.database.query('UPDATE takeovers SET human_since = NULL');
    const id = await world.create(ADA, ['PT1M', 'P1D'], { cancel_on_takeover: true });
    await world.database.query('UPDATE takeovers SET human_since = $1', [now()]);
    world.clock.jump(HOUR);
    expect(await claimed()).toEqual([]);
    expect((await world.steps(id)).map((step) => step.status)).toEqual(['canceled', 'canceled']);
    expect([await world.status(id), await world.told(id)]).toEqual(['canceled', ['sequence.stopped']]);
  });

  it('is canceled with cancel_on_takeover, also if it was created at that very moment, and refused from then on', async () => {
    const before = await message({ cancel_on_takeover: true });
    const keeps = await message();
    await ownerWrites();
    expect([await status(before), await status(keeps)]).toEqual(['canceled', 'queued']);
    const raced = await message({ cancel_on_takeover: true });
    await world.claim();
    await world.claim();
    expect(await status(raced)).toBe('canceled');
    await expect(world.create(ADA, ['PT1M'], { cancel_on_takeover: true })).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringMatching(
        /^to is a chat that a person has until 20.*Z\. Give the chat back first/,
      ),
    });
  });

  it('still expires', async () => {
    await ownerWrites();
    const row = await message({ only_while_bot: true, expires_at: new Date(world.clock.now() + HOUR) });
    world.clock.jump(HOUR);
    expect(await isWanted(world.database, await stored(row), now())).toMatchObject({ isHumans: true });
    const rows = await world.transact((work) => lockExpired(work.sql, work.now, 10));
    expect(rows.map(({ id }) => id)).toEqual([row.id]);
  });

  it('does not pass the last check, and waits or ends then, with the wire id it has', async () => {
    const [waits, ends, goes] = [
      await message({ only_while_bot: true }),
      await message({ cancel_on_takeover: true, chat_id: LID }),
      await message({ chat_id: '14155557777@c.us', only_while_bot: true }),
    ];
    await world.claim();
    await ownerWrites();
    await ownerWrites({ chatId: LID });
    for (const row of [waits, ends]) {
      expect(await isWanted(world.database, await stored(row), now())).toEqual({
        why: null,
        isHumans: true,
      });
      const humanHasChat = { attempt: 1, handedOverAt: null };
      await world.reports.add({ wireId: row.wire_id, humanHasChat });
    }
    expect(await isWanted(world.database, await stored(goes), now())).toEqual({
      why: null,
      isHumans: false,
    });
    expect(await stored(waits)).toMatchObject({
      status: 'queued',
      handed_over_at: null,
      wire_id: waits.wire_id,
    });
    expect(await status(ends)).toBe('canceled');
    expect(await claimed()).toEqual([]);
    // A receipt of an earlier attempt still counts.
    await world.accepted(waits);
    expect(await status(waits)).toBe('sending');
  });
});
