const LONG_MS = 20_000;
let done = false;

/**
 * Lets this process end while long timers are pending. Baileys never clears the 30 s limit of a pre-key upload, so each
 * first login would delay the end of the tests by that much.
 */
export function unrefLongTimers(): void {
  if (done) return;
  done = true;
  const original = globalThis.setTimeout;
  const unreffing = (task: (...args: unknown[]) => void, ms?: number, ...args: unknown[]) => {
    const timer = original(task, ms, ...args);
    return (ms ?? 0) >= LONG_MS ? timer.unref() : timer;
  };
  globalThis.setTimeout = Object.assign(unreffing, original) as typeof setTimeout;
}
