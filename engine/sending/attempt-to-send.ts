import type { Clock } from '../async/clock';
import type { Log } from '../domain/log';
import { traced, type Span, type Tracer } from '../domain/tracing';
import type { LanePacer } from '../pacing/lane-pacer';
import type { Sql } from '../store/sql/database';
import { isWanted } from '../store/tables/still-wanted';
import { NOT_WANTED, TransportError, type Transport } from '../transport/transport';
import type { Claimed } from './claim';
import { mayBecomeUnwanted, stopsForHumans } from './decide-one';
import type { Lease } from './lease';
import { prepareContent } from './prepare-content';
import type { ReadMarks } from './read-marks';
import type { Report } from './reports';
import type { SendingWatch } from './sending-watch';
import type { ShownTyping } from './shown-typing';
import { statusViewers } from './status-viewers';
import type { WireGate } from './wire-gate';

/** The lane that a message is sent from. */
export interface Sender {
  lease: Lease;
  transport: Transport;
  pacer: LanePacer;
  readMarks: Pick<ReadMarks, 'isAnswer' | 'beforeAnswer' | 'afterAnswer'>;
  typing: ShownTyping;
  gate: WireGate;
  deps: Parameters<typeof prepareContent>[1] & {
    sql: Sql;
    clock: Clock;
    log: Log;
    watch: SendingWatch;
    tracer?: Tracer;
  };
  /** Whether the link is up and outcomes can be recorded. */
  isOpen(): boolean;
  /** Told as the message goes to the transport. */
  onHandOver(): void;
}

/** Tries once to send a claimed message. @returns what came of it; never throws */
export async function attemptToSend(
  { message, handedOverBefore }: Claimed,
  from: Sender,
  span?: Span,
): Promise<Report> {
  const { deps, lease, pacer, readMarks, transport } = from;
  const { wire_id: wireId } = message;
  let handedOverAt = handedOverBefore;
  const failure = (reason: string, mayPass: boolean): Report => ({
    wireId,
    failure: { reason, mayPass, handedOverAt, attempt: message.attempts },
  });
  // The claim checks this too, but the message may have waited for its turn since then.
  const isLate = (): boolean =>
    message.expires_at !== null && message.expires_at.getTime() <= deps.clock.now();
  let why: 'opted_out' | 'human' | 'other' | null = null;
  const passing = stopsForHumans(message) ? from.gate.passage() : null;
  const mayGo = async (): Promise<boolean> => {
    await passing?.enter();
    const wanted = await isWanted(deps.sql, message, new Date(deps.clock.now()));
    // An answer comes too late for what an earlier attempt may have put on the wire. That cannot be undone.
    const isTooLate = wanted.why === 'ended' && handedOverBefore !== null;
    if (wanted.why !== null && !isTooLate) why = wanted.why === 'opted_out' ? 'opted_out' : 'other';
    else why = wanted.isHumans ? 'human' : null;
    return why === null;
  };
  try {
    if (isLate()) return failure('expired', false);
    const isAnswer = readMarks.isAnswer(message);
    const isCertain = isAnswer && !mayBecomeUnwanted(message) && message.expires_at === null;
    const prepared = prepareContent(message, deps);
    if (isCertain) {
      await prepared;
      // As people do: read, write, send.
      await readMarks.beforeAnswer(message);
    }
    const [content, typedMs] = await Promise.all([prepared, from.typing.show(message)]);
    const isMyTurn = await pacer.turn(message, content);
    if (isLate()) return failure('expired', false);
    // Treated as if the link were down: the message is sent without delay when the lane opens again.
    if (!from.isOpen() || !isMyTurn) return failure('link_down', true);
    const statusTo = await statusViewers(deps.sql, message);
    if (!lease.isCurrent) return failure('lease_lost', true);
    // What came while it was being written.
    if (isCertain) await readMarks.beforeAnswer(message);
    handedOverAt = message.handed_over_at;
    deps.watch.handedOver((pacer.handedOver(message) - typedMs) / 1000);
    from.onHandOver();
    const handedOverAtMs = deps.clock.now();
    const outgoing = {
      wireId,
      chatId: message.chat_id,
      content,
      replyTo: message.reply_to,
      mentions: message.mentions,
      ...(statusTo ? { statusTo } : {}),
      ...(message.forward_of ? { forwarded: true } : {}),
      ...(mayBecomeUnwanted(message) ? { mayGo } : {}),
      ...(passing ? { onWire: () => passing.leave() } : {}),
    };
    const send = () => transport.send(outgoing);
    const accepted = await traced(
      deps.tracer,
      'whatsapp.send',
      () => ({ kind: 'client', parent: span?.place }),
      send,
    );
    deps.watch.accepted((deps.clock.now() - handedOverAtMs) / 1000);
    // It could have been stopped until now, and a person who has the chat would not find what is unread.
    if (isAnswer && !isCertain) readMarks.afterAnswer(message);
    const mediaKind = content.type === 'media' ? content.kind : undefined;
    return { wireId, receipt: { wireId, status: 'sent', ...accepted }, mediaKind };
  } catch (error) {
    if (error instanceof TransportError && error.reason === NOT_WANTED) {
      handedOverAt = handedOverBefore;
      const { attempts: attempt } = message;
      if (why === 'opted_out') return failure('recipient_opted_out', false);
      if (why === 'human') return { wireId, humanHasChat: { attempt, handedOverAt } };
      return { wireId, notWanted: { attempt } };
    }
    if (error instanceof TransportError) return failure(error.reason, error.mayPass);
    deps.log.error(
      { err: error, message_id: message.id, session_id: lease.sessionId },
      'an attempt failed unexpectedly; trying again',
    );
    return failure('attempt_broke_off', true);
  } finally {
    passing?.leave();
  }
}
