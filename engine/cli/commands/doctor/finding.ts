import { columns } from '../../output';

/** What one check found. */
export interface Finding {
  /** `skipped`: does not apply, or not yet. `advice`: works, but could be better. `failed`: the engine cannot work. */
  status: 'ok' | 'skipped' | 'advice' | 'failed';
  detail: string;
  /** What to do about it; with `advice` and `failed`. */
  fix: string | null;
}

export type NamedFinding = Finding & { name: string };

export const good = (detail: string): Finding => ({ status: 'ok', detail, fix: null });
export const skipped = (detail: string): Finding => ({ status: 'skipped', detail, fix: null });
export const advice = (detail: string, fix: string): Finding => ({ status: 'advice', detail, fix });
export const bad = (detail: string, fix: string): Finding => ({ status: 'failed', detail, fix });

/** The reason in one line. Drivers wrap it in a cause, or in several. */
export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0]);
  if (!(error instanceof Error)) return String(error);
  if (error.cause instanceof Error) return reasonOf(error.cause);
  return error.message.replace(/\s*\n\s*/g, ' ').trim();
}

const SIGNS: Record<Finding['status'], string> = { ok: '✓', skipped: '–', advice: '!', failed: '✗' };

/** The findings as a table, each problem followed by its fix, and a summary in the last line. */
export function report(findings: readonly NamedFinding[]): string {
  const rows = columns(findings.map(({ status, name, detail }) => [SIGNS[status], name, detail]));
  const indent = ' '.repeat(7 + Math.max(...findings.map(({ name }) => name.length)));
  const lines = findings.flatMap(({ fix }, index) => [
    rows[index] ?? '',
    ...(fix === null ? [] : [`${indent}→ ${fix}`]),
  ]);
  return [...lines, '', summary(findings)].join('\n');
}

function summary(findings: readonly Finding[]): string {
  const count = (status: Finding['status']): number =>
    findings.filter((finding) => finding.status === status).length;
  const [failed, advised] = [count('failed'), count('advice')];
  if (failed === 1) return '1 problem. The → line says how to fix it.';
  if (failed > 1) return `${failed} problems. The → lines say how to fix them.`;
  return advised > 0 ? `The engine can run; ${advised} could be better (!).` : 'Everything is fine.';
}
