import type { SessionMemory } from '../../session-memory';
import type { BaileysModule, WireKeyParts, WireMessage } from '../wire-types';

/** A message that came in, opened. */
export interface ReceivedMessage {
  key: WireKeyParts;
  message: WireMessage;
  pushName?: string | null;
  /** Epoch milliseconds. */
  timestampMs: number;
}

/** What messages that came in are read with. */
export interface InboundTools {
  baileys: BaileysModule;
  memory: Pick<SessionMemory, 'outgoing' | 'secretFor'>;
  /** Our own account, with or without a device number; the lid is null where WhatsApp gave none. */
  me: { jid: string; lid: string | null };
  /** The number jid (`…@s.whatsapp.net`) behind a lid (`…@lid`), as far as the session knows it. */
  phoneOfLid(lid: string): Promise<string | null>;
}
