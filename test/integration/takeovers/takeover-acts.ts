import { saveTakeoverHours } from '../../../engine/store/tables/session-settings';
import { newMessageRow } from '../../../engine/changes/new-message-row';
import { storeNewMessages } from '../../../engine/changes/message-changes';
import { WaitingReasons } from '../../../engine/waiting/waiting-reasons';
import { showChat } from '../../../engine/chats/show-chats';
import { newWireId } from '../../../engine/domain/ids';
import { findMessage, type MessageRow } from '../../../engine/store/tables/messages';
import { findWho } from '../../../engine/store/tables/person-names';
import { editChat } from '../../../engine/takeovers/edit-chat';
import { giveBackEnded } from '../../../engine/takeovers/give-back';
import type { Inbound } from '../../../engine/transport/transport';
import type { StoreWorld } from '../sequences/store-world';

export const ADA = '14155551234@c.us';
export const GROUP = '120363000000000001@g.us';
export const LID = '123456789012345@lid';
export const HOUR = 3_600_000;

/** Nobody has written yet, and the owner has a chat for twelve hours. */
export async function emptied(world: StoreWorld): Promise<void> {
  await world.database.query(
    'TRUNCATE takeovers, chat_messages, chats, messages, sequences, inbound_messages, awaited_messages, people, person_names, known_contacts, events CASCADE',
  );
  await world.transact((work) => saveTakeoverHours(work.sql, world.session.id, 12));
}

/** What happens in chats, and what is told of it. */
export function takeoverActs(world: () => StoreWorld) {
  const now = () => new Date(world().clock.now());
  /** The owner does something on the phone, or somebody writes. @returns its id */
  async function comesIn(given: Partial<Inbound> = {}): Promise<string> {
    world().clock.jump(1_000);
    const { chatId = ADA, id = newWireId() } = given;
    const isGroup = chatId.endsWith('@g.us');
    await world().comesIn({
      ...{ kind: 'message', id, chatId, names: isGroup ? [] : [chatId], from: null, fromName: null, isGroup },
      ...{ targetWireId: null, type: 'text', text: 'hello', media: null, at: world().clock.now() },
      ...given,
    });
    return id;
  }
  const ownerWrites = (given: Partial<Inbound> = {}) =>
    comesIn({ sentFromPhone: true, from: '+15005550100', ...given });
  const chat = async (given = ADA) => showChat(world().database, 'test', given, now());
  const edit = (body: Parameters<typeof editChat>[3], given = ADA) =>
    world().transact((work) => editChat(work, 'test', given, body));
  const sweep = () => giveBackEnded(world().transact);
  const told = async (): Promise<[string, string][]> => {
    const rows = await world().database.query<{ type: string; by: string }>(
      `SELECT type, data::jsonb->>'by' AS by FROM events WHERE type LIKE 'chat.%' ORDER BY id`,
    );
    return rows.map(({ type, by }) => [type, by]);
  };
  const handledBy = async (type: string): Promise<string[]> => {
    const rows = await world().database.query<{ by: string }>(
      `SELECT data::jsonb->>'handled_by' AS by FROM events WHERE type = $1 ORDER BY id`,
      [type],
    );
    return rows.map(({ by }) => by);
  };

  async function message(fields: Partial<MessageRow> = {}): Promise<MessageRow> {
    const { chat_id = ADA } = fields;
    const who = (await findWho(world().database, 'test', [chat_id]))(chat_id);
    const row = newMessageRow({
      ...{ mode: 'test', session_id: world().session.id, from_phone: '+15005550100', recipient: chat_id },
      ...{ chat_id, who, type: 'text', text: 'hi', priority: 1, due_at: now(), created_at: now() },
      ...fields,
    });
    await world().transact(async (work) => storeNewMessages(work, [row]));
    return row;
  }
  const stored = async ({ id }: MessageRow) => (await findMessage(world().database, 'test', id))!;
  const status = async (row: MessageRow) => (await stored(row)).status;
  const shown = async (row: MessageRow) =>
    (await new WaitingReasons(null).present(world().database, [await stored(row)], now()))[0]!;
  const claimed = async (): Promise<string[]> =>
    (await world().claim()).claims.map(({ message: { id } }) => id);

  return {
    now,
    comesIn,
    ownerWrites,
    chat,
    edit,
    sweep,
    told,
    handledBy,
    message,
    status,
    stored,
    shown,
    claimed,
  };
}
