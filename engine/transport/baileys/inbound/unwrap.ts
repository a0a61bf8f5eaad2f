import type { WireMessage } from '../baileys';

/** Wrappers for disappearing messages, view-once media, captions, edits and so on. */
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
/** More than real messages ever have; more would be an attack. */
const MOST_WRAPPERS = 8;

/** The message inside all its wrappers; null if there is none. */
export function unwrap(wrapped: WireMessage | null | undefined): WireMessage | null {
  let message = wrapped ?? null;
  for (let depth = 0; message && depth < MOST_WRAPPERS; depth += 1) {
    const wrapper: (typeof WRAPPERS)[number] | undefined = WRAPPERS.find((name) => message?.[name]);
    if (!wrapper) return message;
    message = message[wrapper]?.message ?? null;
  }
  return null;
}
