/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  // Run by commands of their own: a real n8n, a browser, and figures that need a quiet machine.
  testPathIgnorePatterns: ['/node_modules/', '/test/n8n/server/', '/test/browser/', '/test/bench/'],
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
        // `import()` stays what it is: some libraries have only modules, which `require` does not take in Jest.
        module: { type: 'commonjs', ignoreDynamic: true },
      },
    ],
  },
  setupFiles: ['<rootDir>/test/support/servers/guard-nested-queries.ts'],
  globalSetup: '<rootDir>/test/support/servers/global-setup.ts',
  globalTeardown: '<rootDir>/test/support/servers/global-teardown.ts',
  maxWorkers: 2,
  // Baileys leaves timers of half a minute behind, which would hold up the end of a run.
  forceExit: true,
  // A test that waits for something says so itself, and sooner: this is for a machine that has much else to do.
  testTimeout: 120_000,
};
