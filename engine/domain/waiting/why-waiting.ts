import { earliestTurn, notBefore } from '../pacing/earliest-turn';
import { openEnd, opening, turnRules, type PendingMessage, type SendingSession } from './message-turn';
import type { QueueFront } from './queue-front';
import type { WaitingReason } from './waiting-for';

/** Why a message has not gone. */
export interface Wait {
  reason: WaitingReason;
  /** Epoch milliseconds: before then it does not go, and then this reason ends. Null: nobody knows when. */
  until: number | null;
  /** Other messages of the session will go before it. */
  isBehind: boolean;
}

/**
 * Why a pending message has not gone; null if it may go now. From the rules that also decide: the pacer, `decide`, and what
 * a claim passes over. As long as nothing else changes and no other message goes first, it goes at `until`.
 *
 * What nobody knows the end of, such as a link that is down, counts only once the message is due: until then, it is not
 * why the message waits.
 */
export function whyWaiting(
  message: PendingMessage,
  session: SendingSession,
  front: Pick<QueueFront, 'isBehind'>,
  now: number,
): Wait | null {
  const open = (reason: WaitingReason): Wait => ({ reason, until: null, isBehind: false });
  if (message.held) return open('campaign_paused');
  const isDue = message.dueAt <= now;
  if (isDue) {
    const reason = openEnd(message, session);
    if (reason !== null) return open(reason);
  }
  const turn = earliestTurn<WaitingReason>(now, [
    ...notBefore(message.dueAt, dueReason(message)),
    ...turnRules(message, session, now),
  ]);
  const isBehind = isDue && front.isBehind(message, turn.at);
  if (isBehind && (turn.by === null || turn.by === 'gap'))
    return { reason: 'earlier_message', until: null, isBehind };
  if (turn.by === null) return null;
  return { reason: turn.by, until: turn.at === Infinity ? null : turn.at, isBehind };
}

/** Why it is not due yet: its time, its window, or the pause after an attempt. */
function dueReason({ dueAt, sendAt, sendWindow, wasTried }: PendingMessage): WaitingReason {
  if (sendAt === dueAt) return 'send_at';
  if (sendWindow && opening(sendWindow, dueAt - 1) === dueAt) return 'send_window';
  return wasTried ? 'link_down' : 'send_at';
}
