/** The engine retries for 22 hours, and keeps the events of a disabled webhook for another 72. */
const REMEMBER_SECONDS = 96 * 3600;
/** A limit, because n8n writes the workflow's row in its database with every run. */
const MOST_REMEMBERED = 2000;

/** When each event was accepted: Unix seconds by event id. */
export type SeenEvents = Record<string, number>;

/**
 * The events seen by this process. Concurrent deliveries each have their own copy of the static data, and the last one
 * saved would lose the ids of the others.
 */
const seenHere = new Map<string, SeenEvents>();

/**
 * Remembers an event of a webhook. Returns false if it was seen before; otherwise the ids to keep, without the oldest
 * ones over the limit.
 */
export function rememberEvent(
  webhookId: string,
  kept: SeenEvents,
  eventId: string,
  nowMs: number,
): SeenEvents | false {
  const all = { ...kept, ...seenHere.get(webhookId) };
  if (eventId in all) return false;
  const now = Math.floor(nowMs / 1000);
  all[eventId] = now;
  const fresh = Object.entries(all)
    .filter(([, at]) => now - at < REMEMBER_SECONDS)
    .sort(([, a], [, b]) => a - b)
    .slice(-MOST_REMEMBERED);
  const remembered = Object.fromEntries(fresh);
  seenHere.set(webhookId, remembered);
  return remembered;
}

/** Call this when the webhook was removed. */
export function forgetEvents(webhookId: string): void {
  seenHere.delete(webhookId);
}
