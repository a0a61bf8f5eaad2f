import type { Clock } from './clock';

/** The work took longer than it may. */
export class DeadlineError extends Error {
  constructor(timeoutMs: number) {
    super(`timed out after ${timeoutMs / 1000} s`);
    this.name = 'DeadlineError';
  }
}

/**
 * Runs `work` and rejects with `DeadlineError` as soon as the time is up. The signal tells the work to stop; the
 * rejection does not wait for it, since a name look-up or a connection being made cannot be interrupted.
 */
export function withDeadline<T>(
  timeoutMs: number,
  clock: Clock,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  return new Promise<T>((resolve, reject) => {
    const cancel = clock.after(timeoutMs, () => {
      const error = new DeadlineError(timeoutMs);
      reject(error);
      controller.abort(error);
    });
    work(controller.signal).then(resolve, reject).finally(cancel);
  });
}
