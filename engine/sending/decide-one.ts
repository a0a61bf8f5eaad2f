import { decide } from '../domain/messages/send-decision';
import { humanHasTheChat } from '../domain/waiting/sentences';
import {
  canceled,
  canceledByTakeover,
  claimed,
  failed,
  queued,
  type MessageChange,
} from '../changes/message-changes';
import type { Sql } from '../store/sql/database';
import type { MessageRow } from '../store/tables/messages';
import { findOptedOut } from '../store/tables/opt-outs';
import { findStoppedRecurrences } from '../store/tables/recurrences';
import { findEnded } from '../store/tables/sequences';
import { findHumans, type TakeoverRow } from '../store/tables/takeovers';

/** Why due messages are not sent now, or not at all. */
export interface Unwanted {
  /** Who has opted out of campaigns, sequences and recurring messages. */
  optedOut: Set<string>;
  /** Sequences that have ended, and recurrences that were stopped. */
  ended: Set<string>;
  /** The chats that people have. */
  humans: TakeoverRow[];
}

export async function findUnwanted(sql: Sql, rows: MessageRow[], now: Date): Promise<Unwanted> {
  const sequences = rows.flatMap((row) => row.sequence_id ?? []);
  const recurrences = rows.flatMap((row) => row.recurrence_id ?? []);
  const whos = rows.filter(isBulk).map((row) => row.who);
  return {
    optedOut: whos.length > 0 ? await findOptedOut(sql, rows[0]!.mode, whos) : new Set(),
    ended: new Set([
      ...(sequences.length > 0 ? await findEnded(sql, sequences) : []),
      ...(recurrences.length > 0 ? await findStoppedRecurrences(sql, recurrences) : []),
    ]),
    humans: await findHumans(sql, rows.filter(stopsForHumans), now),
  };
}

/** People who opted out still get single messages. */
export const isBulk = (row: MessageRow): boolean => (row.campaign_id ?? ongoingOf(row)) !== null;

/** The sequence or recurrence that a message belongs to. */
const ongoingOf = (row: MessageRow): string | null => row.sequence_id ?? row.recurrence_id;

/** Whether a message does not go while a person has the chat. */
export const stopsForHumans = (row: MessageRow): boolean =>
  (row.only_while_bot || row.cancel_on_takeover) ?? false;

/** What happens to a due message now. */
export function decideOne(row: MessageRow, { optedOut, ended, humans }: Unwanted, now: Date): MessageChange {
  // What it belongs to was stopped during the hand-over, and nothing reached the wire.
  if (ended.has(ongoingOf(row) ?? '') && row.handed_over_at === null) return canceled(row, now);
  const decision = decide(
    {
      expiresAt: row.expires_at?.getTime() ?? null,
      sendWindow: row.send_window,
      optedOut: isBulk(row) && optedOut.has(row.who),
    },
    now.getTime(),
  );
  if (decision.do === 'fail') return failed(row, decision.reason, now);
  const human =
    stopsForHumans(row) &&
    humans.find(({ who, session_id: session }) => who === row.who && session === row.session_id);
  if (human && row.cancel_on_takeover) return canceledByTakeover(row, now);
  if (decision.do === 'wait') return queued(row, new Date(decision.until));
  if (human) return queued(row, row.due_at, humanHasTheChat(human.human_until, row.send_window, now));
  return claimed(row, now);
}

/** Whether somebody can stop a message: its recipient by an opt-out or an answer, or the owner who takes over the chat. */
export function mayBecomeUnwanted(message: MessageRow): boolean {
  return isBulk(message) || message.cancel_on_reply || stopsForHumans(message);
}
