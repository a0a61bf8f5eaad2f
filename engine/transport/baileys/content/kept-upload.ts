import { createHash } from 'node:crypto';
import type { SessionMemory } from '../../session-memory';
import type { OutgoingMessage } from '../../transport';
import type { BaileysModule, WireMessage } from '../wire-types';
import type { Media } from './media-message';

const TYPE = 'upload';
const FINGERPRINT_BYTES = 32;

/**
 * What the kept message was made of. A message can still be edited after its file was uploaded, as long as it has not
 * gone to the wire: then what was kept is of no use any more.
 */
export function fingerprintOf(message: OutgoingMessage & { content: Media }): Buffer {
  const { bytes, ...rest } = message.content;
  const words = [message.chatId, message.replyTo, message.mentions, rest];
  return createHash('sha256').update(JSON.stringify(words)).update('\0').update(bytes).digest();
}

/** The message that was made for this wire id before, its file being uploaded; null when there is none, or another. */
export async function keptUpload(
  memory: SessionMemory,
  { proto }: BaileysModule,
  wireId: string,
  fingerprint?: Buffer,
): Promise<WireMessage | null> {
  const value = (await memory.read(TYPE, [wireId])).get(wireId);
  if (!value || value.length < FINGERPRINT_BYTES) return null;
  if (fingerprint && !fingerprint.equals(value.subarray(0, FINGERPRINT_BYTES))) return null;
  return proto.Message.decode(value.subarray(FINGERPRINT_BYTES));
}

/** Resolves when it is durable. */
export async function keepUpload(
  memory: SessionMemory,
  { proto }: BaileysModule,
  wireId: string,
  fingerprint: Buffer,
  message: WireMessage,
): Promise<void> {
  const value = Buffer.concat([fingerprint, proto.Message.encode(message).finish()]);
  await memory.write([{ type: TYPE, id: wireId, value }]);
}
