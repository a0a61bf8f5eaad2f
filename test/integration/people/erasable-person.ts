import { newMessageRow } from '../../../engine/changes/new-message-row';
import { storeNewMessages } from '../../../engine/changes/message-changes';
import { whoOf } from '../../../engine/domain/people/person-id';
import type { MessageRow } from '../../../engine/store/tables/messages';
import { findWho } from '../../../engine/store/tables/person-names';
import type { StoreWorld } from '../sequences/store-world';

export const PHONE = '+5511987650001';
export const NUMBER = '5511987650001@c.us';
export const OTHER_FORM = '551187650001@c.us';
export const LID = '123456789012345@lid';
export const NAME = 'Ana Quaresma';
export const USERNAME = 'ana.q';
export const GROUP = '120363000000000001@g.us';
/** Anything of the person, in the forms in which it may be stored. */
export const PERSONAL = [
  '5511987650001',
  '551187650001',
  '123456789012345',
  NAME,
  USERNAME,
  'secret-',
  whoOf('test', NUMBER),
];
export const SOMEONE = '14155551234@c.us';

/** A message to somebody, due in a minute, with what should be gone once they are erased. */
export function addMessage(
  world: StoreWorld,
  chatId: string,
  fields: Partial<MessageRow> = {},
): Promise<MessageRow> {
  return world.transact(async (work) => {
    const who = (await findWho(work.sql, 'test', [chatId]))(chatId);
    const due = new Date(world.clock.now() + 60_000);
    const row = newMessageRow({
      ...{ mode: 'test', session_id: world.session.id, from_phone: null, type: 'text', text: 'secret-text' },
      ...{ recipient: chatId, chat_id: chatId, who, priority: 1, created_at: work.now, send_at: due },
      ...{ due_at: due, reference: 'secret-reference' },
      ...fields,
    });
    storeNewMessages(work, [row]);
    return row;
  });
}

/** The message as it is stored now. */
export async function storedMessage(world: StoreWorld, { id }: { id: string }): Promise<MessageRow> {
  return (await world.database.query<MessageRow>('SELECT * FROM messages WHERE id = $1', [id]))[0]!;
}
