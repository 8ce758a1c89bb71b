import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { findFreePort, startServerProcess } from '../support/server-process.ts'

it('a stop leaves neither a warning nor an error in the log', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'hoede-stop-'))
  try {
    for (let round = 0; round < 2; round += 1) {
      const server = await startServerProcess({
        dataDir,
        port: await findFreePort(),
        adminToken: `clean-stop-${'0123456789abcdef'.repeat(3)}`,
      })
      expect(await server.stop()).toBe(0)
      expect(server.output()).toContain('Stopping on SIGTERM')
      expect(server.output()).not.toMatch(/"level":"(warn|error|fatal)"/)
    }
  } finally {
    await rm(dataDir, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
  }
})
