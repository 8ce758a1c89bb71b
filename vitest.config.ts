import { defineConfig } from 'vitest/config'

const nodeMajor = Number(process.versions.node.split('.')[0])
if (nodeMajor < 26) {
  throw new Error(
    `Hoede's tests run on Node 26 (the npm package "node"); this is Node ${process.versions.node}. Start them with "npm test" or "npx vitest".`,
  )
}

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: [
            'test/geo/**/*.test.ts',
            'test/core/**/*.test.ts',
            'test/property/**/*.test.ts',
            'test/*.test.ts',
          ],
          // Far above what any test needs: a busy machine may not turn a right answer red.
          testTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'service',
          include: ['test/**/*.test.ts'],
          exclude: [
            'test/geo/**',
            'test/core/**',
            'test/property/**',
            'test/*.test.ts',
            'node_modules/**',
          ],
          globalSetup: ['test/support/global-setup.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
})
