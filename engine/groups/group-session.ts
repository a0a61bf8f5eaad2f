import { isLinked } from '../domain/link-state';
import type { Mode } from '../domain/mode';
import { EngineError } from '../errors';
import type { AskOwner } from '../sessions/ask-owner';
import { senderChooser } from '../sessions/senders';
import type { Sql } from '../store/sql/database';
import { listChatsOf } from '../store/tables/chats';
import { listSessions, type SessionRow } from '../store/tables/sessions';
import type { GroupAct, GroupAnswers } from '../transport/group-acts';

export type { CreatedOnce } from '../transport/group-acts';

export interface GroupDependencies {
  database: Sql;
  askOwner: AskOwner;
}

/**
 * The linked number that acts in a group: the one that the request names, the only one, or the only one that has a chat
 * with the group or channel.
 * @param from a linked number; null: any
 * @throws EngineError an error of the sender chooser
 */
export async function sessionFor(
  sql: Sql,
  mode: Mode,
  group: string | null,
  from: string | undefined,
): Promise<Pick<SessionRow, 'id' | 'phone'>> {
  const choose = await senderChooser(sql, mode);
  try {
    return choose(from);
  } catch (error) {
    if (!(error instanceof EngineError) || error.code !== 'ambiguous_session' || group === null) throw error;
    const chats = new Set((await listChatsOf(sql, mode, [group])).map((chat) => chat.session_id));
    const linked = (await listSessions(sql, mode)).filter(isLinked);
    const [only, ...others] = linked.filter(({ id }) => chats.has(id));
    if (!only || others.length > 0) throw error;
    return only;
  }
}

/**
 * Has the owner of a session do something in a group.
 * @throws EngineError `not_found` if the number is in no such group, `conflict` if WhatsApp refuses, `unavailable` while it
 * cannot be asked
 */
export async function askGroup<Act extends GroupAct>(
  { askOwner }: GroupDependencies,
  sessionId: string,
  act: Act,
): Promise<GroupAnswers[Act['do']]> {
  return (await askOwner(sessionId, { kind: 'group', act })) as GroupAnswers[Act['do']];
}
