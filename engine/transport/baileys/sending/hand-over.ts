import type { Log } from '../../../domain/log';
import { withDeadline } from '../../../async/deadline';
import { Recent } from '../../../async/recent';
import { TransportError, type OutgoingMessage } from '../../transport';
import { buildWireMessage } from '../content/build-wire-message';
import type { WireTools } from '../content/wire-tools';
import type { Connection } from '../link/connection';
import { linkDown } from '../link/link-down';
import type { Timing } from '../timing';
import { failureOf, UNFORESEEN } from './failure-of';
import type { Recipients } from './recipients';
import { GROUP_CHANGED, RESTRICTED } from './rejection';

/** How many wire ids are remembered as accepted, so that a repeat of one goes to nobody twice. */
const REMEMBERED = 50_000;

export interface HandOverTools {
  recipients: Recipients;
  wireTools(connection: Connection): WireTools;
  /** Resolves when more may be sealed: the store keeps up with the keys. */
  room(): Promise<void>;
  onRestricted(): void;
  log: Log;
  timing: Pick<Timing, 'ackMs'>;
}

/** Hands messages over to WhatsApp's server, each wire id once, and waits for its word that it has them. */
export class HandOver {
  private readonly underWay = new Map<string, Promise<{ at: number }>>();
  private readonly accepted = new Recent<{ at: number }>(REMEMBERED);

  constructor(private readonly tools: HandOverTools) {}

  send(message: OutgoingMessage, connection: Connection | null): Promise<{ at: number }> {
    const { wireId } = message;
    const running = this.underWay.get(wireId);
    if (running) return running;
    if (!connection) return Promise.reject(linkDown());
    const known = this.accepted.get(wireId);
    if (known) return Promise.resolve(known);
    const sending = this.attempt(message, connection).finally(() => this.underWay.delete(wireId));
    this.underWay.set(wireId, sending);
    return sending;
  }

  private async attempt(message: OutgoingMessage, connection: Connection): Promise<{ at: number }> {
    const { wireId } = message;
    try {
      const answer = await connection.whileUp(this.handOver(message, connection));
      this.accepted.set(wireId, answer);
      return answer;
    } catch (error) {
      connection.acks.forget(wireId);
      const failure = failureOf(error);
      // What nobody foresaw is tried again; somebody should know why.
      if (failure.reason === UNFORESEEN)
        this.tools.log.warn({ fault: failure.message }, 'a message could not be handed over; trying again');
      if (failure.reason === `rejected_by_whatsapp:${RESTRICTED}`) this.tools.onRestricted();
      if (failure.reason === `rejected_by_whatsapp:${GROUP_CHANGED}`)
        connection.groups.forget(message.chatId);
      throw failure;
    }
  }

  private async handOver(message: OutgoingMessage, connection: Connection): Promise<{ at: number }> {
    const { recipients, wireTools, room } = this.tools;
    const { wireId, chatId } = message;
    const jid = await recipients.ready(chatId, connection);
    const { message: content, additionalNodes } = await buildWireMessage(message, wireTools(connection));
    await room();
    // A link that went meanwhile has failed this attempt already, and another one may be under way.
    if (!connection.isUp) throw linkDown();
    const answer = connection.acks.of(wireId);
    // The server may refuse before Baileys is done with the message.
    answer.catch(() => undefined);
    await connection.socket.relayMessage(jid, content, { messageId: wireId, additionalNodes });
    return this.inTime(answer, connection);
  }

  /** The server's word, or `unacknowledged` where none comes. */
  private inTime(answer: Promise<{ at: number }>, connection: Connection): Promise<{ at: number }> {
    return withDeadline(
      connection.timers,
      this.tools.timing.ackMs,
      () => answer,
      () => new TransportError('unacknowledged', true, 'WhatsApp did not say that it has the message.'),
    );
  }
}
