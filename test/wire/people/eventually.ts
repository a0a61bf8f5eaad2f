import { setTimeout as sleep } from 'node:timers/promises';

/** Asks until there is an answer; rejects after `timeoutMs`, saying that it was waited in vain until `what`. */
export async function eventually<T>(what: string, ask: () => T | undefined, timeoutMs = 5000): Promise<T> {
  for (const deadline = Date.now() + timeoutMs; Date.now() < deadline; await sleep(10)) {
    const answer = ask();
    if (answer !== undefined) return answer;
  }
  throw new Error(`Waited ${timeoutMs} ms in vain until ${what}.`);
}
