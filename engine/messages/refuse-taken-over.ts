import { EngineError, MOST_DETAILS, sentenceOf } from '../errors';
import type { Sql } from '../store/sql/database';
import type { MessageRow } from '../store/tables/messages';
import { findHumans } from '../store/tables/takeovers';

/**
 * Refuses messages that would be canceled at once, because a person has their chat.
 * @param pathOf the i-th message's path in the body; absent if the body is the message
 * @throws EngineError `conflict`, whose details name each of them
 */
export async function refuseTakenOver(
  sql: Sql,
  rows: readonly Pick<MessageRow, 'who' | 'session_id' | 'cancel_on_takeover'>[],
  now: Date,
  pathOf: (index: number) => string = () => '',
): Promise<void> {
  const humans = await findHumans(
    sql,
    rows.filter((row) => row.cancel_on_takeover),
    now,
  );
  const details = rows.flatMap((row, index) => {
    const human = humans.find(
      ({ who, session_id: session }) => who === row.who && session === row.session_id,
    );
    if (!human || !row.cancel_on_takeover) return [];
    const until = human.human_until ? ` until ${human.human_until.toISOString()}` : '';
    const path = [pathOf(index), 'to'].filter((part) => part !== '').join('.');
    const message = `is a chat that a person has${until}. Give the chat back first, or use only_while_bot to wait.`;
    return [{ path, code: 'human_has_the_chat', message }];
  });
  const [first] = details;
  if (first)
    throw new EngineError('conflict', sentenceOf(first), { details: details.slice(0, MOST_DETAILS) });
}
