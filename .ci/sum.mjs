// node .ci/sum.mjs <tests' log> <exit code> <n8n run's log> <exit code>
// Prints Jest's list of the slowest files again, then adds up the results of Jest and of the n8n run. A run that
// failed without counting a failure (it did not build, or it was killed) counts as one failure.
import { readFileSync } from 'node:fs';

const [testLog, testCode, n8nLog, n8nCode] = process.argv.slice(2);

/** A log without its colors. */
function textOf(log) {
  return readFileSync(log, 'utf8').replace(/\x1b\[[0-9;]*m/g, '');
}

/** The number before `word` in the last line of the log that matches `line`; 0 if there is none. */
function count(log, line, word) {
  const last =
    textOf(log)
      .split('\n')
      .findLast((candidate) => line.test(candidate)) ?? '';
  return Number(new RegExp(`(\\d+) ${word}`).exec(last)?.[1] ?? 0);
}

function read(log, code, line) {
  const passed = count(log, line, 'passed');
  const failed = count(log, line, 'failed');
  return { passed, failed: code !== '0' || passed === 0 ? Math.max(failed, 1) : failed };
}

const slowest = /^The \d+ slowest files:\n(?: +[\d.]+ s .*\n)+/m.exec(textOf(testLog));
if (slowest) console.log(slowest[0]);

const parts = [
  read(testLog, testCode, /^Tests: .*\d+ total/),
  read(n8nLog, n8nCode, /^\d+ passed, \d+ failed/),
];
const passed = parts.reduce((sum, part) => sum + part.passed, 0);
const failed = parts.reduce((sum, part) => sum + part.failed, 0);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
