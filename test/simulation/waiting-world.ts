import { isUp } from '../../engine/domain/link-state';
import { decide } from '../../engine/domain/messages/send-decision';
import { PacingHistory, type HandOver } from '../../engine/domain/pacing/history';
import { Pacer, type PacingRules } from '../../engine/domain/pacing/pacer';
import type { PendingMessage, SendingSession } from '../../engine/domain/waiting/message-turn';
import { inTurn, QueueFront } from '../../engine/domain/waiting/queue-front';
import { whyWaiting, type Wait } from '../../engine/domain/waiting/why-waiting';

/** A session at one moment, with everything that decides about its messages. */
export interface Moment {
  now: number;
  rules: PacingRules;
  /** Oldest first. */
  history: readonly HandOver[];
  session: Omit<SendingSession, 'pacer'>;
  messages: readonly PendingMessage[];
}

/** What a lane does next: the first message that it claims, and those that expire before. */
export interface Next {
  claimed: { id: string; at: number } | null;
  expired: ReadonlySet<string>;
}

const SEED = 7;
/** What does not go in so long never goes: a send window may be open only in quiet hours. */
const HORIZON_MS = 400 * 86_400_000;

/** The pacer of a moment, as any process builds it from the rows. */
export function pacerOf({ rules, history }: Moment): Pacer {
  const past = new PacingHistory();
  for (const handOver of history) past.add(handOver, handOver.at);
  return new Pacer(rules, past, SEED);
}

/** Why each of the messages has not gone, by id. */
export function waitsAt(moment: Moment): Map<string, Wait | null> {
  const session = { ...moment.session, pacer: pacerOf(moment) };
  const due = moment.messages.filter(({ dueAt }) => dueAt <= moment.now);
  const front = new QueueFront(due, true, session, moment.now);
  return new Map(
    moment.messages.map((message) => [message.id, whyWaiting(message, session, front, moment.now)]),
  );
}

/**
 * Plays a lane from a moment on, until it claims a message: the rules of `Lane` and `claimDue`, with the real pacer and the
 * real `decide`. Nothing else changes meanwhile: a link that is down stays down.
 */
export function playToFirst(moment: Moment): Next {
  const { session, rules } = moment;
  const resetsAt = rules.quota?.resetsAt ?? Infinity;
  const told = pacerOf(moment);
  // Once the cycle of the quota is over, WhatsApp says that the next has room.
  const renewed = pacerOf({ ...moment, rules: { ...rules, quota: null } });
  const expired = new Set<string>();
  let waiting = moment.messages.filter(({ held, who }) => !held && !session.underWay.has(who));
  if (session.state === null || !isUp(session.state)) return { claimed: null, expired };
  for (let at = moment.now; ;) {
    const pacer = at < resetsAt ? told : renewed;
    const lowest = pacer.lowestRank(false, at);
    const blocked = session.newContactsBlockedUntil !== null && session.newContactsBlockedUntil > at;
    const lowestOfNew = blocked ? null : pacer.lowestRank(true, at);
    const closed = pacer.closedCampaigns(at);
    const wanted = waiting
      .filter(({ dueAt, humanUntil }) => dueAt <= at && (humanUntil === null || humanUntil <= at))
      .filter(
        ({ candidate }) =>
          candidate.rank <= ((candidate.newContact ? lowestOfNew : lowest) ?? -1) &&
          !closed.includes(candidate.campaignId ?? ''),
      )
      .sort(inTurn);
    const [first] = wanted;
    if (first) {
      const decision = decide(first, at);
      if (decision.do === 'send') return { claimed: { id: first.id, at }, expired };
      if (decision.do === 'fail') {
        expired.add(first.id);
        waiting = waiting.filter((message) => message !== first);
      } else
        waiting = waiting.map((message) =>
          message === first ? { ...first, dueAt: decision.until } : message,
        );
      continue;
    }
    // As the sweep: what expires while it waits fails on time.
    for (const { id, expiresAt } of waiting) if (expiresAt !== null && expiresAt <= at) expired.add(id);
    waiting = waiting.filter(({ id }) => !expired.has(id));
    const changes = [
      pacer.nextChange(at),
      session.newContactsBlockedUntil ?? Infinity,
      resetsAt,
      ...waiting.flatMap(({ dueAt, humanUntil, expiresAt }) => [dueAt, humanUntil, expiresAt]),
    ];
    const next = Math.min(...changes.filter((change) => change !== null).filter((change) => change > at));
    if (waiting.length === 0 || next - moment.now > HORIZON_MS) return { claimed: null, expired };
    at = next;
  }
}
