import type { WASocket } from '../baileys';

/**
 * The timers with which these people start new chats, in seconds; 0 if messages stay. Null if WhatsApp's answer got lost.
 */
export async function askDefaultTimers(
  jids: readonly string[],
  { fetchDisappearingDuration: ask }: Pick<WASocket, 'fetchDisappearingDuration'>,
): Promise<number[] | null> {
  const answers = await ask(...jids);
  return answers?.map(({ disappearing_mode: mode }) => secondsOf(mode)) ?? null;
}

function secondsOf(mode: unknown): number {
  const { duration } = (mode ?? {}) as { duration?: unknown };
  return typeof duration === 'number' && Number.isSafeInteger(duration) ? Math.max(0, duration) : 0;
}
