import fc from 'fast-check';
import { loadBaileys, type Baileys } from '../../../../../engine/transport/baileys/baileys';
import { olderMessages } from '../../../../../engine/transport/baileys/history/older-inbound';
import { decodedMessage, openHistory } from '../../../../../engine/transport/baileys/history/open-history';
import type { InboundTools } from '../../../../../engine/transport/baileys/tools';
import { SmallMemory } from '../small-memory';

const LID = '123456789012345@lid';
const NUMBER = '14155551234@s.whatsapp.net';

describe('a history that the phone shared', () => {
  let baileys: Baileys;
  beforeAll(async () => {
    baileys = await loadBaileys();
  });
  const message = (id: string, more: object = {}) => ({
    message: { key: { remoteJid: LID, id }, message: { conversation: id }, ...more },
  });
  const encoded = (content: object): Uint8Array =>
    baileys.proto.HistorySync.encode(content as never).finish();
  const idOf = (bytes: Uint8Array) => baileys.proto.WebMessageInfo.decode(bytes).key?.id;

  it('opens as Baileys would decode it: the chats, their messages, and everything else', async () => {
    const ids = fc.array(fc.string({ minLength: 1, maxLength: 12 }), { maxLength: 6 });
    const chat = fc.record({ id: fc.string({ minLength: 1 }), name: fc.string({ minLength: 1 }), ids });
    const lists = fc.record({ chats: fc.array(chat, { maxLength: 5 }), names: ids, progress: fc.nat(100) });
    await fc.assert(
      fc.asyncProperty(lists, async ({ chats, names, progress }) => {
        const bytes = encoded({
          ...{ syncType: 3, progress, pushnames: names.map((id) => ({ id, pushname: 'x' })) },
          conversations: chats.map(({ id, name, ids: all }) => ({
            id,
            name,
            messages: all.map((one) => message(one)),
          })),
        });
        const whole = baileys.proto.HistorySync.decode(bytes);
        const opened = await openHistory(bytes, baileys);
        expect(opened.chats.map(({ messages }) => messages.map(idOf))).toEqual(
          chats.map(({ ids: all }) => all),
        );
        for (const one of whole.conversations) one.messages = [];
        expect(opened.rest).toEqual(whole);
      }),
      { numRuns: 50 },
    );
  });

  it('tells the number of a person in a chat by lid, which is in the receipts of what the owner wrote', async () => {
    const receipt = (userJid: string) => ({
      key: { remoteJid: LID, id: 'x', fromMe: true },
      userReceipt: [{ userJid }],
    });
    const opened = await openHistory(
      encoded({
        syncType: 0,
        conversations: [
          { id: LID, messages: [message('A'), { message: receipt(LID) }, { message: receipt(NUMBER) }] },
          { id: LID, messages: [message('A', { userReceipt: [{ userJid: NUMBER }] })] },
          { id: '120363000000000001@g.us', messages: [{ message: receipt(NUMBER) }] },
        ],
      }),
      baileys,
    );
    expect(opened.chats.map(({ chat }) => chat.pnJid ?? null)).toEqual([NUMBER, null, null]);
  });

  it('is read in spite of a message that is damaged', async () => {
    const [conversation, messages, content] = [0x12, 0x12, 0x0a];
    const field = (tag: number | undefined, ...parts: Uint8Array[]): Buffer => {
      const inside = Buffer.concat(parts);
      return Buffer.concat([Buffer.from([tag!, inside.length]), inside]);
    };
    const damaged = Buffer.from([0x0a, 0xff, 0xff]);
    const key = { remoteJid: LID, id: 'A' };
    const good = baileys.proto.WebMessageInfo.encode({ key, message: { conversation: 'hi' } }).finish();
    const chat = field(
      conversation,
      field(0x0a, Buffer.from(LID)),
      ...[damaged, good].map((bytes) => field(messages, field(content, bytes))),
    );
    const opened = await openHistory(chat, baileys);
    expect(opened.chats).toHaveLength(1);
    const memory = new SmallMemory();
    const me = { jid: NUMBER, lid: null };
    const tools = { baileys, memory, me, phoneOfLid: () => Promise.resolve(null) } as unknown as InboundTools;
    const found = [];
    for await (const { place } of olderMessages(opened.chats[0]!, Date.now(), tools))
      found.push(place.wireId);
    expect(found).toEqual(['A']);
  });

  it('lets others have their turn, however large it is', async () => {
    const messages = Array.from({ length: 500 }, (_one, index) => message(`3EB0${index}`));
    const conversations = Array.from({ length: 100 }, (_one, index) => ({ id: `${index}@lid`, messages }));
    const bytes = encoded({ syncType: 3, conversations });
    let turns = 0;
    const counting = setInterval(() => (turns += 1), 0);
    const opened = await openHistory(bytes, baileys);
    clearInterval(counting);
    expect(opened.chats).toHaveLength(100);
    expect(turns).toBeGreaterThan(2);
  });

  it.each([
    ['cut short', (bytes: Uint8Array) => bytes.subarray(0, -3)],
    ['no history', () => Buffer.from([0x12, 0x03, 0x0a, 0xff, 0xff])],
  ])('is refused, or has no message that can be read, if it is %s', async (_what, damage) => {
    const bytes = encoded({ syncType: 3, conversations: [{ id: LID, messages: [message('A')] }] });
    const opened = await openHistory(damage(bytes), baileys).catch(() => null);
    const messages = opened?.chats.flatMap((chat) => chat.messages) ?? [];
    expect(messages.filter((bytes) => decodedMessage(bytes, baileys))).toEqual([]);
  });
});
