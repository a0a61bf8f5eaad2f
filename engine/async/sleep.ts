import type { Clock } from './clock';

/** Resolves after `ms` milliseconds. On `Timers` that are stopped first, it never does. */
export function sleep(clock: Clock, ms: number): Promise<void> {
  return new Promise((resolve) => clock.after(ms, resolve));
}
