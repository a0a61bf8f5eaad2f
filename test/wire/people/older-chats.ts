import { randomBytes, randomUUID } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import { baileys, type Conversation, type HistorySync, type Message, type WebMessageInfo } from '../baileys';
import { sealMedia } from '../media/media-crypto';
import type { Group } from '../server/group';
import type { World } from '../server/world';
import type { Addressing, Device, Person } from './person';

/** A message from before a device was linked, as its phone has it. */
export interface Older {
  /** The wire id; random if omitted. */
  readonly id?: string;
  readonly text?: string;
  /** Instead of a text: any message. Null: what nobody wrote, such as that somebody joined a group. */
  readonly message?: Message | null;
  /** The owner of the phone wrote it. */
  readonly fromMe?: boolean;
  /** In a group: who wrote it, if not the owner. */
  readonly by?: Person;
  readonly at: Date;
  /** The name that the writer has given themselves. */
  readonly pushName?: string;
  /** Seconds after which it disappears. */
  readonly disappearsInS?: number;
}

/** The chat that it is in. */
export interface OlderChat {
  readonly with: Person | Group;
  /** By which name of the person the phone knows the chat. Usually the lid. */
  readonly by?: Addressing;
  /** The subject of the group, or the name under which the person is saved. */
  readonly name?: string;
}

export interface Sharing {
  readonly type?: 'INITIAL_BOOTSTRAP' | 'RECENT' | 'PUSH_NAME' | 'ON_DEMAND';
  /** In the notification, or in a file on the media host. */
  readonly as?: 'inline' | 'file';
}

interface Kept {
  readonly about: Conversation;
  /** The oldest first. */
  messages: WebMessageInfo[];
}

/** What a phone has of its chats from before. It shares that with linked devices, also on request. */
export class OlderChats {
  private readonly chats: Kept[] = [];

  constructor(
    private readonly world: World,
    private readonly send: (device: Device, id: string, message: Message) => Promise<void>,
  ) {}

  /** @returns the wire ids */
  add({ with: other, by = 'lid', name }: OlderChat, messages: readonly Older[]): string[] {
    const jid = 'jid' in other && typeof other.jid === 'string' ? other.jid : (other as Person).jid(by);
    let kept = this.chats.find(({ about }) => about.id === jid);
    if (!kept) {
      const isGroup = jid.endsWith('@g.us');
      const names = isGroup ? {} : namesOf(other as Person);
      kept = { about: { id: jid, name, ...names }, messages: [] };
      this.chats.push(kept);
    }
    const infos = messages.map((message) => infoOf(jid, by, message));
    kept.messages = [...kept.messages, ...infos].sort((a, b) => timeOf(a) - timeOf(b));
    return infos.map(({ key }) => key!.id!);
  }

  /** All chats with their messages, the newest first, as in a history. */
  conversations(): Conversation[] {
    return this.chats.map(({ about, messages }) => conversation(about, messages));
  }

  /** A message by its id. */
  find(id: string): Message | null | undefined {
    return this.chats.flatMap(({ messages }) => messages).find(({ key }) => key?.id === id)?.message;
  }

  /** Sends a device a history. @returns the id of the notification */
  async share(
    device: Device,
    content: HistorySync,
    sharing: Sharing = {},
    requestId?: string,
  ): Promise<string> {
    const id = randomUUID().toUpperCase();
    await this.send(device, id, historyMessage(this.world, content, sharing, requestId));
    return id;
  }

  /** Answers a request for messages that are older than one of a chat. */
  async answer(
    device: Device,
    { chatJid, oldestMsgId, onDemandMsgCount }: Asked,
    requestId: string,
  ): Promise<void> {
    const { HistorySyncType } = baileys().proto.HistorySync;
    const { EndOfHistoryTransferType: End } = baileys().proto.Conversation;
    const kept = this.chats.find(({ about }) => [about.id, about.pnJid, about.lidJid].includes(chatJid));
    const before = kept?.messages.findIndex(({ key }) => key?.id === oldestMsgId) ?? -1;
    const all = kept?.messages.slice(0, before < 0 ? undefined : before) ?? [];
    const found = all.slice(-(onDemandMsgCount ?? 50));
    const endOfHistoryTransferType =
      found.length < all.length
        ? End.COMPLETE_ON_DEMAND_SYNC_BUT_MORE_MSG_REMAIN_ON_PRIMARY
        : End.COMPLETE_AND_NO_MORE_MESSAGE_REMAIN_ON_PRIMARY;
    const about = { ...(kept?.about ?? { id: chatJid }), endOfHistoryTransferType };
    const content = { syncType: HistorySyncType.ON_DEMAND, conversations: [conversation(about, found)] };
    await this.share(device, content, { type: 'ON_DEMAND', as: 'file' }, requestId);
  }
}

interface Asked {
  chatJid?: string | null;
  oldestMsgId?: string | null;
  onDemandMsgCount?: number | null;
}

/** The notification of a history. */
export function historyMessage(
  world: Pick<World, 'media'>,
  content: HistorySync,
  { type = 'INITIAL_BOOTSTRAP', as = 'inline' }: Sharing = {},
  peerDataRequestSessionId?: string,
): Message {
  const { HistorySync, Message } = baileys().proto;
  const syncType = HistorySync.HistorySyncType[type];
  const bytes = deflateSync(HistorySync.encode({ ...content, syncType }).finish());
  const place = as === 'inline' ? { initialHistBootstrapInlinePayload: bytes } : uploaded(world, bytes);
  return {
    protocolMessage: {
      type: Message.ProtocolMessage.Type.HISTORY_SYNC_NOTIFICATION,
      historySyncNotification: { syncType: syncType as never, ...place, peerDataRequestSessionId },
    },
  };
}

function uploaded({ media }: Pick<World, 'media'>, bytes: Buffer) {
  const { bytes: sealed, ...keys } = sealMedia(bytes, 'history');
  return { ...keys, directPath: media.put(sealed).directPath };
}

function namesOf(person: Person): Pick<Conversation, 'pnJid' | 'lidJid'> {
  return { lidJid: person.jid('lid'), ...(person.digits ? { pnJid: person.jid('number') } : {}) };
}

const conversation = (about: Conversation, messages: readonly WebMessageInfo[]): Conversation => ({
  ...about,
  messages: messages.toReversed().map((message, index) => ({ message, msgOrderId: index })),
});

const timeOf = ({ messageTimestamp }: WebMessageInfo): number => Number(messageTimestamp);

function infoOf(jid: string, by: Addressing, older: Older): WebMessageInfo {
  const { id = `3EB0${randomBytes(9).toString('hex').toUpperCase()}`, text, fromMe = false } = older;
  return {
    key: { remoteJid: jid, id, fromMe },
    participant: older.by?.jid(by),
    message: older.message === null ? undefined : (older.message ?? { conversation: text }),
    messageTimestamp: Math.floor(older.at.getTime() / 1000),
    pushName: older.pushName,
    ephemeralDuration: older.disappearsInS,
  };
}
