import { fairTurn } from '../../../async/fair-turn';
import type { Inbound } from '../../transport';
import type { HistoryChat } from '../baileys';
import { inTheirChat } from '../inbound/envelope';
import { readMessage } from '../inbound/read-inbound';
import { chatIdOf, isGroup, isLid } from '../jids';
import { timeOf } from '../receiving/stanzas';
import type { InboundTools } from '../tools';
import { decodedMessage, type SharedChat } from './open-history';

/** The place of a message in its chat. */
export interface OlderPlace {
  wireId: string;
  fromMe: boolean;
  /** Epoch milliseconds. */
  at: number;
}

/** A message of a shared history. */
export interface OlderMessage {
  place: OlderPlace;
  /** Null if nobody wrote it, or it is not in a chat with people. */
  inbound: Inbound | null;
}

/**
 * Reads the messages of a shared chat, one at a time. Reactions, edits and the like are left out: what they changed came
 * with the message itself.
 * @param now epoch milliseconds
 */
export async function* olderMessages(
  { chat, messages }: SharedChat,
  now: number,
  tools: InboundTools,
): AsyncGenerator<OlderMessage> {
  for (const bytes of messages) {
    await fairTurn();
    const older = await read(bytes, chat, now, tools);
    if (older) yield older;
  }
}

async function read(
  bytes: Uint8Array,
  chat: HistoryChat,
  now: number,
  tools: InboundTools,
): Promise<OlderMessage | null> {
  const { key, message, pushName, participant, messageTimestamp, ephemeralDuration } =
    decodedMessage(bytes, tools.baileys) ?? {};
  if (!key?.id) return null;
  const at = timeOf(String(Number(messageTimestamp ?? 0)), now);
  const place = { wireId: key.id, fromMe: key.fromMe ?? false, at };
  const whole = inTheirChat({
    ...key,
    participant: key.participant || participant || undefined,
    remoteJidAlt: otherName(key.remoteJid ?? '', chat),
  });
  const inbound = message ? await readMessage({ key: whole, message, pushName, at }, tools) : null;
  if (inbound?.kind !== 'message') return { place, inbound: null };
  const disappearsInS = inbound.disappearsInS ?? (ephemeralDuration || undefined);
  return { place, inbound: { ...inbound, ...(disappearsInS ? { disappearsInS } : {}) } };
}

/** The other name of the person in a chat, as far as the phone says it. */
function otherName(jid: string, { pnJid, lidJid }: HistoryChat): string | undefined {
  if (isGroup(jid)) return undefined;
  return (isLid(chatIdOf(jid) ?? '') ? pnJid : lidJid) ?? undefined;
}
