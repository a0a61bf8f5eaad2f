import { setTimeout as sleep } from 'node:timers/promises';

/** How long to wait between two questions: a tenth of the time that it has taken so far, within these limits. */
const [LEAST_MS, MOST_MS] = [5, 60];

/**
 * Asks again and again until the answer is neither false nor nothing; fails after `timeoutMs`, naming `what`. Patient
 * enough for a busy machine, and not so much that the sweep of every minute could stand in for a lost wake-up.
 */
export async function until<T>(
  what: string,
  ask: () => T | Promise<T>,
  timeoutMs = 30_000,
): Promise<NonNullable<T>> {
  const startedAt = Date.now();
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    const waited = Date.now() - startedAt;
    if (waited > timeoutMs) throw new Error(`Timed out after ${timeoutMs} ms waiting until ${what}.`);
    await sleep(Math.min(Math.max(LEAST_MS, waited / 10), MOST_MS));
  }
}
