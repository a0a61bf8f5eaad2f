import type { PreviewSource } from '../../preview-source';
import type { SessionMemory } from '../../session-memory';
import type { BaileysModule, Upload } from '../wire-types';

/** What a message is made ready for the wire with. */
export interface WireTools {
  baileys: BaileysModule;
  memory: SessionMemory;
  /** Our own account, with or without a device number; the lid is null where WhatsApp gave none. */
  me: { jid: string; lid: string | null };
  /** The jid that a chat is written to under: for a number, that of the account which was found to be behind it. */
  resolve(chatId: string): Promise<string>;
  /** `socket.waUploadToServer` */
  upload: Upload;
  previews: PreviewSource;
}
