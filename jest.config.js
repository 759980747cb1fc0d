// unit: seconds, no cluster. e2e: the built action on the test bed. long: every row and point; not part of npm test.
const common = {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2024' }, module: { type: 'es6' }, sourceMaps: 'inline' },
    ],
  },
};

export default {
  projects: [
    {
      ...common,
      displayName: 'unit',
      testMatch: ['<rootDir>/__tests__/**/*.test.ts'],
      testPathIgnorePatterns: ['\\.e2e\\.test\\.ts$', '\\.long\\.test\\.ts$'],
    },
    {
      ...common,
      displayName: 'e2e',
      testMatch: ['<rootDir>/__tests__/**/*.e2e.test.ts'],
      globalSetup: '<rootDir>/__tests__/e2e/bed-up.ts',
      globalTeardown: '<rootDir>/__tests__/e2e/bed-down.ts',
    },
    {
      ...common,
      displayName: 'long',
      testMatch: ['<rootDir>/__tests__/**/*.long.test.ts'],
      globalSetup: '<rootDir>/__tests__/e2e/bed-up.ts',
      globalTeardown: '<rootDir>/__tests__/e2e/bed-down.ts',
    },
  ],
  testTimeout: 120_000,
  maxWorkers: 2,
};
