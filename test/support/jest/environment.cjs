const { readFileSync } = require('node:fs');
const { dirname, join } = require('node:path');
const { TestEnvironment } = require('jest-environment-node');

/**
 * PostgreSQL as PGlite compiles it, kept for as long as this process of Jest runs. While anybody has a module, V8 gives
 * the same one to whoever compiles the same bytes, with all that it has optimized. So this happens once for each
 * process, and not for each embedded database of each test: that is a tenth of what a whole run costs.
 */
const program = join(dirname(require.resolve('@electric-sql/pglite')), 'pglite.wasm');
const kept = WebAssembly.compile(readFileSync(program));

module.exports = class KeepsPostgres extends TestEnvironment {
  async setup() {
    await super.setup();
    await kept;
  }
};
