/** Names one WhatsApp message: whose it is, in which chat, under which id, and in a group who wrote it. */
export interface WireKeyParts {
  fromMe: boolean;
  /** `14155551234@c.us`, `…@g.us`, `…@newsletter` or `…@lid`. */
  chatId: string;
  wireId: string;
  /** The writer's chat id, in a group. */
  author?: string | null;
}

export type ParsedWireKey =
  | { ok: true; fromMe: boolean; chatId: string; wireId: string; author: string | null }
  | { ok: false; message: string };

const PERSON = String.raw`\d+@(?:c\.us|s\.whatsapp\.net|lid)`;
const WIRE_KEY = new RegExp(
  String.raw`^(true|false)_(${PERSON}|[\d-]+@g\.us|\d+@newsletter)_([A-Za-z0-9.=+/-]{1,128})(?:_(${PERSON}))?$`,
);

/** The contract's `key`: `true_14155551234@c.us_3EB0…`, in a group with `_` and the author at the end. */
export function wireKey({ fromMe, chatId, wireId, author }: WireKeyParts): string {
  return `${fromMe}_${chatId}_${wireId}${author ? `_${author}` : ''}`;
}

/** Takes a `key` apart again. A person's `@s.whatsapp.net` comes out as `@c.us`, the form used everywhere else. */
export function parseWireKey(text: string): ParsedWireKey {
  const match = WIRE_KEY.exec(text);
  if (!match)
    return {
      ok: false,
      message:
        'This is not the key of a message; copy the key field of a message or of a message.received event, such as false_14155551234@c.us_3EB0A1B2C3.',
    };
  const [, fromMe, chatId = '', wireId = '', author] = match;
  const plain = (id: string): string => id.replace(/@s\.whatsapp\.net$/, '@c.us');
  return {
    ok: true,
    fromMe: fromMe === 'true',
    chatId: plain(chatId),
    wireId,
    author: author ? plain(author) : null,
  };
}
