import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openEmbeddedForInspection, type Inspection } from '../faults/inspect-database.ts'
import { findFreePort, type ServerProcess, startServerProcess } from '../support/server-process.ts'

/** Runs `work` beside a real server of its own, and takes everything away afterwards. */
export async function withServer(
  work: (context: ServerContext) => Promise<void>,
  environment: Readonly<Record<string, string>> = {},
): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), 'hoede-bench-'))
  const port = await findFreePort()
  const adminToken = `bench-${'0123456789abcdef'.repeat(3)}`
  const start = async (): Promise<ServerProcess> =>
    await startServerProcess({ dataDir, port, adminToken, environment })
  const server = await start()
  const inspect = await openEmbeddedForInspection(dataDir)
  try {
    await work({ server, adminToken, inspect, dataDir, start })
  } finally {
    await inspect.close()
    await server.stop()
    await rm(dataDir, { recursive: true, force: true })
  }
}

export type ServerContext = {
  readonly server: ServerProcess
  readonly adminToken: string
  readonly inspect: Inspection
  readonly dataDir: string
  readonly start: () => Promise<ServerProcess>
}
