import { pauseRestored } from '../campaigns/pause-restored';
import type { Work } from '../events/transact';
import { expireDue } from '../store/tables/restored-messages';

/** What was not sent because it may have been sent before. */
export interface Reviewed {
  expired_messages: number;
  paused_campaigns: number;
}

/**
 * What happened to messages that came due after the backup is not known: the engine that it was made from may have sent
 * them. They expire, and what campaigns have left waits until somebody resumes them. The engine tells of both as usual.
 */
export async function reviewRestored(work: Work): Promise<Reviewed> {
  const paused = await pauseRestored(work);
  return { expired_messages: await expireDue(work.sql, work.now), paused_campaigns: paused };
}
