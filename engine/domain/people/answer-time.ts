/**
 * WhatsApp's times are whole seconds from another clock, so an answer up to this long before a sequence's start still
 * counts.
 */
const CLOCKS_DIFFER_MS = 5_000;

/** The latest start of a sequence that an answer stops. @param writtenAt by WhatsApp's clock */
export function latestAnswered(writtenAt: Date): Date {
  return new Date(writtenAt.getTime() + CLOCKS_DIFFER_MS);
}
