/*
 * One project for each kind of test; test/README.md says which is which. Those with `globalSetup` can ask for
 * PostgreSQL, Redis and a prepared embedded database, which start when a test first needs them.
 */

const { availableParallelism } = require('node:os');

const SERVERS = {
  testEnvironmentOptions: { keepsPostgres: true },
  globalSetup: '<rootDir>/test/support/servers/global-setup.ts',
  globalTeardown: '<rootDir>/test/support/servers/global-teardown.ts',
};

/** @type {(name: string, more?: object) => object} */
const project = (name, more = {}) => ({
  displayName: name,
  testMatch: [`<rootDir>/test/${name}/**/*.test.ts`],
  testEnvironment: '<rootDir>/test/support/jest/environment.cjs',
  // The sources too, so that --watch and --changedSince know which tests a change concerns.
  roots: ['<rootDir>/engine', '<rootDir>/nodes', '<rootDir>/credentials', '<rootDir>/test'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
        // Keep `import()`: some libraries have only modules, which `require` cannot load in Jest.
        module: { type: 'commonjs', ignoreDynamic: true },
      },
    ],
  },
  // In Jest's sandbox, looking up a global is slow. csv-parse does it for every byte, and an ES module gets no injected
  // globals, so use its CommonJS build: that is 10 times as quick.
  sandboxInjectedGlobals: ['Math'],
  moduleNameMapper: { '^csv-parse$': '<rootDir>/node_modules/csv-parse/dist/cjs/index.cjs' },
  setupFiles: ['<rootDir>/test/support/servers/guard-nested-queries.ts'],
  ...more,
});

/** @type {import('jest').Config} */
module.exports = {
  projects: [
    project('unit'),
    project('simulation'),
    project('integration', SERVERS),
    project('contract', SERVERS),
    project('wire'),
    project('chaos', SERVERS),
    project('n8n'),
  ],
  // Two more than there are processors: most tests wait for a timer or another process half of their time.
  maxWorkers: availableParallelism() + 2,
  // Generous, for a busy machine. A test that waits for something has a limit of its own, and a closer one.
  testTimeout: 120_000,
  testSequencer: '<rootDir>/test/support/jest/chaos-first.cjs',
  reporters: ['default', '<rootDir>/test/support/jest/slowest-files.cjs'],
};
