import { randomBytes } from 'node:crypto';
import {
  createMessageWork,
  type LinkContext,
  type MessageWork,
} from '../../../../engine/transport/baileys/message-work';
import { jidOf } from '../../../../engine/transport/baileys/jids';
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

/** A linked number on a simulated WhatsApp, and what its messages are made ready with. */
export class LinkedSession {
  readonly memory = new SmallMemory();
  /** Pages on the web, by URL. */
  readonly pages = new Map<string, PagePreview>();
  readonly work: MessageWork;
  readonly context: LinkContext;
  private nextNumber = 14155557000;
  /** Messages as they came on the wire, by id. */
  private readonly stanzas = new Map<string, BinaryNode>();

  private constructor(
    readonly whatsapp: WhatsApp,
    readonly phone: Phone,
    readonly client: BaileysClient,
    baileys: LinkContext['baileys'],
  ) {
    const { socket } = client;
    const picture = async (): Promise<null> => null;
    this.work = createMessageWork({ page: async (url) => this.pages.get(url) ?? null, picture });
    this.context = {
      ...{ baileys, memory: this.memory, socket },
      me: { jid: socket.user!.id, lid: socket.user?.lid ?? null },
      resolve: async (chatId) => jidOf(chatId),
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

  /** Sends as the engine does, and remembers it as the engine would. Gives the wire id. */
  async send(to: Contact | string, content: Content, more: Partial<OutgoingMessage> = {}): Promise<string> {
    const chatId = typeof to === 'string' ? to : `${to.person.digits}@c.us`;
    const wireId = more.wireId ?? `3EB0${randomBytes(9).toString('hex').toUpperCase()}`;
    const message = { wireId, chatId, content, replyTo: null, mentions: null, ...more };
    const kept = content.type === 'media' ? ({ type: 'media' } as const) : content;
    this.memory.sent.set(wireId, { ...message, content: kept });
    const { message: wire, additionalNodes } = await this.work.build(message, this.context);
    await this.client.socket.relayMessage(jidOf(chatId), wire, { messageId: wireId, additionalNodes });
    return wireId;
  }

  /** What the engine is told of a message that somebody sent; it is remembered as the engine would. */
  async told(sent: Sent): Promise<Inbound | null> {
    const { message } = (await this.client.message(sent.id)).message;
    const inbound = await this.work.read(this.stanzas.get(sent.id)!, message!, this.context);
    if (inbound?.content) this.memory.came.set(`${inbound.chatId}/${inbound.id}`, inbound.content);
    return inbound;
  }

  async close(): Promise<void> {
    await this.client.end();
    await this.whatsapp.close();
  }
}
