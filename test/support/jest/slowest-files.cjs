const { relative } = require('node:path');

const SHOWN = 10;

/** Lists the slowest files at the end of a run of many. */
module.exports = class SlowestFiles {
  onRunComplete(_contexts, { testResults }) {
    if (testResults.length <= SHOWN) return;
    const slowest = testResults
      .map(({ perfStats, testFilePath }) => ({
        seconds: (perfStats.end - perfStats.start) / 1000,
        file: relative(process.cwd(), testFilePath),
      }))
      .sort((a, b) => b.seconds - a.seconds)
      .slice(0, SHOWN)
      .map(({ seconds, file }) => `${seconds.toFixed(1).padStart(8)} s  ${file}`);
    process.stdout.write(`\nThe ${SHOWN} slowest files:\n${slowest.join('\n')}\n`);
  }
};
