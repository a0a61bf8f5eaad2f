import { Recent } from '../../../async/recent';
import type { Log } from '../../../domain/log';
import { nameKind } from '../../../domain/people/person-id';
import { linkDown, notWanted, type Accepted, type LearnedNames, type OutgoingMessage } from '../../transport';
import { lifeOf } from '../chats/told-timer';
import { buildWireMessage } from '../content/build-wire-message';
import { isChannel } from '../jids';
import { failureOf, GROUP_CHANGED, RESTRICTED, UNFORESEEN } from '../errors';
import type { Connection } from '../link/connection';
import type { Timing } from '../timing';
import type { WireTools } from '../tools';
import { postToChannel } from './post-to-channel';
import type { Recipients } from './recipients';
import { acknowledged } from './acknowledged';

/** How many accepted wire ids are remembered, so that a repeat is not sent twice. */
const REMEMBERED = 50_000;

export interface HandOverDependencies {
  recipients: Recipients;
  wireTools(connection: Connection): WireTools;
  /** WhatsApp refused a message because the account may not write to new contacts. */
  onRestricted(): void;
  onNames(learned: LearnedNames): Promise<void>;
  log: Log;
  timing: Pick<Timing, 'ackMs'>;
}

/** Hands messages over to WhatsApp's server, each wire id once, and waits for its ack. */
export class HandOver {
  private readonly underWay = new Map<string, Promise<Accepted>>();
  private readonly accepted = new Recent<Accepted>(REMEMBERED);

  constructor(private readonly deps: HandOverDependencies) {}

  /** @param connection null while the link is down */
  send(message: OutgoingMessage, connection: Connection | null): Promise<Accepted> {
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

  /** Finds out whose account a chat id is. Resolves when its names are stored. */
  async lookUp(chatId: string, connection: Connection): Promise<void> {
    const jid = await this.deps.recipients.ready(chatId, connection);
    await this.tellNames(chatId, jid, connection);
  }

  private async attempt(message: OutgoingMessage, connection: Connection): Promise<Accepted> {
    const { wireId, chatId } = message;
    try {
      const answer = await connection.whileUp(this.handOver(message, connection));
      this.accepted.set(wireId, answer);
      return answer;
    } catch (error) {
      connection.acks.forget(wireId);
      const failure = failureOf(error);
      if (failure.reason === UNFORESEEN)
        this.deps.log.warn(
          { fault: failure.message, wire_id: wireId },
          'a message could not be handed over; trying again',
        );
      if (failure.reason === `rejected_by_whatsapp:${RESTRICTED}`) this.deps.onRestricted();
      if (failure.reason === `rejected_by_whatsapp:${GROUP_CHANGED}`) connection.groups.forget(chatId);
      throw failure;
    }
  }

  private async handOver(message: OutgoingMessage, connection: Connection): Promise<Accepted> {
    const { recipients, wireTools, timing } = this.deps;
    const { wireId, chatId } = message;
    const statusJidList = message.statusTo && (await recipients.viewersReady(message.statusTo, connection));
    const jid = statusJidList ? chatId : await recipients.ready(chatId, connection);
    const named = this.tellNames(chatId, jid, connection);
    // Only a message that `mayGo` may stop waits for it.
    named.catch(() => undefined);
    const tools = wireTools(connection);
    const built = await buildWireMessage(message, tools);
    const { message: content, additionalNodes } = built;
    await connection.device.writes.ready();
    if (message.mayGo) await named;
    // If the connection has ended, this attempt has already failed, and another may be running.
    if (!connection.isUp) throw linkDown();
    if (isChannel(jid)) {
      if (message.mayGo && !(await message.mayGo())) throw notWanted();
      return acknowledged(connection, wireId, timing.ackMs, async () => {
        await postToChannel(connection.socket, jid, wireId, built, tools.baileys);
        message.onWire?.();
      });
    }
    connection.lastChecks.add(content, message.mayGo);
    const options = { messageId: wireId, additionalNodes, statusJidList };
    const accepted = await acknowledged(connection, wireId, timing.ackMs, async () => {
      await connection.socket.relayMessage(jid, content, options);
      message.onWire?.();
    });
    return { ...accepted, ...lifeOf(content) };
  }

  /** Tells which names the account has that we write to. */
  private async tellNames(chatId: string, jid: string, { device }: Connection): Promise<void> {
    if (nameKind(chatId) === null) return;
    const same = [...new Set([chatId, ...(await device.namesOf(jid))])];
    if (same.length > 1) await this.deps.onNames({ same });
  }
}
