/** What one check found. */
export interface Finding {
  /** `skipped`: does not apply, or not yet. `advice`: works, but not as it should. `failed`: the engine cannot work so. */
  status: 'ok' | 'skipped' | 'advice' | 'failed';
  detail: string;
  /** What to do about it; with `advice` and `failed`. */
  mend: string | null;
}

export const good = (detail: string): Finding => ({ status: 'ok', detail, mend: null });
export const skipped = (detail: string): Finding => ({ status: 'skipped', detail, mend: null });
export const advice = (detail: string, mend: string): Finding => ({ status: 'advice', detail, mend });
export const bad = (detail: string, mend: string): Finding => ({ status: 'failed', detail, mend });

/** One line of what went wrong; drivers wrap the reason in a cause, or in several. */
export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0]);
  if (!(error instanceof Error)) return String(error);
  if (error.cause instanceof Error) return reasonOf(error.cause);
  return error.message.replace(/\s*\n\s*/g, ' ').trim();
}
