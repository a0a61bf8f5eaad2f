import type { OldestKnown } from '../older-messages';
import type { Inbound } from '../transport';
import { accountOf, phoneOfChat } from './test-numbers';
import { answerIdOf } from './wire-hash';

const HOUR_MS = 3_600_000;

/** A conversation of the day before, the newest first. */
const TEXTS: readonly { text: string; fromMe: boolean }[] = [
  { text: 'See you then!', fromMe: false },
  { text: 'Yes, at nine.', fromMe: true },
  { text: 'Is tomorrow still fine?', fromMe: false },
];

/** In a group, it is somebody else who wrote. */
const MEMBER = '15005550004@c.us';

/**
 * What the sandbox's phone has of a chat from before the engine knew it: the same messages each time, an hour apart. Nothing
 * is older than these.
 * @param ownPhone the sandbox's own number, E.164
 */
export function olderMessages({ chatId, wireId, at }: OldestKnown, ownPhone: string | null): Inbound[] {
  const ids = TEXTS.map((_one, index) => answerIdOf(chatId, `older ${index}`));
  if (ids.includes(wireId)) return [];
  const isGroup = chatId.endsWith('@g.us');
  const names = isGroup ? [MEMBER] : accountOf(chatId).names;
  const writer = isGroup ? MEMBER : chatId;
  return TEXTS.map(({ text, fromMe }, index) => ({
    ...{ kind: 'message' as const, id: ids[index]!, chatId, isGroup, type: 'text', text, media: null },
    names: isGroup && fromMe ? [] : names,
    from: fromMe ? ownPhone : phoneOfChat(writer),
    fromName: fromMe ? null : 'Sandbox recipient',
    ...(isGroup ? { author: fromMe ? null : writer } : {}),
    ...(fromMe ? { sentFromPhone: true } : {}),
    targetWireId: null,
    at: at - (index + 1) * HOUR_MS,
  }));
}
