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
import type { GroupCache } from '../groups/group-cache';
import type { HistoryReader } from '../history/history-reader';
import { sharedHistory, withoutHistory } from '../history/notification';
import { readCall } from '../inbound/call';
import { GroupNotices } from '../inbound/group-notices';
import { readMissing } from '../inbound/missing-content';
import { readPhoneAnswer } from '../inbound/phone-answer';
import { readInbound } from '../inbound/read-inbound';
import { hasUnknownKind, UNKNOWN_KIND } from '../inbound/unknown-kinds';
import type { WriteBehind } from '../keys/write-behind';
import type { Acks } from '../sending/acks';
import { isStatus } from '../jids';
import type { InboundTools } from '../tools';
import type { Backlog } from './backlog';
import { isResent, ownReadOf, receiptsOf, sealedParts, timeOf, wireIdsOf } from './stanzas';

/** How many decrypted messages are remembered, in case the server repeats one. */
const REMEMBERED = 256;

/** What the owner has read waits no longer than this for the messages that came before it. */
const PATIENCE_MS = 15_000;

/** After this many refusals by a store that works, the message itself must be at fault. */
const MOST_REFUSALS = 12;

/** The connection that a stanza came on. */
export interface Origin {
  acks: Pick<Acks, 'accepted'>;
  backlog: Pick<Backlog, 'note' | 'settle' | 'soFar'>;
  history: Pick<HistoryReader, 'keep'>;
  /** Stopped when the connection ends. */
  timers: Timers;
  groups: Pick<GroupCache, 'nameOf' | 'rename' | 'tellName'>;
  device: Pick<InboundTools, 'me' | 'phoneOfLid'> & NameBook & { writes: Pick<WriteBehind, 'hold'> };
}

export interface IncomingDependencies {
  baileys: Baileys;
  memory: SessionMemory;
  chatTimers: Pick<ChatTimers, 'learn'>;
  handlers: Pick<
    TransportHandlers,
    'onReceipt' | 'onInbound' | 'onCall' | 'onNothingWritten' | 'onGroupChange' | 'onGroupName' | 'onOwnRead'
  >;
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
 *
 * A message without content, or with one that cannot be decrypted, is stored as awaited: its sender or our phone sends
 * the content later, under the same id.
 */
export class Incoming {
  private readonly arrivals = new WeakMap<Uint8Array, { stanza: BinaryNode; origin: Origin }>();
  private readonly recent = new Recent<{ sealed: Uint8Array; plain: Promise<Uint8Array> }>(REMEMBERED);

  private readonly groupNotices: GroupNotices;

  constructor(private readonly deps: IncomingDependencies) {
    this.groupNotices = new GroupNotices(deps.handlers);
  }

  /** Resolves when the receipt is stored. Only then may it be acknowledged to WhatsApp. */
  async receipt(stanza: BinaryNode, { acks, timers, device, backlog }: Origin): Promise<void> {
    const { handlers, clock } = this.deps;
    const read = ownReadOf(stanza, device.me);
    if (read) {
      await backlog.soFar(timers, PATIENCE_MS);
      return tellUntilStored(timers, () => handlers.onOwnRead?.(read));
    }
    for (const wireId of wireIdsOf(stanza)) acks.accepted(wireId, stanza.attrs.t);
    const told = receiptsOf(stanza, clock.now()).map((receipt) =>
      tellUntilStored(timers, () => handlers.onReceipt(receipt)),
    );
    await Promise.all(told);
  }

  /**
   * Notes a message before Baileys gets it. Baileys later passes on only the ciphertext, without its stanza.
   * @returns null, or for a message without ciphertext a promise that resolves when it is stored. Baileys acknowledges
   * such a message as soon as it gets it.
   */
  message(stanza: BinaryNode, origin: Origin): Promise<void> | null {
    // Baileys ignores it.
    if (isStatus(stanza.attrs.from ?? '')) return null;
    origin.backlog.note(stanza);
    const parts = sealedParts(stanza);
    for (const part of parts) this.arrivals.set(part, { stanza, origin });
    if (parts.length > 0) return null;
    return this.storeMissing(stanza, origin).finally(() => origin.backlog.settle(stanza));
  }

  /** Resolves when the call is stored. Only then may it be acknowledged to WhatsApp. */
  async call(stanza: BinaryNode, origin: Origin): Promise<void> {
    const { handlers, clock } = this.deps;
    const now = clock.now();
    await this.untilStored(async () => {
      const call = await readCall(stanza, timeOf(stanza.attrs.t, now), now, this.tools(origin));
      if (call) await handlers.onCall?.(call);
    });
  }

  /** Resolves when what has changed in the group is stored. Only then may it be acknowledged to WhatsApp. */
  groupNotice(stanza: BinaryNode, origin: Origin): Promise<void> {
    const at = timeOf(stanza.attrs.t, this.deps.clock.now());
    const store = (): Promise<void> => this.groupNotices.store(stanza, at, origin.groups, this.tools(origin));
    return this.groupNotices.inTurn(stanza, () => this.untilStored(store));
  }

  /** Decrypts a message and stores it. @returns the plaintext for Baileys, once it is stored */
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
          const plain = await decrypt().catch(async (error: unknown) => {
            await this.storeMissing(stanza, origin);
            throw error;
          });
          return await this.store(stanza, plain, origin);
        } finally {
          release();
        }
      });
    } finally {
      origin.backlog.settle(stanza);
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

  /** @returns the plaintext for Baileys */
  private async store(stanza: BinaryNode, plain: Uint8Array, origin: Origin): Promise<Uint8Array> {
    const { baileys } = this.deps;
    const message = decode(baileys, plain);
    if (!message) return plain;
    const tools = this.tools(origin);
    const shared = sharedHistory(stanza, message, tools);
    if (!shared) {
      await this.storeMessage(stanza, message, origin, tools);
      return plain;
    }
    await this.untilStored(() => origin.history.keep(stanza.attrs.id ?? '', shared));
    return withoutHistory(message, shared, baileys);
  }

  private async storeMessage(
    stanza: BinaryNode,
    message: WireMessage,
    origin: Origin,
    tools: InboundTools,
  ): Promise<void> {
    const { baileys, handlers, clock, chatTimers } = this.deps;
    const now = clock.now();
    const at = timeOf(stanza.attrs.t, now);
    await this.untilStored(async () => {
      const recovered = await readPhoneAnswer(stanza, message, now, tools);
      for (const { wireId, inbound } of recovered ?? []) {
        await (inbound ? handlers.onInbound(inbound) : handlers.onNothingWritten?.(wireId));
      }
      if (recovered || stanza.attrs.category === 'peer') return;
      await hearTimer(stanza, message, at, { baileys, device: origin.device, timers: chatTimers });
      const inbound = await readInbound(stanza, message, at, tools);
      if (inbound) {
        await handlers.onInbound(inbound);
        if (inbound.isGroup) origin.groups.tellName(inbound.chatId);
      } else if (isResent(stanza)) await handlers.onNothingWritten?.(stanza.attrs.id ?? '');
    });
  }

  /** Stores what is known of a message without its content. */
  private async storeMissing(stanza: BinaryNode, origin: Origin): Promise<void> {
    const { handlers, clock } = this.deps;
    const now = clock.now();
    await this.untilStored(async () => {
      const inbound = await readMissing(stanza, timeOf(stanza.attrs.t, now), now, this.tools(origin));
      if (inbound) await handlers.onInbound(inbound);
    });
  }

  private tools({ device }: Origin): InboundTools {
    const { baileys, memory } = this.deps;
    return { baileys, memory, me: device.me, phoneOfLid: (lid) => device.phoneOfLid(lid) };
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

/**
 * Null if it is not a message. Baileys notices as well, and asks for it again. A kind that this version of the protocol
 * does not know leaves a field without a name that anybody knows.
 */
function decode(baileys: Baileys, plain: Uint8Array): WireMessage | null {
  try {
    const bytes = baileys.unpadRandomMax16(plain);
    const message = baileys.proto.Message.decode(bytes);
    return hasUnknownKind(bytes, baileys) ? withUnknown(message) : message;
  } catch {
    return null;
  }
}

const withUnknown = (message: WireMessage): WireMessage =>
  ({ ...message, [UNKNOWN_KIND]: true }) as WireMessage;
