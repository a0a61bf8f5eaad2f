import type { Clock } from './clock';

/** The work took too long. */
export class DeadlineError extends Error {
  constructor(timeoutMs: number) {
    super(`timed out after ${timeoutMs / 1000} s`);
    this.name = 'DeadlineError';
  }
}

/**
 * Runs `work` and rejects as soon as the time is up. The signal tells the work to stop, but the rejection does not
 * wait for it: a DNS lookup or a connection attempt, for example, cannot be interrupted.
 * @param tooLate creates the error; by default a `DeadlineError`.
 */
export function withDeadline<T>(
  clock: Clock,
  timeoutMs: number,
  work: (signal: AbortSignal) => Promise<T>,
  tooLate: () => Error = () => new DeadlineError(timeoutMs),
): Promise<T> {
  const controller = new AbortController();
  return new Promise<T>((resolve, reject) => {
    const cancel = clock.after(timeoutMs, () => {
      const error = tooLate();
      reject(error);
      controller.abort(error);
    });
    work(controller.signal).then(resolve, reject).finally(cancel);
  });
}
