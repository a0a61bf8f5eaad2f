/** What a message can carry. Limits are the contract's. */
export const MESSAGE_TYPES = ['text', 'media', 'poll'] as const;

export const MEDIA_KINDS = ['image', 'video', 'audio', 'document', 'sticker', 'voice', 'gif'] as const;
export type MediaKind = (typeof MEDIA_KINDS)[number];

export const LONGEST_TEXT = 4096;
export const LONGEST_CAPTION = 1024;
