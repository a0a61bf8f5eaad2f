import { isLinked } from '../domain/link-state';
import type { Mode } from '../domain/mode';
import { parseRecipient } from '../domain/messages/recipient';
import { EngineError, sentenceOf } from '../errors';
import type { Sql } from '../store/sql/database';
import { listSessions, type SessionRow } from '../store/tables/sessions';
import { NOT_LINKED } from './not-linked';

/** Chooses the session that sends: `from` where given, else the only one that is linked. */
export type SenderChooser<Sender = SessionRow> = (from: string | undefined) => Sender;

/** Reads the sessions of a mode once, for any number of messages. */
export async function senderChooser(sql: Sql, mode: Mode): Promise<SenderChooser> {
  return chooserAmong(await listSessions(sql, mode));
}

/** The chooser throws `from_not_linked`, `no_active_session` or `ambiguous_session`. */
export function chooserAmong(sessions: readonly SessionRow[]): SenderChooser {
  const linked = sessions.filter(isLinked);
  const numbers = linked.map((session) => session.phone).join(', ');
  return (from) => {
    if (from !== undefined) {
      const parsed = parseRecipient(from);
      const match = parsed.ok && linked.find((session) => session.phone === parsed.phone);
      if (match) return match;
      const fix = numbers ? `Use a linked one: ${numbers}.` : 'Link it first.';
      const message = `is not a linked number. ${fix}`;
      const detail = { path: 'from', code: 'from_not_linked', message };
      throw new EngineError('from_not_linked', sentenceOf(detail), { details: [detail] });
    }
    const [only, ...others] = linked;
    if (!only) {
      throw new EngineError('no_active_session', NOT_LINKED);
    }
    if (others.length > 0) {
      throw new EngineError(
        'ambiguous_session',
        `Several numbers are linked (${numbers}). Set from to the one that sends.`,
      );
    }
    return only;
  };
}
