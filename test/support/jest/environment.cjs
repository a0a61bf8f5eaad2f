const { readFileSync } = require('node:fs');
const { dirname, join } = require('node:path');
const { TestEnvironment } = require('jest-environment-node');

/**
 * PGlite's WebAssembly, kept while this Jest process runs. V8 shares a module that is still in use with every thread
 * that compiles the same bytes, including all the code that it has optimized. So PostgreSQL is compiled and optimized
 * once for each process, not once for each test's database, which took a third of the integration tests' processor time.
 */
const program = join(dirname(require.resolve('@electric-sql/pglite')), 'pglite.wasm');
const kept = WebAssembly.compile(readFileSync(program));

module.exports = class KeepsPostgres extends TestEnvironment {
  async setup() {
    await super.setup();
    await kept;
  }
};
