import { isPending } from '../domain/messages/message-status';
import { humanHasTheChat } from '../domain/waiting/sentences';
import type { WaitingFor } from '../domain/waiting/waiting-for';
import type { Sql } from '../store/sql/database';
import type { MessageRow } from '../store/tables/messages';
import { findHumans } from '../store/tables/takeovers';

/** Which of these messages, due now, wait because a person has their chat: what their events say. */
export async function findHeldByHumans(
  sql: Sql,
  rows: readonly MessageRow[],
  now: Date,
): Promise<(row: MessageRow) => WaitingFor | null> {
  const mayWait = (row: MessageRow): boolean => waitsForBot(row) && row.due_at <= now;
  const humans = await findHumans(sql, rows.filter(mayWait), now);
  return (row) => {
    const human = humans.find(
      ({ who, session_id: session }) => who === row.who && session === row.session_id,
    );
    return human && mayWait(row) ? humanHasTheChat(human.human_until, row.send_window, now) : null;
  };
}

/** Whether a message waits while a person has its chat. */
export const waitsForBot = (row: MessageRow): boolean =>
  row.only_while_bot === true && !row.cancel_on_takeover && isPending(row.status);
