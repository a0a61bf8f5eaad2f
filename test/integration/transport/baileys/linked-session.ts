import { randomBytes } from 'node:crypto';
import { buildWireMessage } from '../../../../engine/transport/baileys/content/build-wire-message';
import { chatSettings } from '../../../../engine/transport/baileys/chats/chat-settings';
import { ChatTimers } from '../../../../engine/transport/baileys/chats/chat-timers';
import { readInbound } from '../../../../engine/transport/baileys/inbound/read-inbound';
import { ChannelUploads } from '../../../../engine/transport/baileys/content/channel-media';
import { isChannel, jidOf } from '../../../../engine/transport/baileys/jids';
import { postToChannel } from '../../../../engine/transport/baileys/sending/post-to-channel';
import type { InboundTools, WireTools } from '../../../../engine/transport/baileys/tools';
import type { PagePreview } from '../../../../engine/transport/preview-source';
import type { Content, Inbound, OutgoingMessage } from '../../../../engine/transport/transport';
import { loadBaileys, type BinaryNode } from '../../../wire/baileys';
import type { BaileysClient } from '../../../wire/baileys-client';
import { linked } from '../../../wire/linked';
import type { Contact } from '../../../wire/people/contact';
import type { Phone } from '../../../wire/people/phone';
import type { Sent } from '../../../wire/people/sent';
import { startWhatsApp, type WhatsApp } from '../../../wire/whatsapp';
import { SmallMemory } from '../../../unit/transport/baileys/small-memory';

/** A linked number on a simulated WhatsApp, with the tools to build its messages. */
export class LinkedSession {
  readonly memory = new SmallMemory();
  /** Web pages by URL. */
  readonly pages = new Map<string, PagePreview>();
  readonly tools: WireTools & InboundTools;
  private nextNumber = 14155557000;
  /** Received messages as on the wire, by id. */
  private readonly stanzas = new Map<string, BinaryNode>();

  private constructor(
    readonly whatsapp: WhatsApp,
    readonly phone: Phone,
    readonly client: BaileysClient,
    baileys: WireTools['baileys'],
  ) {
    const { socket } = client;
    const { lidMapping } = socket.signalRepository;
    this.tools = {
      ...{ baileys, memory: this.memory, upload: socket.waUploadToServer },
      reachable: (content) => Promise.resolve(content),
      me: { jid: socket.user!.id, lid: socket.user?.lid ?? null },
      resolve: async (chatId) => jidOf(chatId),
      settingsOf: (chatId) =>
        chatSettings(jidOf(chatId), {
          group: (jid) => socket.groupMetadata(jid),
          timers: new ChatTimers(this.memory),
          names: { namesOf: async (jid) => [jid] },
          askDefaults: async () => null,
        }),
      phoneOfLid: (lid) => lidMapping.getPNForLID(lid),
      channelUploads: () => new ChannelUploads(socket, whatsapp.mediaAgent),
      previews: { page: async (url) => this.pages.get(url) ?? null, picture: async () => null },
    };
    socket.ws.on('CB:message', (stanza: BinaryNode) => void this.stanzas.set(stanza.attrs.id ?? '', stanza));
  }

  static async start(): Promise<LinkedSession> {
    const baileys = await loadBaileys();
    const whatsapp = await startWhatsApp();
    const phone = whatsapp.phone('+14155550100');
    return new LinkedSession(whatsapp, phone, await linked(whatsapp, phone), baileys);
  }

  someone(): Contact {
    return this.whatsapp.contact(`+${this.nextNumber++}`);
  }

  /** Sends and remembers a message as the engine does. Returns the wire id. */
  async send(to: Contact | string, content: Content, more: Partial<OutgoingMessage> = {}): Promise<string> {
    const chatId = typeof to === 'string' ? to : `${to.person.digits}@c.us`;
    const wireId = more.wireId ?? `3EB0${randomBytes(9).toString('hex').toUpperCase()}`;
    const message = { wireId, chatId, content, replyTo: null, mentions: null, ...more };
    const kept = content.type === 'media' ? ({ type: 'media' } as const) : content;
    this.memory.sent.set(wireId, { ...message, content: kept });
    const built = await buildWireMessage(message, this.tools);
    const { message: wire, additionalNodes } = built;
    const { socket } = this.client;
    if (isChannel(chatId)) await postToChannel(socket, chatId, wireId, built, this.tools.baileys);
    else await socket.relayMessage(jidOf(chatId), wire, { messageId: wireId, additionalNodes });
    return wireId;
  }

  /** The inbound message that the engine gets; remembered as the engine would. */
  async told(sent: Sent): Promise<Inbound | null> {
    const { message } = (await this.client.message(sent.id)).message;
    const stanza = this.stanzas.get(sent.id)!;
    const inbound = await readInbound(stanza, message!, Number(stanza.attrs.t) * 1000, this.tools);
    if (inbound?.content) this.memory.came.set(`${inbound.chatId}/${inbound.id}`, inbound.content);
    return inbound;
  }

  async close(): Promise<void> {
    await this.client.end();
    await this.whatsapp.close();
  }
}
