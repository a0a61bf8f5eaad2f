import type { Clock } from '../../async/clock';
import { longestText, whyNot } from '../../domain/chats/act-rules';
import { wireKey } from '../../domain/messages/wire-key';
import type { Mode } from '../../domain/mode';
import { EngineError, invalidRequest } from '../../errors';
import type { AskOwner } from '../../sessions/ask-owner';
import type { Sql } from '../../store/sql/database';
import { findSession } from '../../store/tables/sessions';
import type { ChatAct } from '../../transport/chat-acts';
import { isDone } from './chat-actor';
import { findTarget, type FoundMessage } from './find-target';

export interface ActDependencies {
  database: Sql;
  askOwner: AskOwner;
  clock: Clock;
}

/**
 * Does something to a message of a chat, by the number that has it, and resolves when it is stored.
 * @param given see `whosOfChat`
 * @param key see `findTarget`
 * @returns the message as it was found before
 * @throws EngineError `not_found`, `invalid_request`, `conflict` if it is not possible (any more), or `unavailable` while
 * the number is not connected; then nothing has changed
 */
export async function actOnMessage(
  { database, askOwner, clock }: ActDependencies,
  mode: Mode,
  given: string,
  key: string,
  act: ChatAct,
): Promise<FoundMessage> {
  const found = await findTarget(database, mode, given, key);
  if (act.kind === 'edit') checkText(act.text, found.facts.type);
  // A request that is repeated is not too late.
  if (isDone(found, act)) return found;
  const why = whyNot(act.kind, found.facts, clock.now());
  if (why !== null) throw new EngineError('conflict', why);
  if (!(await findSession(database, mode, found.sessionId)))
    throw new EngineError('conflict', 'The number that this chat is with is no longer linked here.');
  // One name for each message, so that what is done to it keeps its order.
  const name = found.own?.id ?? wireKey(found.target);
  await askOwner(found.sessionId, { kind: 'chat_act', chat: given, key: name, act });
  return found;
}

/** A caption has fewer characters than a text. */
function checkText(text: string, type: string): void {
  const most = longestText(type);
  if (most === null || text.length <= most) return;
  throw invalidRequest([
    {
      path: 'text',
      code: 'too_big',
      message: `has ${text.length} characters, but a caption may have ${most}.`,
    },
  ]);
}
