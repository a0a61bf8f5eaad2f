import type { Inbound } from '../../transport';
import type { WireMessage, WireNode } from '../wire-types';
import type { InboundTools, ReceivedMessage } from './inbound-tools';
import { readInbound } from './read-inbound';

/**
 * What a message says to the engine, by its stanza and what was sealed in it; null where it says nothing, or the
 * stanza names nobody that can be read.
 */
export async function readStanza(
  stanza: WireNode,
  message: WireMessage,
  tools: InboundTools,
): Promise<Inbound | null> {
  const received = receivedOf(stanza, message, tools);
  return received && readInbound(received, tools);
}

function receivedOf(
  stanza: WireNode,
  message: WireMessage,
  { baileys, me }: InboundTools,
): ReceivedMessage | null {
  try {
    const { key, pushName } = baileys.decodeMessageNode(stanza, me.jid, me.lid ?? '').fullMessage;
    return { key, message, pushName, timestampMs: Number(stanza.attrs.t) * 1000 };
  } catch {
    // Names that fit nothing that Baileys knows.
    return null;
  }
}
