import type { WireMessage } from '../wire-types';

/** What a message can be wrapped in: to vanish, to be seen once, to have a caption, to be an edit… */
const WRAPPERS = [
  'deviceSentMessage',
  'ephemeralMessage',
  'viewOnceMessage',
  'viewOnceMessageV2',
  'viewOnceMessageV2Extension',
  'documentWithCaptionMessage',
  'editedMessage',
  'groupMentionedMessage',
  'associatedChildMessage',
  'lottieStickerMessage',
  'botForwardedMessage',
  'pollCreationMessageV4',
  'groupStatusMessage',
  'groupStatusMessageV2',
] as const;
/** More are never seen, and whoever makes more means harm. */
const MOST_WRAPPERS = 8;

/** The message itself, out of all that it is wrapped in; null when there is none. */
export function unwrap(wrapped: WireMessage | null | undefined): WireMessage | null {
  let message = wrapped ?? null;
  for (let depth = 0; message && depth < MOST_WRAPPERS; depth += 1) {
    const wrapper: (typeof WRAPPERS)[number] | undefined = WRAPPERS.find((name) => message?.[name]);
    if (!wrapper) return message;
    message = message[wrapper]?.message ?? null;
  }
  return null;
}
