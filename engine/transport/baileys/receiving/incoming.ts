import { Recent } from '../../../async/recent';
import { retry } from '../../../async/retry';
import type { Timers } from '../../../async/timers';
import type { Clock } from '../../../async/clock';
import type { Log } from '../../../domain/log';
import type { SessionMemory } from '../../session-memory';
import { STORE_BACK_OFF, tellUntilStored } from '../../tell-until-stored';
import type { TransportHandlers } from '../../transport';
import type { Baileys, BinaryNode, WireMessage } from '../baileys';
import type { ChatTimers } from '../chats/chat-timers';
import { hearTimer } from '../chats/hear-timer';
import type { NameBook } from '../chats/member-names';
import { readInbound } from '../inbound/read-inbound';
import type { WriteBehind } from '../keys/write-behind';
import type { Acks } from '../sending/acks';
import type { InboundTools } from '../tools';
import type { AwayBacklog } from './away-backlog';
import { receiptsOf, sealedParts, timeOf, wireIdsOf } from './stanzas';

/** How many decrypted messages are remembered, in case the server repeats one. */
const REMEMBERED = 256;

/** After this many refusals by a store that works, the message itself must be at fault. */
const MOST_REFUSALS = 12;

/** The connection that a stanza came on. */
export interface Origin {
  acks: Pick<Acks, 'accepted'>;
  away: Pick<AwayBacklog, 'note' | 'settle'>;
  /** Stopped when the connection ends. */
  timers: Timers;
  device: Pick<InboundTools, 'me' | 'phoneOfLid'> & NameBook & { writes: Pick<WriteBehind, 'hold'> };
}

export interface IncomingDependencies {
  baileys: Baileys;
  memory: SessionMemory;
  chatTimers: Pick<ChatTimers, 'learn'>;
  handlers: Pick<TransportHandlers, 'onReceipt' | 'onInbound'>;
  clock: Clock;
  /** Stopped when the transport closes. */
  timers: Timers;
  log: Log;
}

/**
 * Everything that arrives, on its way from the socket to the port. Decides who learns what about a receipt or a
 * message.
 *
 * WhatsApp forgets a message once it is acknowledged, and Baileys acknowledges it as soon as it has decrypted it. An
 * engine that crashed in between would lose the message, so it is stored *during* decryption, before Baileys gets the
 * plaintext. A message can be decrypted only once, so the session's next step is not stored before the message is
 * (`hold`): after a crash it comes again and can be decrypted again. If only the socket was lost, the repeated message
 * gets the plaintext that is still known.
 */
export class Incoming {
  private readonly arrivals = new WeakMap<Uint8Array, { stanza: BinaryNode; origin: Origin }>();
  private readonly recent = new Recent<{ sealed: Uint8Array; plain: Promise<Uint8Array> }>(REMEMBERED);

  constructor(private readonly deps: IncomingDependencies) {}

  /** Resolves when the receipt is stored. Only then may it be acknowledged to WhatsApp. */
  async receipt(stanza: BinaryNode, { acks, timers }: Origin): Promise<void> {
    const { handlers, clock } = this.deps;
    for (const wireId of wireIdsOf(stanza)) acks.accepted(wireId, stanza.attrs.t);
    const told = receiptsOf(stanza, clock.now()).map((receipt) =>
      tellUntilStored(timers, () => handlers.onReceipt(receipt)),
    );
    await Promise.all(told);
  }

  /** Notes a message before Baileys gets it. Baileys later passes on only the ciphertext, without its stanza. */
  message(stanza: BinaryNode, origin: Origin): void {
    origin.away.note(stanza);
    for (const part of sealedParts(stanza)) this.arrivals.set(part, { stanza, origin });
  }

  /** Decrypts a message and stores it. @returns the plaintext, once it is stored */
  readonly decryptAndStore = async (
    sealed: Uint8Array,
    decrypt: () => Promise<Uint8Array>,
  ): Promise<Uint8Array> => {
    const arrival = this.arrivals.get(sealed);
    if (!arrival) return decrypt();
    const { stanza, origin } = arrival;
    try {
      return await this.once(stanza, sealed, async () => {
        const release = origin.device.writes.hold();
        try {
          const plain = await decrypt();
          await this.store(stanza, plain, origin);
          return plain;
        } finally {
          release();
        }
      });
    } finally {
      origin.away.settle(stanza);
    }
  };

  private once(
    { attrs: { from, participant, id } }: BinaryNode,
    sealed: Uint8Array,
    decryptAndStore: () => Promise<Uint8Array>,
  ): Promise<Uint8Array> {
    const key = [from, participant, id, sealed.length].join(' ');
    const known = this.recent.get(key);
    if (known && Buffer.compare(known.sealed, sealed) === 0) return known.plain;
    const plain = decryptAndStore();
    this.recent.set(key, { sealed, plain });
    // It may work later, once the key has arrived.
    plain.catch(() => this.recent.delete(key));
    return plain;
  }

  private async store(stanza: BinaryNode, plain: Uint8Array, { device }: Origin): Promise<void> {
    const { baileys, memory, handlers, clock, chatTimers } = this.deps;
    const message = decode(baileys, plain);
    if (!message || stanza.attrs.category === 'peer') return;
    const at = timeOf(stanza.attrs.t, clock.now());
    const tools: InboundTools = {
      ...{ baileys, memory, me: device.me },
      phoneOfLid: (lid) => device.phoneOfLid(lid),
    };
    await this.untilStored(async () => {
      await hearTimer(stanza, message, at, { baileys, device, timers: chatTimers });
      const inbound = await readInbound(stanza, message, at, tools);
      if (inbound) await handlers.onInbound(inbound);
    });
  }

  /**
   * Tries for as long as the store is unreachable. A message that a working store keeps refusing is skipped, as it
   * would hold up everything behind it. Never resolves once the timers have been stopped.
   */
  private async untilStored(store: () => Promise<void>): Promise<void> {
    const { memory, timers, log } = this.deps;
    let refusals = 0;
    try {
      await retry(timers, STORE_BACK_OFF, store, async (error) => {
        const storeWorks = await memory.read('creds', []).then(
          () => true,
          () => false,
        );
        if (storeWorks) refusals += 1;
        if (refusals > MOST_REFUSALS) throw error;
      });
    } catch (error) {
      log.error({ err: error }, 'an inbound message could not be stored and was skipped');
    }
  }
}

/** Null if it is not a message. Baileys notices as well, and asks for it again. */
function decode({ proto, unpadRandomMax16 }: Baileys, plain: Uint8Array): WireMessage | null {
  try {
    return proto.Message.decode(unpadRandomMax16(plain));
  } catch {
    return null;
  }
}
