/** What a message can contain, each in the field of the same name. The contract sets the limits. */
export const MESSAGE_TYPES = ['text', 'media', 'poll', 'location', 'contact'] as const;
export type MessageType = (typeof MESSAGE_TYPES)[number];

export const MEDIA_KINDS = ['image', 'video', 'audio', 'document', 'sticker', 'voice', 'gif'] as const;
export type MediaKind = (typeof MEDIA_KINDS)[number];

export const LONGEST_TEXT = 4096;
export const LONGEST_CAPTION = 1024;

/** WhatsApp's clients stop showing "typing…" by themselves after this. */
export const LONGEST_TYPING_S = 25;
