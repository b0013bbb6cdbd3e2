/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  testEnvironmentOptions: { customExportConditions: ['trialogue-source', 'node', 'node-addons'] },
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.spec.ts'],
  // Minutes of killing: `npm run test:chaos`.
  testPathIgnorePatterns: ['/node_modules/', '\\.chaos\\.spec\\.ts$'],
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
          target: 'es2022',
        },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
  globalSetup: '<rootDir>/test/support/servers/global.setup.mjs',
  globalTeardown: '<rootDir>/test/support/servers/global.teardown.mjs',
  reporters: ['default', '<rootDir>/test/support/count.reporter.mjs'],
  maxWorkers: 2,
  testTimeout: 120_000,
};
