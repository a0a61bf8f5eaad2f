const { AsyncLocalStorage } = require('node:async_hooks');
const { readFileSync } = require('node:fs');
const { dirname, join } = require('node:path');
const { TestEnvironment } = require('jest-environment-node');

/**
 * PGlite's WebAssembly, kept while this Jest process runs. V8 shares a module that is still in use with every thread
 * that compiles the same bytes, including all the code that it has optimized. So PostgreSQL is compiled and optimized
 * once for each process, not once for each test's database, which took a third of the integration tests' processor time.
 */
const program = join(dirname(require.resolve('@electric-sql/pglite')), 'pglite.wasm');
let kept;

/** The storages that a test file has used. Node looks after each at every promise, until it is disabled. */
const storages = new Set();
const { run } = AsyncLocalStorage.prototype;
AsyncLocalStorage.prototype.run = function (...args) {
  storages.add(this);
  return run.apply(this, args);
};

/** With `keepsPostgres`, for projects whose tests open databases. */
module.exports = class Environment extends TestEnvironment {
  constructor(config, context) {
    super(config, context);
    this.keepsPostgres = config.projectConfig.testEnvironmentOptions.keepsPostgres;
  }

  async setup() {
    await super.setup();
    if (this.keepsPostgres) await (kept ??= WebAssembly.compile(readFileSync(program)));
  }

  async teardown() {
    for (const storage of storages) storage.disable();
    storages.clear();
    await super.teardown();
  }
};
