import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { StartError } from '../../src/errors.ts'
import { openDataFolder } from '../../src/embedded-postgres/data-folder.ts'
import { stopCluster } from '../../src/embedded-postgres/cluster.ts'
import { findRunningCluster, isAlive, signalProcess } from '../../src/embedded-postgres/process.ts'

/**
 * Every run begins with an empty folder. What a killed run left behind, server or PostgreSQL, is
 * stopped first; a run that is still going keeps its folder: the lock in it says so.
 */
export async function emptyDataFolder(dataDir: string): Promise<void> {
  const folder = await openDataFolder(dataDir).catch(async (error: unknown) => {
    if (!(error instanceof StartError && (await stopOrphan(dataDir)))) {
      throw error
    }
    return openDataFolder(dataDir)
  })
  try {
    const cluster = join(dataDir, 'postgres')
    const running = await findRunningCluster(cluster)
    if (running !== null) {
      await stopCluster(cluster, running.pid)
    }
  } finally {
    await folder.release()
  }
  await rm(dataDir, { recursive: true, force: true })
  await mkdir(dataDir, { recursive: true, mode: 0o711 })
}

/** So that the next run can tell a server without its demo from one whose demo is still on. */
export async function rememberRun(dataDir: string, serverPid: number | null): Promise<void> {
  await writeFile(join(dataDir, runName), JSON.stringify({ demoPid: process.pid, serverPid }))
}

const runName = 'demo-run.json'
const stopMsMax = 30_000

/** Stops the server whose demo was killed; false when there is none. */
async function stopOrphan(dataDir: string): Promise<boolean> {
  const text = await readFile(join(dataDir, runName), 'utf8').catch(() => '{}')
  const { demoPid, serverPid } = JSON.parse(text) as { demoPid?: number; serverPid?: number }
  if (demoPid === undefined || serverPid === undefined || isAlive(demoPid)) {
    return false
  }
  // Process ids are used again: only the one that the folder's own lock names is the server.
  const holder = await readFile(join(dataDir, 'hoede.pid'), 'utf8').catch(() => '')
  if (holder.trim() !== String(serverPid)) {
    return false
  }
  signalProcess(serverPid, 'SIGTERM')
  const deadlineMs = performance.now() + stopMsMax
  while (isAlive(serverPid) && performance.now() < deadlineMs) {
    await wait(50)
  }
  return !isAlive(serverPid)
}
