import { z } from 'zod';
import type { Mode } from '../domain/mode';
import type { Sql } from '../store/sql/database';
import { listPeople } from '../store/tables/listed-people';
import { findNamesOf } from './find-person';

/** Contacts in responses, as published. */
export const ChatContactSchema = z.object({
  chat_id: z.string(),
  name: z.string().nullable().describe('the name that they gave themselves on WhatsApp'),
  is_business: z.boolean().describe('WhatsApp has said so with a message of theirs'),
  person_id: z.string(),
});

/** People whom a session has written to or heard from, newest first, each with their place in the list. */
export async function showContacts(
  sql: Sql,
  mode: Mode,
  limit: number,
  before: { at: Date; key: string } | null,
): Promise<{ created_at: Date; shown: z.output<typeof ChatContactSchema> }[]> {
  const rows = await listPeople(sql, mode, {}, limit, before);
  const names = await findNamesOf(
    sql,
    mode,
    rows.map(({ id }) => id),
  );
  return rows.map(({ id, phone, name, is_business: isBusiness, created_at: at }) => {
    const chatId = phone ?? names.get(id)?.[0] ?? id;
    return { created_at: at, shown: { chat_id: chatId, name, is_business: isBusiness, person_id: id } };
  });
}
