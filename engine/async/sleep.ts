import type { Clock } from './clock';

/** Resolves after `ms` milliseconds. If `clock` is a `Timers` that is stopped first, it never resolves. */
export function sleep(clock: Clock, ms: number): Promise<void> {
  return new Promise((resolve) => clock.after(ms, resolve));
}
