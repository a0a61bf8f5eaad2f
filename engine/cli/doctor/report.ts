import { columns } from '../columns';
import type { Finding } from './finding';

const SIGNS: Record<Finding['status'], string> = { ok: '✓', skipped: '–', advice: '!', failed: '✗' };

/** The findings as a table, each fault followed by its mend, and a last line that sums up. */
export function report(findings: readonly (Finding & { name: string })[]): string {
  const rows = columns(findings.map(({ status, name, detail }) => [SIGNS[status], name, detail]));
  const indent = ' '.repeat(7 + Math.max(...findings.map(({ name }) => name.length)));
  const lines = findings.flatMap(({ mend }, index) => [
    rows[index] ?? '',
    ...(mend === null ? [] : [`${indent}→ ${mend}`]),
  ]);
  return [...lines, '', summary(findings)].join('\n');
}

function summary(findings: readonly Finding[]): string {
  const failed = findings.filter(({ status }) => status === 'failed').length;
  if (failed > 0) return `${failed} to mend: what each ✗ says after the arrow.`;
  const advised = findings.filter(({ status }) => status === 'advice').length;
  return advised > 0 ? `The engine can run; ${advised} could be better (!).` : 'All is well.';
}
