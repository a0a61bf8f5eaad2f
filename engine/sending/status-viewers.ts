import { MOST_VIEWERS, STATUS } from '../domain/messages/status-post';
import type { Sql } from '../store/sql/database';
import { findAudience } from '../store/tables/audiences';
import { viewersIn } from '../store/tables/contacts';
import type { MessageRow } from '../store/tables/messages';
import { TransportError } from '../transport/transport';

/**
 * Who sees a status: the people who are in its audience now and have not opted out, as chat ids. Undefined for any other
 * message.
 * @throws TransportError if there is nobody, the audience is gone, or it has grown too large
 */
export async function statusViewers(sql: Sql, message: MessageRow): Promise<string[] | undefined> {
  const { mode, chat_id: chatId, audience_id: audienceId } = message;
  if (chatId !== STATUS || audienceId === null) return undefined;
  if (!(await findAudience(sql, mode, audienceId)))
    throw new TransportError('audience_gone', false, 'The audience of the status was deleted.');
  const viewers = await viewersIn(sql, mode, audienceId, MOST_VIEWERS + 1);
  if (viewers.length === 0)
    throw new TransportError('no_viewers', false, 'Nobody in the audience of the status can see it.');
  if (viewers.length > MOST_VIEWERS) {
    const message = `The audience of the status has more than ${MOST_VIEWERS} people. Use a smaller one.`;
    throw new TransportError('too_many_viewers', false, message);
  }
  return viewers;
}
