/** The engine tries for 22 hours, and keeps the events of a disabled webhook for 72 more. */
const REMEMBER_SECONDS = 96 * 3600;
/** Kept in the workflow's row of n8n's database, which is written with every run: so not without bound. */
const MOST_REMEMBERED = 2000;

/** When each event id was taken, in Unix seconds. */
export type SeenEvents = Record<string, number>;

/**
 * Of this process. Several deliveries at once each work on a copy of the static data of their own, and the last
 * one to be saved would forget the others' ids.
 */
const seenHere = new Map<string, SeenEvents>();

/**
 * Notes that the webhook's event was taken. Answers false when it was taken before, else the ids to keep, oldest
 * forgotten first.
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

/** For a webhook that was removed. */
export function forgetEvents(webhookId: string): void {
  seenHere.delete(webhookId);
}
