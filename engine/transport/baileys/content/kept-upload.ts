import { createHash } from 'node:crypto';
import type { SessionMemory } from '../../session-memory';
import type { OutgoingMessage } from '../../transport';
import type { Baileys, WireMessage } from '../baileys';
import type { ChatSettings } from '../chats/chat-settings';
import type { Forward } from './forwarded-message';
import type { Media } from './media-message';

const TYPE = 'upload';
const FINGERPRINT_BYTES = 32;

/**
 * A hash of what a message is built from. It can be edited, and its chat's timer changed, after its file was uploaded,
 * until it is on the wire; the stored result is then out of date.
 */
export function fingerprintOf(
  message: OutgoingMessage & { content: Media | Forward },
  timer: ChatSettings['timer'],
): Buffer {
  const { rest, bytes } = partsOf(message.content);
  const mark = message.forwarded ? ['forwarded'] : [];
  const about = [message.chatId, message.replyTo, message.mentions, rest, ...(timer ? [timer] : []), ...mark];
  return createHash('sha256').update(JSON.stringify(about)).update('\0').update(bytes).digest();
}

function partsOf(content: Media | Forward): { rest: object; bytes: Uint8Array } {
  if (content.type === 'forward') return { rest: { type: content.type }, bytes: content.message };
  const { bytes, ...rest } = content;
  return { rest, bytes };
}

/** The message built earlier for this wire id, with its uploaded file; null if there is none with this fingerprint. */
export async function keptUpload(
  memory: SessionMemory,
  { proto }: Baileys,
  wireId: string,
  fingerprint?: Buffer,
): Promise<WireMessage | null> {
  const value = (await memory.read(TYPE, [wireId])).get(wireId);
  if (!value || value.length < FINGERPRINT_BYTES) return null;
  if (fingerprint && !fingerprint.equals(value.subarray(0, FINGERPRINT_BYTES))) return null;
  return proto.Message.decode(value.subarray(FINGERPRINT_BYTES));
}

/** Of a message that was taken back: nobody gets it any more. */
export async function forgetUpload(memory: SessionMemory, wireId: string): Promise<void> {
  await memory.write([{ type: TYPE, id: wireId, value: null }]);
}

/** Resolves when it is stored. */
export async function keepUpload(
  memory: SessionMemory,
  { proto }: Baileys,
  wireId: string,
  fingerprint: Buffer,
  message: WireMessage,
): Promise<void> {
  const value = Buffer.concat([fingerprint, proto.Message.encode(message).finish()]);
  await memory.write([{ type: TYPE, id: wireId, value }]);
}
