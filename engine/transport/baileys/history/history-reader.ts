import { retry } from '../../../async/retry';
import { sleep } from '../../../async/sleep';
import type { Timers } from '../../../async/timers';
import type { Log } from '../../../domain/log';
import { FileGone, type OpenFile } from '../../media-source';
import type { SharedHistory } from '../../older-messages';
import type { SessionMemory } from '../../session-memory';
import type { Inbound, TransportHandlers } from '../../transport';
import type { Baileys, HistoryContent, HistoryNotification, WASocket } from '../baileys';
import { faultOf } from '../errors';
import { chatIdOf } from '../jids';
import type { InboundTools } from '../tools';
import { historyBytes } from './history-file';
import { withPayload } from './notification';
import { olderMessages, type OlderPlace } from './older-inbound';
import { openHistory, type OpenedHistory, type SharedChat } from './open-history';

const TYPE = 'history';

/** How many messages or names are stored at a time: what is being sent waits no longer than for that. */
const AT_ONCE = 100;
const SHORTEST_PAUSE_MS = 10;
/** A host or a store that is out of reach is tried so often, for some minutes. Then the next connection tries again. */
const MOST_TRIES = 8;
const BACK_OFF = { firstMs: 2_000, longestMs: 60_000 };

export interface HistoryDependencies {
  baileys: Baileys;
  memory: SessionMemory;
  handlers: Pick<TransportHandlers, 'onHistory'>;
  openFile: OpenFile;
  /** For tests with the WhatsApp simulator: files may be on any host. */
  anyHost: boolean;
  log: Log;
}

/** The connection that a history came on. */
export interface HistoryConnection {
  socket: Pick<WASocket, 'upsertMessage' | 'refreshMediaConn'>;
  /** Stopped when the connection ends. */
  timers: Timers;
  device: Pick<InboundTools, 'me' | 'phoneOfLid'>;
}

/** What the phone answered when it was asked for older messages. */
export interface OlderAnswer {
  added: number;
  hasMore: boolean;
  /** The oldest of its messages, also of those that nobody wrote; null if there were none. */
  oldest: OlderPlace | null;
}

/** What is not answered yet: by the chat's ids, because not every phone says which request it answers. */
interface Question {
  chatIds: readonly string[];
  resolve(answer: OlderAnswer): void;
}

/**
 * Reads what our own phone shares of its chats: after linking, and on request. A notification is kept before it is
 * acknowledged, and until all of it is stored. So after a crash or a lost connection the next one reads it from the
 * beginning, and what is stored already stays as it is.
 */
export class HistoryReader {
  /** Notifications being read, by id. */
  private readonly started = new Set<string>();
  private readonly questions = new Set<Question>();
  private turn: Promise<void> = Promise.resolve();
  private isReady = false;

  constructor(
    private readonly deps: HistoryDependencies,
    private readonly connection: HistoryConnection,
  ) {}

  /** Resolves when it is kept. It is read once the connection is ready. */
  async keep(id: string, notification: HistoryNotification): Promise<void> {
    const value = this.deps.baileys.proto.Message.HistorySyncNotification.encode(notification).finish();
    await this.deps.memory.write([{ type: TYPE, id, value }]);
    if (this.isReady) this.start(id, notification);
  }

  /** This is the session's own number: reads what came, and what earlier connections did not finish. */
  async begin(): Promise<void> {
    this.isReady = true;
    for (const [id, bytes] of await this.deps.memory.list(TYPE)) {
      this.start(id, this.deps.baileys.proto.Message.HistorySyncNotification.decode(bytes));
    }
  }

  /** Resolves with the answer about a chat. Call it before asking, and `forget` afterwards. */
  question(chatIds: readonly string[]): { answer: Promise<OlderAnswer>; forget: () => void } {
    let forget = (): void => {};
    const answer = new Promise<OlderAnswer>((resolve) => {
      const question = { chatIds, resolve };
      this.questions.add(question);
      forget = () => void this.questions.delete(question);
    });
    return { answer, forget };
  }

  private start(id: string, notification: HistoryNotification): void {
    if (this.started.has(id)) return;
    this.started.add(id);
    if (this.isAnswer(notification)) void this.readAll(id, notification);
    else this.turn = this.turn.then(() => this.readAll(id, notification));
  }

  private isAnswer({ syncType }: HistoryNotification): boolean {
    return syncType === this.deps.baileys.proto.HistorySync.HistorySyncType.ON_DEMAND;
  }

  private async readAll(id: string, notification: HistoryNotification): Promise<void> {
    const { memory, log } = this.deps;
    try {
      const history = await this.open(notification);
      if (history) {
        await this.tellBaileys(id, notification, history.rest);
        await this.store(history, this.isAnswer(notification));
      }
      await memory.write([{ type: TYPE, id, value: null }]);
    } catch (error) {
      log.warn({ fault: faultOf(error) }, 'a shared history is not stored yet; the next connection goes on');
    }
  }

  /** Null if it is no longer available, or damaged. */
  private async open(notification: HistoryNotification): Promise<OpenedHistory | null> {
    const { baileys, openFile, anyHost, log } = this.deps;
    const { socket } = this.connection;
    const host = async (): Promise<string | undefined> =>
      (await socket.refreshMediaConn()).hosts[0]?.hostname;
    const tools = { baileys, openFile, anyHost, host };
    const bytes = await this.untilDone(() =>
      historyBytes(notification, tools).catch((error: unknown) => {
        if (error instanceof FileGone) return null;
        throw error;
      }),
    );
    const opened = bytes && (await openHistory(bytes, baileys).catch(() => null));
    if (!opened) log.warn({}, 'WhatsApp no longer has a history that the phone shared, or it is damaged');
    return opened;
  }

  /** Baileys learns LIDs and the tokens with which people may be written to from it. */
  private async tellBaileys(
    id: string,
    notification: HistoryNotification,
    rest: HistoryContent,
  ): Promise<void> {
    const { baileys, log } = this.deps;
    const { socket, device } = this.connection;
    const historySyncNotification = withPayload(notification, rest, baileys);
    const type = baileys.proto.Message.ProtocolMessage.Type.HISTORY_SYNC_NOTIFICATION;
    const message = { protocolMessage: { type, historySyncNotification } };
    const key = { remoteJid: device.me.jid, fromMe: true, id };
    await socket.upsertMessage({ key, message }, 'append').catch((error: unknown) => {
      log.warn({ fault: faultOf(error) }, 'Baileys failed to read a shared history');
    });
  }

  private async store({ chats, rest }: OpenedHistory, isAnswer: boolean): Promise<void> {
    if (!this.deps.handlers.onHistory) return;
    const people = (rest.pushnames ?? []).flatMap(({ id, pushname }) => named(id, pushname));
    for (let from = 0; from < people.length; from += AT_ONCE)
      await this.tell({ messages: [], chats: [], people: people.slice(from, from + AT_ONCE) }, isAnswer);
    let batch: SharedHistory<Inbound> = { messages: [], chats: [], people: [] };
    const flush = async (): Promise<number> => {
      const full = batch;
      batch = { messages: [], chats: [], people: [] };
      return full.messages.length + full.chats.length === 0 ? 0 : this.tell(full, isAnswer);
    };
    for (const shared of chats) {
      const answer: OlderAnswer = { added: 0, hasMore: this.hasMore(shared), oldest: null };
      for await (const { place, inbound } of olderMessages(
        shared,
        this.connection.timers.now(),
        this.tools(),
      )) {
        if (!answer.oldest || place.at < answer.oldest.at) answer.oldest = place;
        if (inbound) batch.messages.push(inbound);
        if (batch.messages.length >= AT_ONCE) answer.added += await flush();
      }
      const { id, displayName, name } = shared.chat;
      batch.chats.push(...named(id, displayName || name));
      if (isAnswer) {
        answer.added += await flush();
        this.answered(shared, answer);
      } else if (batch.chats.length >= AT_ONCE) await flush();
    }
    await flush();
  }

  /** Stores a part, and leaves the store to others for as long as that took. */
  private async tell(part: SharedHistory<Inbound>, isAnswer: boolean): Promise<number> {
    const { handlers } = this.deps;
    const start = performance.now();
    const added = await this.untilDone(async () => (await handlers.onHistory?.(part)) ?? 0);
    const took = performance.now() - start;
    if (!isAnswer) await sleep(this.connection.timers, Math.max(SHORTEST_PAUSE_MS, took));
    return added;
  }

  private hasMore({ chat, messages }: SharedChat): boolean {
    const { COMPLETE_AND_NO_MORE_MESSAGE_REMAIN_ON_PRIMARY: none } =
      this.deps.baileys.proto.Conversation.EndOfHistoryTransferType;
    return messages.length > 0 && chat.endOfHistoryTransferType !== none;
  }

  private answered({ chat: { id, pnJid, lidJid } }: SharedChat, answer: OlderAnswer): void {
    const names = [id, pnJid, lidJid].flatMap((jid) => chatIdOf(jid) ?? []);
    for (const { chatIds, resolve } of this.questions) {
      if (chatIds.some((chatId) => names.includes(chatId))) resolve(answer);
    }
  }

  private tools(): InboundTools {
    const { baileys, memory } = this.deps;
    const { device } = this.connection;
    const known = new Map<string, Promise<string | null>>();
    const phoneOfLid = (lid: string): Promise<string | null> => {
      if (!known.has(lid)) known.set(lid, device.phoneOfLid(lid));
      return known.get(lid)!;
    };
    return { baileys, memory, me: device.me, phoneOfLid };
  }

  private untilDone<T>(action: () => Promise<T>): Promise<T> {
    let tries = 0;
    return retry(this.connection.timers, BACK_OFF, action, (error) => {
      if (++tries >= MOST_TRIES) throw error;
    });
  }
}

const named = (jid: string | null | undefined, name: string | null | undefined) => {
  const chatId = chatIdOf(jid);
  return chatId && name ? [{ chatId, name }] : [];
};
