import { setTimeout as sleep } from 'node:timers/promises';

/** Polls until the result is not `undefined`. Rejects after `timeoutMs`, naming `what` it waited for. */
export async function waitUntil<T>(what: string, ask: () => T | undefined, timeoutMs = 30_000): Promise<T> {
  for (const deadline = Date.now() + timeoutMs; Date.now() < deadline; await sleep(10)) {
    const answer = ask();
    if (answer !== undefined) return answer;
  }
  throw new Error(`Timed out after ${timeoutMs} ms waiting until ${what}.`);
}
