import { newId, newWireId } from '../../../engine/domain/ids';
import type { MessageRow } from '../../../engine/store/tables/messages';
import type { StoreWorld } from '../sequences/store-world';

export const DAY = 24 * 3_600_000;

/** Puts rows of any age into a store. */
export function oldRows(world: () => StoreWorld) {
  const insert = async (table: string, row: object): Promise<void> => {
    await world().database.query(
      `INSERT INTO ${table} SELECT * FROM jsonb_populate_record(NULL::${table}, $1::jsonb)`,
      [JSON.stringify(row)],
    );
  };
  const ago = (days: number): Date => new Date(world().clock.now() - days * DAY);
  return {
    insert,
    ago,
    /** A message that was read so many days ago, unless `fields` say otherwise. @returns its id */
    async message(
      days: number,
      fields: Partial<Omit<MessageRow, 'media'>> & { media?: object } = {},
    ): Promise<string> {
      const at = ago(days);
      const id = newId('message');
      await insert('messages', {
        ...{
          id,
          mode: 'test',
          session_id: world().session.id,
          recipient: '+14155550001',
          chat_id: '14155550001@c.us',
        },
        ...{
          who: 'per_1',
          type: 'text',
          text: 'x',
          priority: 1,
          status: 'read',
          wire_id: newWireId(),
          revision: 1,
        },
        ...{ attempts: 1, unacknowledged: 0, cancel_on_reply: false, held: false, new_contact: false },
        ...{ due_at: at, created_at: at, sent_at: at, read_at: at },
        ...fields,
      });
      return id;
    },
    async ids(table: string): Promise<string[]> {
      const rows = await world().database.query<{ id: string }>(`SELECT id FROM ${table} ORDER BY id`);
      return rows.map(({ id }) => id);
    },
  };
}

/** A message that waits to be sent. */
export const PENDING = { status: 'scheduled', sent_at: null, read_at: null } as const;
