import { isUp, LINKED_STATES, type LinkState } from '../link-state';
import { decide } from '../messages/send-decision';
import { notBefore, type TurnRule } from '../pacing/earliest-turn';
import type { Candidate, Pacer } from '../pacing/pacer';
import type { SendWindow } from '../time/send-window';
import { REASON_OF_PACE, type WaitingReason } from './waiting-for';

/** A message that was not sent yet. Times in epoch milliseconds, null for none. */
export interface PendingMessage {
  id: string;
  /** A person's id, or the chat id of a group or channel. */
  who: string;
  /** How the pacer sees it. */
  candidate: Candidate;
  /** When its lane looks at it next. */
  dueAt: number;
  sendAt: number | null;
  expiresAt: number | null;
  sendWindow: SendWindow | null;
  wasTried: boolean;
  /** Its campaign is paused. */
  held: boolean;
  /** It waits for the bot, and a person has the chat until then; Infinity: until it is given back. */
  humanUntil: number | null;
}

/** What decides about the messages of a session. */
export interface SendingSession {
  /** Null: the session was removed. */
  state: LinkState | null;
  /** As in `link-state.ts`. */
  newContactsBlockedUntil: number | null;
  /** Null: pacing is off. */
  pacer: Pick<Pacer, 'turnOf'> | null;
  /** Who has a message on its way. */
  underWay: ReadonlySet<string>;
}

/** Whether a session has a number to send from. */
export const isLinkedState = (state: LinkState | null): boolean =>
  state !== null && LINKED_STATES.includes(state);

/** When the rules allow a message that is due to go, whatever else waits, as far as is known at `now`. */
export function turnRules(
  message: PendingMessage,
  session: SendingSession,
  now: number,
): TurnRule<WaitingReason>[] {
  const { candidate, humanUntil, sendWindow } = message;
  const { newContactsBlockedUntil: blockedUntil, pacer } = session;
  const known = (moment: number | null): number | null => (moment === Infinity ? null : moment);
  const rules = [
    ...notBefore<WaitingReason>(known(humanUntil), 'human_has_the_chat'),
    ...notBefore<WaitingReason>(candidate.newContact ? known(blockedUntil) : null, 'restricted'),
  ];
  if (pacer)
    rules.push((at) => {
      const turn = pacer.turnOf(candidate, at, now);
      return { at: turn.at, by: turn.by && REASON_OF_PACE[turn.by] };
    });
  if (sendWindow) rules.push((at) => ({ at: opening(sendWindow, at), by: 'send_window' }));
  return rules;
}

/** What holds up a due message for nobody knows how long. */
export function openEnd(message: PendingMessage, session: SendingSession): WaitingReason | null {
  const { candidate, humanUntil } = message;
  const { state, newContactsBlockedUntil: blockedUntil } = session;
  if (!isLinkedState(state)) return 'logged_out';
  if (!isUp(state!)) return 'link_down';
  if (humanUntil === Infinity) return 'human_has_the_chat';
  return candidate.newContact && blockedUntil === Infinity ? 'restricted' : null;
}

/** When the window of a message lets it go, from `at` on. */
export function opening(sendWindow: SendWindow, at: number): number {
  const decision = decide({ sendWindow, expiresAt: null }, at);
  return decision.do === 'wait' ? decision.until : at;
}
