import type { PreviewSource } from '../preview-source';
import type { SessionMemory } from '../session-memory';
import type { Inbound, OutgoingMessage } from '../transport';
import { buildWireMessage, rebuildWireMessage, type Built } from './content/build-wire-message';
import type { WireTools } from './content/wire-tools';
import { readInbound } from './inbound/read-inbound';
import type { ReceivedMessage } from './inbound/inbound-tools';
import type { BaileysModule, Socket, WireMessage, WireNode } from './wire-types';

/** The link that messages are made and read on. */
export interface LinkContext {
  baileys: BaileysModule;
  memory: SessionMemory;
  socket: Pick<Socket, 'waUploadToServer' | 'signalRepository'>;
  me: { jid: string; lid: string | null };
  /** The jid under which a chat is written to. */
  resolve(chatId: string): Promise<string>;
}

/** Making messages for the wire, and reading those that come from it. */
export interface MessageWork {
  /** @throws TransportError */
  build(message: OutgoingMessage, context: LinkContext): Promise<Built>;
  /** A message that was sent before, for a phone that could not read it; null where it is not known any more. */
  rebuild(wireId: string, context: LinkContext): Promise<WireMessage | null>;
  /** What a message says to the engine; null where it says nothing, or its stanza is none that can be read. */
  read(stanza: WireNode, message: WireMessage, context: LinkContext): Promise<Inbound | null>;
}

export function createMessageWork(previews: PreviewSource): MessageWork {
  const toolsOf = ({ socket, ...context }: LinkContext): WireTools => ({
    ...context,
    upload: socket.waUploadToServer,
    previews,
  });
  return {
    build: (message, context) => buildWireMessage(message, toolsOf(context)),
    rebuild: (wireId, context) => rebuildWireMessage(wireId, toolsOf(context)),
    async read(stanza, message, context) {
      const received = receivedOf(stanza, message, context);
      const { lidMapping } = context.socket.signalRepository;
      const phoneOfLid = (lid: string): Promise<string | null> => lidMapping.getPNForLID(lid);
      return received && readInbound(received, { ...context, phoneOfLid });
    },
  };
}

function receivedOf(
  stanza: WireNode,
  message: WireMessage,
  { baileys, me }: LinkContext,
): ReceivedMessage | null {
  try {
    const { key, pushName } = baileys.decodeMessageNode(stanza, me.jid, me.lid ?? '').fullMessage;
    return { key, message, pushName, timestampMs: Number(stanza.attrs.t) * 1000 };
  } catch {
    // Names that fit nothing that it knows.
    return null;
  }
}
