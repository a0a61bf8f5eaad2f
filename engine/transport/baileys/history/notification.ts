import { deflateSync } from 'node:zlib';
import type { Baileys, BinaryNode, HistoryNotification, WireMessage } from '../baileys';
import { envelopeOf } from '../inbound/envelope';
import type { InboundTools } from '../tools';

/**
 * The history that our own phone shares in a message, if it is of a kind with messages or names. Baileys would decode all of
 * it at once, tens of thousands of messages, and acknowledge it before it is stored. So the engine reads it itself.
 */
export function sharedHistory(
  stanza: BinaryNode,
  message: WireMessage,
  { baileys, me }: Pick<InboundTools, 'baileys' | 'me'>,
): HistoryNotification | null {
  const notification = message.protocolMessage?.historySyncNotification;
  if (!notification) return null;
  const { INITIAL_BOOTSTRAP, RECENT, PUSH_NAME, ON_DEMAND } = baileys.proto.HistorySync.HistorySyncType;
  const kinds: unknown[] = [INITIAL_BOOTSTRAP, RECENT, PUSH_NAME, ON_DEMAND];
  // 0 if it is not on the wire.
  if (!kinds.includes(notification.syncType ?? INITIAL_BOOTSTRAP)) return null;
  return envelopeOf(stanza, { baileys, me })?.key.fromMe ? notification : null;
}

/**
 * The same message with an empty history, as plaintext for Baileys: it then tells the phone that the history came, and
 * synchronizes what else belongs to an account.
 */
export function withoutHistory(
  message: WireMessage,
  notification: HistoryNotification,
  baileys: Pick<Baileys, 'proto'>,
): Uint8Array {
  const historySyncNotification = withPayload(notification, {}, baileys);
  const protocolMessage = { ...message.protocolMessage, historySyncNotification };
  const bytes = baileys.proto.Message.encode({ ...message, protocolMessage }).finish();
  // What is encrypted ends with padding: its length, that many times.
  return Buffer.concat([bytes, Buffer.from([1])]);
}

/** A notification with this history in it, instead of where the whole one is. */
export function withPayload(
  { syncType, chunkOrder, progress }: HistoryNotification,
  history: Parameters<Baileys['proto']['HistorySync']['encode']>[0],
  { proto }: Pick<Baileys, 'proto'>,
): HistoryNotification {
  // Both enums have the same values.
  const content = proto.HistorySync.encode({ ...history, syncType: syncType as never }).finish();
  return { syncType, chunkOrder, progress, initialHistBootstrapInlinePayload: deflateSync(content) };
}
