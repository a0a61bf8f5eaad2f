import type { PreviewSource } from '../preview-source';
import type { SessionMemory } from '../session-memory';
import type { Baileys, Upload } from './baileys';
import type { ChatSettings } from './chats/chat-settings';
import type { ChannelUploads } from './content/channel-media';

/** Our own account. */
export interface Me {
  /** With or without a device number. */
  jid: string;
  /** Null if WhatsApp gave none. */
  lid: string | null;
}

/** What is needed to read an inbound message. */
export interface InboundTools {
  baileys: Baileys;
  memory: Pick<SessionMemory, 'outgoing' | 'secretFor' | 'inbound'>;
  me: Me;
  /** The phone's jid (`…@s.whatsapp.net`) behind a lid (`…@lid`); null if the session does not know it. */
  phoneOfLid(lid: string): Promise<string | null>;
}

/** What is needed to build a message for the wire. */
export interface WireTools {
  baileys: Baileys;
  memory: SessionMemory;
  me: Me;
  /** The jid to write to for a chat id. For a phone number, that of the account behind it. */
  resolve(chatId: string): Promise<string>;
  settingsOf(chatId: string): Promise<ChatSettings>;
  /** `socket.waUploadToServer` */
  upload: Upload;
  /** For one file of a channel. */
  channelUploads(): ChannelUploads;
  /** A received message whose file WhatsApp still has; see `reachableFile`. */
  reachable(content: Uint8Array): Promise<Uint8Array>;
  previews: PreviewSource;
}
