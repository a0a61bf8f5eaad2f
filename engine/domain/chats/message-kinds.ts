/**
 * The kinds of messages as Blueticks' published API names them in chats. A kind that it has no name for has ours, as in
 * `message.received`.
 */
const PUBLISHED: Record<string, string> = {
  text: 'chat',
  voice: 'ptt',
  poll: 'poll_creation',
  contact: 'vcard',
};
const OURS = Object.fromEntries(Object.entries(PUBLISHED).map(([ours, published]) => [published, ours]));

/** The kind of a message that was taken back. */
export const REVOKED = 'revoked';

/** Ours to published: `text` is `chat`. */
export const publishedKind = (type: string): string => PUBLISHED[type] ?? type;

/** Published to ours, by which messages are stored. A round video note, `ptv`, is stored as a video. */
export const storedKind = (type: string): string => (type === 'ptv' ? 'video' : (OURS[type] ?? type));
