import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

const nodeMajor = Number(process.versions.node.split('.')[0])
if (nodeMajor < 26) {
  throw new Error(
    `Hoede's tests run on Node 26 (from npm, as package.json has it); this is Node ${process.versions.node}. Start them with "npm test" or "npx vitest".`,
  )
}

export default defineConfig({
  test: {
    // On two cores too: the long seeded runs take one, tests that wait for a server the other.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/geo/**/*.test.ts', 'test/core/**/*.test.ts', 'test/*.test.ts'],
          // Pure code keeps nothing between files: one world for all of them halves the time.
          isolate: false,
          // Far above what any test needs: a busy machine may not turn a right answer red.
          testTimeout: 120_000,
        },
      },
      {
        test: {
          // Seeded runs against a slow judge; CONTRIBUTING.md says how to run one seed again.
          name: 'property',
          include: ['test/property/**/*.test.ts'],
          setupFiles: ['test/property/setup.ts'],
          testTimeout: 900_000,
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
          // A second, which is what is waited for unless one says more, is short for a page then.
          expect: { poll: { timeout: 30_000 } },
        },
      },
    ],
  },
})
