import { randomBytes } from 'node:crypto';
import { buildWireMessage } from '../../../../engine/transport/baileys/content/build-wire-message';
import type { WireTools } from '../../../../engine/transport/baileys/content/wire-tools';
import { jidOf } from '../../../../engine/transport/baileys/jids';
import type { PagePreview } from '../../../../engine/transport/preview-source';
import type { Content, OutgoingMessage } from '../../../../engine/transport/transport';
import { loadBaileys } from '../../../wire/baileys';
import type { BaileysClient } from '../../../wire/baileys-client';
import { linked } from '../../../wire/linked';
import type { Contact } from '../../../wire/people/contact';
import type { Phone } from '../../../wire/people/phone';
import { startWhatsApp, type WhatsApp } from '../../../wire/whatsapp';
import { SmallMemory } from '../../../unit/transport/baileys/small-memory';

/** A linked number on a simulated WhatsApp, and what its messages are made ready with. */
export class LinkedSession {
  readonly memory = new SmallMemory();
  /** Pages on the web, by URL. */
  readonly pages = new Map<string, PagePreview>();
  private nextNumber = 14155557000;

  private constructor(
    readonly whatsapp: WhatsApp,
    readonly phone: Phone,
    readonly client: BaileysClient,
    readonly tools: WireTools,
  ) {}

  static async start(): Promise<LinkedSession> {
    const baileys = await loadBaileys();
    const whatsapp = await startWhatsApp();
    const phone = whatsapp.phone('+14155550100');
    const client = await linked(whatsapp, phone);
    const { user } = client.socket;
    const tools = {
      baileys,
      me: { jid: user!.id, lid: user?.lid ?? null },
      resolve: async (chatId: string) => jidOf(chatId),
      upload: client.socket.waUploadToServer,
    };
    const session = new LinkedSession(whatsapp, phone, client, tools as WireTools);
    const { memory, pages } = session;
    const previews = { page: async (url: string) => pages.get(url) ?? null, picture: async () => null };
    Object.assign(tools, { memory, previews });
    return session;
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
    const { message: wire, additionalNodes } = await buildWireMessage(message, this.tools);
    await this.client.socket.relayMessage(jidOf(chatId), wire, { messageId: wireId, additionalNodes });
    return wireId;
  }

  async close(): Promise<void> {
    await this.client.end();
    await this.whatsapp.close();
  }
}
