import { isPending } from '../domain/messages/message-status';
import { humanHasTheChat, type WaitingFor } from '../domain/messages/waiting-for';
import type { Sql } from '../store/sql/database';
import type { MessageRow } from '../store/tables/messages';
import { findHumans } from '../store/tables/takeovers';
import { presentMessage } from './present-message';

/** Why each of these messages has not gone, although it is due; asks only about messages that may wait. */
export async function findWaitingFor(
  sql: Sql,
  rows: readonly MessageRow[],
  now: Date,
): Promise<(row: MessageRow) => WaitingFor | null> {
  const mayWait = (row: MessageRow): boolean =>
    row.only_while_bot === true && !row.cancel_on_takeover && isPending(row.status) && row.due_at <= now;
  const humans = await findHumans(sql, rows.filter(mayWait), now);
  return (row) => {
    const human = humans.find(
      ({ who, session_id: session }) => who === row.who && session === row.session_id,
    );
    return human && mayWait(row) ? humanHasTheChat(human.human_until) : null;
  };
}

/** Messages as the API shows them. */
export async function presentMessages(sql: Sql, rows: readonly MessageRow[], now: Date) {
  const waitingFor = await findWaitingFor(sql, rows, now);
  return rows.map((row) => presentMessage(row, waitingFor(row)));
}
