import fc from 'fast-check';
import { learnNames } from '../../../engine/people/learn-names';
import { holdBurstsOf } from '../../../engine/bursts/hold-bursts';
import { whoOf } from '../../../engine/domain/people/person-id';
import { newMessageRow } from '../../../engine/changes/new-message-row';
import { storeNewMessages } from '../../../engine/changes/message-changes';
import { retireExpiredWebhooks } from '../../../engine/store/tables/webhooks';
import type { MessageRow } from '../../../engine/store/tables/messages';
import { burstsOf, writing } from '../../support/burst-model';
import { DATABASE_KINDS } from '../../support/servers/fresh-database';
import { ADA, ADA_LID, BOB, BurstWorld, GROUP } from './burst-world';

jest.setTimeout(90_000);

describe.each(DATABASE_KINDS)('bursts, on %s,', (kind) => {
  let world: BurstWorld;
  beforeAll(async () => {
    world = await BurstWorld.open(kind);
  });
  beforeEach(() => world.empty());
  afterAll(() => world.close());

  const sent = (fields: Partial<MessageRow> = {}): Promise<MessageRow> =>
    world.transact(async (work) => {
      const row = newMessageRow({
        ...{ mode: 'test', session_id: world.session.id, from_phone: null, type: 'text', text: 'x' },
        ...{ recipient: `+${ADA.slice(0, -5)}`, chat_id: ADA, who: whoOf('test', ADA), priority: 1 },
        ...{ created_at: work.now, due_at: new Date(work.now.getTime() + 3_600_000), ...fields },
      });
      storeNewMessages(work, [row]);
      return row;
    });

  it('are told as one event after the silence, with what a message has alone', async () => {
    const { id } = await world.webhook({ quiet_s: 8 });
    const first = new Date(world.clock.now()).toISOString();
    await world.receives(ADA, 'Hi', { fromName: 'Ada' });
    await world.passes(5);
    await world.receives(ADA, 'can we move it?');
    const last = new Date(world.clock.now()).toISOString();
    await world.passes(7.9);
    expect(await world.told()).toEqual([]);
    await world.passes(0.1);
    const alone = await world.database.query<{ data: string }>(
      `SELECT data FROM events WHERE type = 'message.received' ORDER BY id`,
    );
    expect(await world.told()).toEqual([
      {
        webhook: id,
        at: world.clock.now(),
        data: {
          ...{ chat_id: ADA, from: '+14155551234', from_name: 'Ada', person_id: whoOf('test', ADA) },
          ...{ is_group: false, author: null, session_id: world.session.id, handled_by: 'bot' },
          messages: alone.map(({ data }) => JSON.parse(data)),
          ...{ text: 'Hi\ncan we move it?', media: [], in_reply_to_message_id: null, reference: null },
          ...{ first_at: first, last_at: last },
        },
      },
    ]);
    await world.passes(600);
    expect(await world.told()).toHaveLength(1);
    expect(await world.database.query('SELECT * FROM bursts')).toEqual([]);
  });

  it('say that a person has the chat, also if the owner answered after them', async () => {
    await world.webhook({ quiet_s: 8 });
    await world.receives(ADA, 'Hi');
    await world.receives(ADA, 'I am here', { sentFromPhone: true });
    await world.passes(8);
    const [burst] = await world.told();
    expect(burst!.data).toMatchObject({ handled_by: 'human', messages: [{ handled_by: 'bot' }] });
  });

  it('come as the plain model says', async () => {
    const property = fc.asyncProperty(writing, async ({ settings, arrivals }) => {
      await world.empty();
      await world.webhook(settings);
      const start = world.clock.now();
      const expected = burstsOf({ settings, arrivals });
      const moments = [...new Set([...arrivals, ...expected.map(([at]) => at)])].sort((a, b) => a - b);
      for (const moment of moments) {
        // Not a moment too early.
        world.clock.advance(start + moment - 1 - world.clock.now());
        await world.runner.look();
        world.clock.advance(1);
        const nth = arrivals.indexOf(moment);
        if (nth >= 0) await world.receives(ADA, `${nth}`);
        await world.runner.look();
      }
      const told = (await world.told()).map(({ at, data }) => [
        at - start,
        data.text.split('\n').map(Number),
      ]);
      expect(told).toEqual(expected);
    });
    await fc.assert(property, { numRuns: 8 });
  });

  it('are of one person in one chat, also in a group, and of both names of that person', async () => {
    await world.webhook({ quiet_s: 8 });
    await world.transact((work) => learnNames(work, 'test', [[ADA, ADA_LID]]));
    const inGroup = (text: string, name: string) =>
      world.receives(GROUP, text, { names: [name], author: name });
    await world.receives(ADA, 'a');
    await world.receives(BOB, 'b');
    await inGroup('c', ADA);
    await inGroup('d', BOB);
    await world.receives(ADA_LID, 'e', { from: null });
    await inGroup('f', ADA_LID);
    await inGroup('g', '500@lid');
    await world.receives(GROUP, 'h', { names: [], author: null });
    await world.passes(8);
    expect((await world.texts()).sort()).toEqual(['a\ne', 'b', 'c\nf', 'd', 'g', 'h']);
  });

  it('are told again to nobody, and each to its own webhook with its own settings and filter', async () => {
    const quick = await world.webhook({ quiet_s: 2 });
    const slow = await world.webhook({ quiet_s: 20 });
    await world.webhook({ quiet_s: 2 }, { filter: { from: '+14155550009' } });
    await world.webhook({ quiet_s: 2 }, { filter: { chat_id: GROUP } });
    const about = await world.webhook({ quiet_s: 2 }, { filter: { from: '+14155551234', chat_id: ADA } });
    await world.receives(ADA, 'one');
    await world.passes(3);
    await world.receives(ADA, 'two');
    await world.passes(20);
    const told = (await world.told()).map(({ webhook, data }) => `${webhook} ${data.text}`).sort();
    const expected = [quick, about].flatMap(({ id }) => [`${id} one`, `${id} two`]);
    expect(told).toEqual([...expected, `${slow.id} one\ntwo`].sort());
  });

  it('are told to a webhook for replies if one of the messages is a reply, and to one for a reference', async () => {
    const replies = await world.webhook({}, { filter: { reply_only: true } });
    const orders = await world.webhook({}, { filter: { reference: 'order-1' } });
    const [order, other] = [await sent({ reference: 'order-1' }), await sent({ reference: 'other' })];
    await world.receives(BOB, 'no reply');
    await world.receives(ADA, 'yes', { targetWireId: order.wire_id });
    await world.receives(ADA, 'and the other too', { targetWireId: other.wire_id });
    await world.receives(ADA, 'bye');
    await world.passes(8);
    const told = await world.told();
    expect(told.map(({ webhook }) => webhook).sort()).toEqual([replies.id, orders.id].sort());
    for (const { data } of told)
      expect(data).toMatchObject({
        text: 'yes\nand the other too\nbye',
        in_reply_to_message_id: other.id,
        reference: 'other',
      });
  });

  it('have what was edited, and not what was deleted', async () => {
    await world.webhook({});
    const change = (kind: 'edited' | 'revoked', target: string, text: string | null, by = ADA) =>
      world.receives(by, text ?? '', { kind, targetWireId: target, text });
    const at = await world.receives(ADA, 'at nine');
    const oops = await world.receives(ADA, 'oops');
    const fine = await world.receives(ADA, 'fine');
    await change('edited', at, 'at ten');
    await change('revoked', oops, null);
    await change('revoked', fine, null, BOB);
    await world.passes(8);
    expect(await world.texts()).toEqual(['at ten\nfine']);
    const all = await world.receives(ADA, 'never mind');
    await change('revoked', all, null);
    await world.passes(8);
    expect(await world.texts()).toHaveLength(1);
    await change('edited', fine, 'too late');
    expect(await world.texts()).toEqual(['at ten\nfine']);
  });

  it('have the files of the messages, under URLs that were just made', async () => {
    await world.webhook({ quiet_s: 8 });
    const media = { mime: 'image/png', filename: 'a.png', size: 3, url: null };
    await world.receives(ADA, 'look', { type: 'image', media, content: Buffer.from('x') });
    await world.receives(ADA, 'gone', { type: 'image', media });
    await world.receives(ADA, 'both');
    await world.passes(8);
    const { data } = (await world.told())[0]!;
    const expires = Math.floor(world.clock.now() / 1000) + 4 * 24 * 3600;
    const url = expect.stringContaining(`?expires=${expires}&signature=`);
    expect(data.media).toEqual([{ ...media, url }, media]);
    expect(data.messages).toMatchObject([{ media: { url } }, { media }, { media: null }]);
  });

  it('wait for the content of a message, which takes its place', async () => {
    await world.webhook({ quiet_s: 8 });
    await world.receives(ADA, 'first');
    const at = world.clock.now() + 1000;
    const id = await world.receives(ADA, '', { text: null, isAwaited: true, at });
    await world.passes(3);
    await world.receives(ADA, 'third');
    await world.receives(ADA, 'second', { id, at });
    await world.passes(8);
    expect(await world.texts()).toEqual(['first\nsecond\nthird']);
    const missing = await world.receives(ADA, '', { text: null, type: 'unsupported', isAwaited: true });
    await world.passes(121);
    await world.tellOverdue();
    await world.receives(ADA, 'here it is', { id: missing });
    await world.passes(8);
    const { data } = (await world.told()).at(-1)!;
    expect(data.messages.map(({ text }: { text: string }) => text)).toEqual(['here it is']);
  });

  it('hold up no stop word and no answer, and have nothing that the owner wrote', async () => {
    await world.webhook({});
    const later = await sent({ cancel_on_reply: true });
    await world.receives(ADA, 'I will call', { sentFromPhone: true, from: '+15005550100' });
    await world.receives(ADA, 'STOP');
    const statuses = await world.database.query('SELECT status FROM messages WHERE id = $1', [later.id]);
    expect(statuses).toEqual([{ status: 'canceled' }]);
    expect(await world.database.query('SELECT who FROM opt_outs')).toEqual([{ who: whoOf('test', ADA) }]);
    expect(await world.texts()).toEqual([]);
    await world.passes(8);
    expect(await world.texts()).toEqual(['STOP']);
    await world.database.query('DELETE FROM opt_outs');
  });

  it('are told once by two processes, and none of a burst that another one tells is lost', async () => {
    await world.webhook({ quiet_s: 1, most_messages: 5 });
    const other = world.newRunner();
    const texts = Array.from({ length: 60 }, (_, nth) => `${nth}`);
    const write = async () => {
      for (const text of texts) await world.receives(ADA, text);
    };
    let isOver = false;
    const look = async (runner: typeof other) => {
      while (!isOver) await runner.look();
    };
    const looking = [look(world.runner), look(other)];
    await write();
    isOver = true;
    await Promise.all(looking);
    await world.passes(1);
    const told = (await world.told()).map(({ data }) => data.messages.length);
    expect(Math.max(...told)).toBeLessThanOrEqual(5);
    expect((await world.texts()).flatMap((text) => text.split('\n'))).toEqual(texts);
    await other.close();
  });

  it('are told right before their webhook expires, or after that if no engine ran', async () => {
    const expires = (seconds: number) => new Date(world.clock.now() + seconds * 1000).toISOString();
    const { id } = await world.webhook({ quiet_s: 30, most_s: 60 }, { expires_at: expires(20) });
    await world.receives(ADA, 'one');
    await world.passes(18.9);
    expect(await world.texts()).toEqual([]);
    await world.passes(0.1);
    expect(await world.texts()).toEqual(['one']);
    await world.receives(ADA, 'two');
    await world.edit(id, { expires_at: expires(10) });
    await world.receives(BOB, 'three');
    world.clock.advance(60_000);
    await retireExpiredWebhooks(world.database, new Date(world.clock.now()));
    await world.runner.look();
    expect((await world.texts()).slice(1).sort()).toEqual(['three', 'two']);
    const states = () =>
      world.database.query(
        `SELECT w.status, d.status AS delivery FROM webhooks w JOIN deliveries d ON d.webhook_id = w.id ORDER BY d.id`,
      );
    const pending = { status: 'enabled', delivery: 'pending' };
    expect(await states()).toEqual([pending, pending, pending]);
    // What happened before is tried once; then it is over.
    await world.database.query('UPDATE deliveries SET attempts = 1');
    await retireExpiredWebhooks(world.database, new Date(world.clock.now()));
    const failed = { status: 'disabled', delivery: 'failed' };
    expect(await states()).toEqual([failed, failed, failed]);
  });

  it('wait after a start until what was missed is read, but not for long', async () => {
    await world.webhook({ quiet_s: 8, most_s: 60 });
    await world.receives(ADA, 'before the crash');
    world.clock.advance(3_600_000);
    const release = await holdBurstsOf(world.database, world.session.id, world.clock);
    await world.receives(ADA, 'missed');
    await world.runner.look();
    expect(await world.texts()).toEqual([]);
    await release();
    await world.runner.look();
    expect(await world.texts()).toEqual(['before the crash\nmissed']);
    await world.receives(ADA, 'again');
    await world.passes(10);
    await world.receives(ADA, 'again');
    await holdBurstsOf(world.database, world.session.id, world.clock);
    await world.passes(14.9);
    expect(await world.texts()).toHaveLength(2);
    await world.passes(0.1);
    expect(await world.texts()).toHaveLength(3);
  });

  it('are not held up by a clock that is set back', async () => {
    await world.webhook({ quiet_s: 8 });
    await world.receives(ADA, 'hello');
    world.clock.advance(-3_600_000);
    const ahead = { now: () => world.clock.now() + 7_200_000, after: () => () => undefined };
    await holdBurstsOf(world.database, world.session.id, ahead);
    await world.runner.look();
    expect(await world.texts()).toEqual(['hello']);
  });

  it('go by new settings as soon as they are changed, and are dropped if nobody wants them any more', async () => {
    const { id } = await world.webhook({ quiet_s: 100 });
    await world.receives(ADA, 'one');
    await world.passes(10);
    await world.edit(id, { burst: { quiet_s: 5 } });
    await world.runner.look();
    expect(await world.texts()).toEqual(['one']);
    await world.receives(ADA, 'two');
    await world.edit(id, { events: ['message.received'] });
    await world.edit(id, { events: ['message.burst'] });
    await world.passes(60);
    expect(await world.texts()).toEqual(['one', 'two']);
    await world.receives(ADA, 'three');
    await world.edit(id, { events: ['message.received'] });
    await world.passes(60);
    await world.receives(ADA, 'four');
    await world.edit(id, { events: ['message.burst'], status: 'disabled' });
    await world.receives(ADA, 'five');
    await world.edit(id, { status: 'enabled' });
    await world.passes(60);
    expect(await world.texts()).toEqual(['one', 'two']);
    expect(await world.database.query('SELECT * FROM bursts')).toEqual([]);
  });

  it('end with their webhook', async () => {
    const expiring = await world.webhook(
      {},
      { expires_at: new Date(world.clock.now() + 20_000).toISOString() },
    );
    const used = await world.webhook({}, { max_deliveries: 1 });
    await world.receives(ADA, 'one');
    await world.passes(8);
    await world.database.query('UPDATE webhooks SET delivered_count = 1 WHERE id = $1', [used.id]);
    await world.receives(ADA, 'two');
    await world.passes(13);
    await world.receives(ADA, 'too late');
    await world.passes(13);
    const told = (await world.told()).map(({ webhook, data }) => `${webhook} ${data.text}`);
    expect(told.sort()).toEqual([`${expiring.id} one`, `${expiring.id} two`, `${used.id} one`].sort());
    const left = await world.webhook({});
    await world.receives(ADA, 'three');
    await world.database.query('DELETE FROM webhooks WHERE id = $1', [left.id]);
    await world.passes(60);
    expect(await world.told()).toHaveLength(3);
    expect(await world.database.query('SELECT * FROM burst_messages')).toEqual([]);
  });
});
