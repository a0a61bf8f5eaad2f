import { presentChatMessage } from '../../../engine/chats/present-chat-message';
import { showChat, showChats } from '../../../engine/chats/show-chats';
import { showChatMessages } from '../../../engine/chats/show-messages';
import { newMessageRow } from '../../../engine/changes/new-message-row';
import { storeNewMessages } from '../../../engine/changes/message-changes';
import { newWireId } from '../../../engine/domain/ids';
import type { MessageRow } from '../../../engine/store/tables/messages';
import { findWho } from '../../../engine/store/tables/person-names';
import type { Inbound } from '../../../engine/transport/transport';
import { StoreWorld } from '../sequences/store-world';

export const NUMBER = '5511987650001@c.us';
export const GROUP = '120363000000000001@g.us';

/** What happens in chats, and what is shown of them. */
export function chatActs(world: () => StoreWorld) {
  /** Something comes in, a second after what came before. @returns its id */
  async function comesIn(given: Partial<Inbound> = {}): Promise<string> {
    world().clock.jump(1_000);
    const { chatId = NUMBER, id = newWireId() } = given;
    await world().comesIn({
      ...{ kind: 'message', id, chatId, names: [chatId], from: null, fromName: null },
      ...{ isGroup: chatId.endsWith('@g.us'), targetWireId: null, type: 'text', text: 'hello', media: null },
      at: world().clock.now(),
      ...given,
    });
    return id;
  }
  const fromPhone = { sentFromPhone: true, from: '+15005550100' };
  const inGroup = (name: string) => ({ chatId: GROUP, names: [name], author: name });

  /** WhatsApp accepts a message. @param disappearsInS its chat's timer */
  async function sent(chatId: string, fields: Partial<MessageRow> = {}, disappearsInS?: number) {
    world().clock.jump(1_000);
    const who = (await findWho(world().database, 'test', [chatId]))(chatId);
    const row = newMessageRow({
      ...{ mode: 'test', session_id: world().session.id, from_phone: '+15005550100', recipient: chatId },
      ...{ chat_id: chatId, who, type: 'text', text: 'hi', priority: 1, due_at: new Date(0) },
      created_at: new Date(world().clock.now()),
      ...fields,
    });
    await world().transact(async (work) => storeNewMessages(work, [row]));
    await world().claim();
    await world().accepted(row, disappearsInS);
    return row;
  }
  const messagesOf = async (chat: string, query: object = {}) => {
    const rows = await showChatMessages(world().database, 'test', chat, query, 'asc', 50, null);
    return rows.map((row) => presentChatMessage(row, (id) => `file ${id}`));
  };
  const textsOf = async (chat: string, query: object = {}) =>
    (await messagesOf(chat, query)).map(({ text }) => text);
  const chat = (given: string) => showChat(world().database, 'test', given, new Date(world().clock.now()));
  const chats = async () =>
    (await showChats(world().database, 'test', {}, 50, null, new Date(world().clock.now()))).map(
      ({ shown }) => shown,
    );

  return { comesIn, fromPhone, inGroup, sent, messagesOf, textsOf, chat, chats };
}
