import type { Inbound } from '../../transport';
import type { WireMessage } from '../baileys';
import { describeFile } from './kinds/files';
import type { Content, Kind, MessageFile } from './kinds/kind';
import { MESSAGE_KINDS } from './kinds/message-kinds';

/** The content of a message, as events describe it. */
export interface MessageContent {
  type: string;
  text: string | null;
  media: Inbound['media'];
  form?: Record<string, unknown>;
  /** The wire id of the message that it replies to. */
  quotes: string | null;
}

/**
 * Reads an unwrapped message. A kind that is not known becomes `unsupported`, so that a reply is never missed.
 * Null if nobody wrote it, or it is an act such as a reaction.
 */
export function contentOf(message: WireMessage): MessageContent | null {
  const found = read(message);
  if (!found) return null;
  const { type, text, file, form, about } = found;
  return {
    type,
    text: text || null,
    media: describeFile(file),
    ...(form ? { form } : {}),
    quotes: quoted(message) ?? (about || null),
  };
}

/** The file of an unwrapped message. */
export const fileOf = (message: WireMessage): MessageFile | null => read(message)?.file ?? null;

type Read = Content & { type: string };

/** The first kind that says something, in the order of the table. */
function read(message: WireMessage): Read | null {
  const names = Object.entries(message).flatMap(([name, value]) => (isThere(value) ? [name] : []));
  for (const [name, kind] of Object.entries(MESSAGE_KINDS) as [keyof WireMessage, Kind<unknown>][]) {
    if (kind.is === 'told' && names.includes(name)) return { type: kind.type, ...kind.read(message[name]) };
  }
  return names.every((name) => Object.hasOwn(MESSAGE_KINDS, name)) ? null : { type: 'unsupported' };
}

/** Whether a field of a message was set. */
export const isThere = (value: unknown): boolean =>
  value !== null && value !== undefined && !(Array.isArray(value) && value.length === 0);

/** All kinds of messages have `contextInfo` in the same place. */
function quoted(message: WireMessage): string | null {
  for (const part of Object.values(message) as unknown[]) {
    const { contextInfo } = (part ?? {}) as { contextInfo?: { stanzaId?: unknown } | null };
    if (typeof contextInfo?.stanzaId === 'string' && contextInfo.stanzaId !== '') return contextInfo.stanzaId;
  }
  return null;
}
