import { newMessageRow } from '../../../engine/changes/new-message-row';
import { storeNewMessages } from '../../../engine/changes/message-changes';
import { createOptOut } from '../../../engine/opt-outs/opt-outs';
import { findWho } from '../../../engine/store/tables/person-names';
import { insertAwaited } from '../../../engine/store/tables/awaited-messages';
import type { MessageRow } from '../../../engine/store/tables/messages';
import { isWanted } from '../../../engine/store/tables/still-wanted';
import { DATABASE_KINDS } from '../../support/servers/fresh-database';
import { StoreWorld } from '../sequences/store-world';

describe.each(DATABASE_KINDS)('a claimed message, on %s,', (kind) => {
  let world: StoreWorld;
  let next = 1000;
  beforeAll(async () => {
    world = await StoreWorld.open(kind);
  });
  afterAll(() => world.close());

  /** Two names that nobody knows to be one yet. */
  const someone = () => ({ number: `1415557${next}@c.us`, lid: `30000000000${next++}@lid` });
  const claimed = (chatId: string, fields: Partial<MessageRow> = {}): Promise<MessageRow> =>
    world.transact(async (work) => {
      const contact_id = fields.campaign_id ? `con_${next++}` : null;
      const whoIs = await findWho(work.sql, 'test', [chatId]);
      const row = newMessageRow({
        ...{ mode: 'test', session_id: world.session.id, from_phone: null, type: 'text', text: 'x' },
        ...{ recipient: chatId, chat_id: chatId, who: whoIs(chatId), priority: 1, created_at: work.now },
        ...{ due_at: work.now, status: 'sending', attempts: 1, handed_over_at: work.now },
        contact_id,
        ...fields,
      });
      storeNewMessages(work, [row]);
      return row;
    });
  const verdict = async (row: MessageRow) => (await isWanted(world.database, row, new Date())).why;
  /** Both are known to go to one person, and neither was touched: they are on their way. */
  const nowTheSame = async (one: MessageRow, two: MessageRow): Promise<void> => {
    await world.database.query(
      `INSERT INTO person_names (mode, name, own_id, person_id) VALUES
         ('test', $1, $2, $2), ('test', $3, $4, $2)`,
      [one.chat_id, one.who, two.chat_id, two.who],
    );
  };
  /** Fields of a campaign's messages. */
  const campaign = () => ({ campaign_id: `cmp_${next++}` });

  it('is wanted as long as nothing was said', async () => {
    const { number } = someone();
    expect(await verdict(await claimed(number, campaign()))).toBeNull();
    expect(await verdict(await claimed(number, { cancel_on_reply: true }))).toBeNull();
  });

  it('is not wanted by someone who has opted out under another name, unless it is a single message', async () => {
    const { number, lid } = someone();
    const [bulk, single] = [await claimed(number, campaign()), await claimed(number)];
    await world.transact((work) => createOptOut(work, 'test', lid));
    expect(await verdict(bulk)).toBeNull();
    await world.learn(number, lid);
    expect(await verdict(bulk)).toBe('opted_out');
    expect(await verdict(single)).toBeNull();
  });

  it('is not wanted once its recipient has answered, under any name; a vote is no answer', async () => {
    const { number, lid } = someone();
    const answered = await claimed(number, { cancel_on_reply: true });
    const keeps = await claimed(number);
    await world.receive(null, 'hello', { chatId: lid });
    expect(await verdict(answered)).toBeNull();
    await world.learn(number, lid);
    expect(await verdict(answered)).toBe('ended');
    expect(await verdict(keeps)).toBeNull();
    // An answer from before it was created does not count.
    world.clock.jump(1000);
    expect(await verdict(await claimed(number, { cancel_on_reply: true }))).toBeNull();
  });

  /** When the message was claimed first, seen from the answer that came under another name. */
  it.each([
    ['before the answer', -1000, 'ended'],
    ['after the answer, so no attempt can have passed this check', 1000, 'ended_before'],
  ])('is not wanted if it was claimed %s', async (_, claimedLater, expected) => {
    const { number, lid } = someone();
    const sequence = await world.create(number, ['P1D']);
    const before = new Date(world.clock.now());
    world.clock.jump(5000);
    const handed_over_at = new Date(world.clock.now() + claimedLater);
    const fields = { created_at: before, handed_over_at };
    const single = await claimed(number, { ...fields, cancel_on_reply: true });
    const step = await claimed(number, { ...fields, sequence_id: sequence, step: 1 });
    await world.receive(null, 'hello', { chatId: lid });
    world.clock.jump(5000);
    expect([await verdict(single), await verdict(step)]).toEqual([null, null]);
    await world.learn(number, lid);
    expect([await verdict(single), await verdict(step)]).toEqual([expected, expected]);
  });

  it('is not wanted once its recipient has answered with something whose content is still awaited', async () => {
    const { number } = someone();
    const answered = await claimed(number, { cancel_on_reply: true });
    const session_id = world.session.id;
    const now = new Date(world.clock.now());
    const times = { created_at: now, written_at: now, tell_at: now };
    const found = { wire_id: '3A77', chat_id: number, who: answered.who, kind: 'message', id: 'inb_77' };
    await insertAwaited(world.database, { ...found, ...times, session_id, sealed: Buffer.from('x') });
    expect(await verdict(answered)).toBe('ended');
  });

  it('is not wanted when its sequence has ended', async () => {
    const { number, lid } = someone();
    const sequence = await world.create(lid, ['P1D']);
    const step = await claimed(lid, { sequence_id: sequence, step: 1 });
    expect(await verdict(step)).toBeNull();
    world.clock.jump(10_000);
    await world.receive(`+${number.slice(0, -5)}`, 'hello', { names: [number, lid] });
    expect(await verdict(step)).toBe('ended');
  });

  const EARLIER = new Date(Date.now() - 60_000);
  const LATER = new Date(Date.now() + 60_000);
  it.each([
    ['was sent', { sent_at: new Date() }, 'twice'],
    ['was sent after this one was claimed', { sent_at: new Date(), handed_over_at: LATER }, 'twice'],
    ['may have been sent, before this one', { status: 'queued', handed_over_at: EARLIER }, 'twice'],
    ['may have been sent, after this one', { status: 'queued', handed_over_at: LATER }, null],
    ['waits', { status: 'queued', handed_over_at: null }, null],
    ['has failed', { status: 'failed', failure_reason: 'x' }, null],
  ] as const)(
    'of a campaign, to someone who gets it under another name too, depends on whether that one %s',
    async (_, fields, expected) => {
      const { number, lid } = someone();
      const same = campaign();
      const [other, own] = [await claimed(lid, { ...same, ...fields }), await claimed(number, same)];
      expect(await verdict(own)).toBeNull();
      await nowTheSame(own, other);
      expect(await verdict(own)).toBe(expected);
    },
  );

  it.each([EARLIER, LATER])('of two of a campaign on their way at once, one is wanted', async (at) => {
    const { number, lid } = someone();
    const same = campaign();
    const [one, two] = [await claimed(lid, same), await claimed(number, { ...same, handed_over_at: at })];
    await nowTheSame(one, two);
    expect([await verdict(one), await verdict(two)].sort()).toEqual([null, 'twice'].sort());
    expect(await verdict(at === EARLIER ? two : one)).toBeNull();
  });
});
