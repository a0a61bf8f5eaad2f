import type { Inbound } from '../../transport';
import type { BinaryNode, WireMessage } from '../baileys';
import type { InboundTools } from '../tools';
import { timeOf } from '../receiving/stanzas';
import { envelopeOf, inTheirChat } from './envelope';
import { readMessage } from './read-inbound';
import { unwrap } from './unwrap';

/** A message that the phone sent again. */
export interface Recovered {
  wireId: string;
  /** Null if nobody wrote it. */
  inbound: Inbound | null;
}

/**
 * The messages that our own phone sends again on request, because this device never got their content. Null if it is
 * not such an answer. Only the account's own phone can give one.
 * @param now epoch milliseconds
 */
export async function readPhoneAnswer(
  stanza: BinaryNode,
  message: WireMessage,
  now: number,
  tools: InboundTools,
): Promise<Recovered[] | null> {
  const answer = unwrap(message)?.protocolMessage?.peerDataOperationRequestResponseMessage;
  if (!answer || !envelopeOf(stanza, tools)?.key.fromMe) return null;
  const recovered: Recovered[] = [];
  for (const { placeholderMessageResendResponse } of answer.peerDataOperationResult ?? []) {
    const bytes = placeholderMessageResendResponse?.webMessageInfoBytes;
    const found = bytes?.length ? await read(bytes, now, tools) : null;
    if (found) recovered.push(found);
  }
  return recovered;
}

async function read(bytes: Uint8Array, now: number, tools: InboundTools): Promise<Recovered | null> {
  const info = decoded(bytes, tools);
  const wireId = info?.key?.id;
  if (!info?.key || !wireId || !info.message) return null;
  const { key, message, pushName, participant, messageTimestamp } = info;
  const at = timeOf(String(Number(messageTimestamp ?? 0)), now);
  const whole = inTheirChat({ ...key, participant: key.participant || participant || undefined });
  return { wireId, inbound: await readMessage({ key: whole, message, pushName, at }, tools) };
}

function decoded(bytes: Uint8Array, { baileys: { proto } }: InboundTools) {
  try {
    return proto.WebMessageInfo.decode(bytes);
  } catch {
    return null;
  }
}
