import type { Inbound, OutgoingMessage } from '../transport';
import type { SessionMemory } from '../session-memory';
import type { Baileys, BinaryNode, Message, WASocket } from './baileys';

/** What messages are made and read with. */
export interface WireContext {
  baileys: Baileys;
  memory: SessionMemory;
  socket: WASocket;
  me: { jid: string; lid: string | null };
  /** The jid under which a chat is written to. */
  resolve(chatId: string): Promise<string>;
}

/** Making messages for the wire and reading those that come from it. */
export interface WireWork {
  build(
    message: OutgoingMessage,
    context: WireContext,
  ): Promise<{ message: Message; additionalNodes?: BinaryNode[] }>;
  /** A message that was sent before, for a phone that could not read it; null where it is not known any more. */
  rebuild(wireId: string, context: WireContext): Promise<Message | null>;
  /** What a message says to the engine; null where it says nothing. */
  read(stanza: BinaryNode, message: Message, context: WireContext): Promise<Inbound | null>;
}
