import {
  readMessage,
  type ReceivedMessage,
} from '../../../../../engine/transport/baileys/inbound/read-inbound';
import type { InboundTools } from '../../../../../engine/transport/baileys/tools';
import { loadBaileys, type Baileys, type Message } from '../../../../wire/baileys';
import { SmallMemory } from '../small-memory';

export const ADA = { number: '14155551234@s.whatsapp.net', lid: '200000000000001@lid' };
export const GROUP = '120363000000000001@g.us';
export const AT = Date.UTC(2026, 0, 5, 9);

export interface MadeInbound extends InboundTools {
  /** All of Baileys, to encrypt like phones. */
  baileys: Baileys;
  memory: SmallMemory;
  /** Known numbers by lid. */
  numbers: Map<string, string>;
}

export async function madeInbound(): Promise<MadeInbound> {
  const numbers = new Map<string, string>();
  return {
    baileys: await loadBaileys(),
    memory: new SmallMemory(),
    me: { jid: '14155550100:7@s.whatsapp.net', lid: '200000000000100:7@lid' },
    phoneOfLid: async (lid) => numbers.get(lid) ?? null,
    numbers,
  };
}

/** Reads a message from Ada that has been over the wire. */
export function fromAda(
  tools: MadeInbound,
  message: Message,
  key: Partial<ReceivedMessage['key']> = {},
  pushName: string | null = 'Ada',
) {
  const { Message } = tools.baileys.proto;
  const wired = Message.decode(Message.encode(Message.fromObject(message)).finish());
  const whole = { remoteJid: ADA.lid, remoteJidAlt: ADA.number, fromMe: false, id: '3A01', ...key };
  return readMessage({ key: whole, message: wired, pushName, at: AT }, tools);
}
