import fc from 'fast-check';
import { storeNewMessages } from '../../../engine/changes/message-changes';
import { newMessageRow } from '../../../engine/changes/new-message-row';
import { ChatActor } from '../../../engine/chats/acts/chat-actor';
import { CHAT_HISTORY } from '../../../engine/chats/chat-history';
import { EDITABLE_MS, REVOCABLE_MS } from '../../../engine/domain/chats/act-rules';
import { wasSentByUs } from '../../../engine/store/tables/messages';
import { findWho } from '../../../engine/store/tables/person-names';
import type { MessageRow } from '../../../engine/store/tables/messages';
import type { ChatAct } from '../../../engine/transport/chat-acts';
import { linkDown } from '../../../engine/transport/transport';
import { StoreWorld } from '../sequences/store-world';

jest.setTimeout(60_000);

const ADA = '14155551234@c.us';

describe('what is asked to be done to messages', () => {
  let world: StoreWorld;
  let actor: ChatActor;
  /** Wire ids of what was done. */
  const ownIds: string[] = [];
  /** What WhatsApp has accepted, for each message. */
  const wire: { wireId: string; act: ChatAct }[] = [];
  /** The next acts fail: before WhatsApp has them, or before they are stored. */
  let fails: 'link' | 'store' | null = null;

  beforeAll(async () => {
    world = await StoreWorld.open('pglite');
    const act = async ({ wireId }: { wireId: string }, done: ChatAct, ownId: string): Promise<void> => {
      ownIds.push(ownId);
      expect(await wasSentByUs(world.database, ownId)).toBe(true);
      if (fails === 'link') throw linkDown();
      await new Promise(setImmediate);
      wire.push({ wireId, act: done });
    };
    actor = new ChatActor(
      world.session,
      { act },
      {
        database: world.database,
        transact: (work) => (fails === 'store' ? Promise.reject(new Error('killed')) : world.transact(work)),
        clock: world.clock,
        history: CHAT_HISTORY,
      },
    );
  });
  beforeEach(() => {
    fails = null;
    wire.splice(0);
  });
  afterAll(() => world.close());

  async function claimed(text = 'at nine?'): Promise<MessageRow> {
    const who = (await findWho(world.database, 'test', [ADA]))(ADA);
    const row = newMessageRow({
      ...{ mode: 'test', session_id: world.session.id, from_phone: '+15005550100', recipient: ADA },
      ...{ chat_id: ADA, who, type: 'text', text, priority: 1, due_at: new Date(0), created_at: new Date(0) },
    });
    await world.transact(async (work) => storeNewMessages(work, [row]));
    await world.claim();
    return row;
  }
  async function sent(text?: string): Promise<MessageRow> {
    const row = await claimed(text);
    await world.accepted(row);
    return row;
  }
  const edit = ({ id }: MessageRow, text: string) => actor.act(ADA, id, { kind: 'edit', text });
  /** What is stored of a message: in its row, and in the history. */
  async function stored({ id, wire_id: wireId }: MessageRow) {
    const [row] = await world.database.query<{
      text: string;
      edited: boolean;
      revoked: boolean;
      shown: string;
    }>(
      `SELECT m.text, m.edited_at IS NOT NULL AS edited, m.revoked_at IS NOT NULL AS revoked, c.text AS shown
       FROM messages AS m JOIN chat_messages AS c ON c.wire_id = $2 WHERE m.id = $1`,
      [id, wireId],
    );
    return row!;
  }

  it('is nothing that the owner wrote, when another device gets a copy of it', async () => {
    const row = await sent();
    await edit(row, 'at ten?');
    await world.comesIn({
      ...{ kind: 'edited', id: ownIds.at(-1)!, chatId: ADA, names: [ADA], from: null, fromName: null },
      ...{ isGroup: false, sentFromPhone: true, targetWireId: row.wire_id, type: 'text', text: 'at ten?' },
      ...{ media: null, at: world.clock.now() },
    });
    expect(await world.database.query('SELECT FROM takeovers')).toEqual([]);
  });

  it('is stored once WhatsApp has accepted it', async () => {
    const row = await sent();
    await edit(row, 'at ten?');
    expect(await stored(row)).toEqual({ text: 'at ten?', shown: 'at ten?', edited: true, revoked: false });
    expect(await world.told(row.id)).toEqual(['message.queued', 'message.sending', 'message.sent']);
  });

  it('changes nothing while the link is down', async () => {
    const row = await sent();
    fails = 'link';
    await expect(edit(row, 'at ten?')).rejects.toMatchObject({ reason: 'link_down', mayPass: true });
    expect(await stored(row)).toEqual({ text: 'at nine?', shown: 'at nine?', edited: false, revoked: false });
  });

  it('waits for the message itself: none overtakes it on its way', async () => {
    const row = await claimed();
    await expect(edit(row, 'at ten?')).rejects.toMatchObject({
      mayPass: false,
      message: expect.stringMatching(/being sent right now/),
    });
    await world.accepted(row);
    await edit(row, 'at ten?');
    expect(wire).toHaveLength(1);
  });

  it('goes out and is stored in one order, however many come at once', async () => {
    const row = await sent();
    await Promise.all(['one', 'two', 'three'].map((text) => edit(row, text)));
    const last = wire.at(-1)!.act as { text: string };
    expect((await stored(row)).text).toBe(last.text);
  });

  it('ends in the same state if it is repeated after a crash between WhatsApp and the store', async () => {
    const acts = fc.constantFrom<ChatAct>(
      { kind: 'edit', text: 'a' },
      { kind: 'edit', text: 'b' },
      { kind: 'revoke' },
      { kind: 'react', emoji: '👍' },
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(acts, fc.boolean()), { minLength: 1, maxLength: 5 }),
        async (steps) => {
          const row = await sent('start');
          const expected = { text: 'start', revoked: false };
          for (const [act, crashes] of steps) {
            const run = () => actor.act(ADA, row.id, act).catch((error: Error) => error.message);
            if (crashes) {
              fails = 'store';
              await run();
              fails = null;
            }
            await run();
            if (act.kind === 'edit' && !expected.revoked) expected.text = act.text;
            if (act.kind === 'revoke') expected.revoked = true;
          }
          const { text, revoked, shown } = await stored(row);
          expect({ text, revoked }).toEqual(expected);
          expect(shown).toBe(expected.revoked ? null : expected.text);
        },
      ),
      { numRuns: 25 },
    );
  });

  it('is refused too late, unless it is a repeat', async () => {
    const row = await sent();
    const other = await sent();
    await edit(row, 'at ten?');
    await actor.act(ADA, row.id, { kind: 'react', emoji: '👍' });
    world.clock.jump(EDITABLE_MS + 60_000);
    await edit(row, 'at ten?');
    await expect(edit(row, 'at eleven?')).rejects.toMatchObject({
      mayPass: false,
      message: expect.stringMatching(/15 minutes/),
    });
    await actor.act(ADA, row.id, { kind: 'revoke' });
    world.clock.jump(REVOCABLE_MS);
    await actor.act(ADA, row.id, { kind: 'revoke' });
    await expect(actor.act(ADA, other.id, { kind: 'revoke' })).rejects.toMatchObject({
      message: expect.stringMatching(/60 hours/),
    });
    expect(wire.map(({ act: { kind } }) => kind)).toEqual(['edit', 'react', 'revoke']);
  });

  it('is refused for what is gone', async () => {
    await expect(actor.act(ADA, 'msg_gone', { kind: 'revoke' })).rejects.toMatchObject({ reason: 'gone' });
  });
});
