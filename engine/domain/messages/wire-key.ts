/** Identifies one WhatsApp message. */
export interface WireKeyParts {
  /** Whether the session sent it. */
  fromMe: boolean;
  /** `14155551234@c.us`, `…@g.us`, `…@newsletter`, `…@lid` or `status@broadcast`. */
  chatId: string;
  wireId: string;
  /** In a group, the chat id of the person who wrote it. */
  author?: string | null;
}

export type ParsedWireKey =
  | { ok: true; fromMe: boolean; chatId: string; wireId: string; author: string | null }
  | { ok: false; code: 'invalid_key'; message: string };

const PERSON = String.raw`\d+@(?:c\.us|s\.whatsapp\.net|lid)`;
const WIRE_KEY = new RegExp(
  String.raw`^(true|false)_(${PERSON}|[\d-]+@g\.us|\d+@newsletter|status@broadcast)_([A-Za-z0-9.=+/-]{1,128})(?:_(${PERSON}))?$`,
);

/** The `key` of the API: `true_14155551234@c.us_3EB0…`, and in a group `_<author>` at the end. */
export function wireKey({ fromMe, chatId, wireId, author }: WireKeyParts): string {
  return `${fromMe}_${chatId}_${wireId}${author ? `_${author}` : ''}`;
}

/** Reads a `key`. A person's `@s.whatsapp.net` becomes `@c.us`, the form used everywhere else. */
export function parseWireKey(text: string): ParsedWireKey {
  const match = WIRE_KEY.exec(text);
  if (!match)
    return {
      ok: false,
      code: 'invalid_key',
      message:
        'is not the key of a message. Copy the key field of a message or of a message.received event, such as false_14155551234@c.us_3EB0A1B2C3.',
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
