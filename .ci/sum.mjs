// node .ci/sum.mjs <tests' log> <exit code> <n8n run's log> <exit code>
// Adds up what Jest and the n8n run say of themselves. A run that failed without counting a failure (it did not
// build, it was killed) counts as one, so that silence is never taken for success.
import { readFileSync } from 'node:fs';

const [testLog, testCode, n8nLog, n8nCode] = process.argv.slice(2);

/** The number before `word` in the last line of the log that matches `line`; 0 where there is none. */
function count(log, line, word) {
  const text = readFileSync(log, 'utf8').replace(/\x1b\[[0-9;]*m/g, '');
  const last = text.split('\n').findLast((candidate) => line.test(candidate)) ?? '';
  return Number(new RegExp(`(\\d+) ${word}`).exec(last)?.[1] ?? 0);
}

function read(log, code, line) {
  const passed = count(log, line, 'passed');
  const failed = count(log, line, 'failed');
  return { passed, failed: code !== '0' || passed === 0 ? Math.max(failed, 1) : failed };
}

const parts = [
  read(testLog, testCode, /^Tests: .*\d+ total/),
  read(n8nLog, n8nCode, /^\d+ passed, \d+ failed/),
];
const passed = parts.reduce((sum, part) => sum + part.passed, 0);
const failed = parts.reduce((sum, part) => sum + part.failed, 0);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
