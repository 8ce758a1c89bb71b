import { lchown, readdir, stat } from 'node:fs/promises'
import path from 'node:path'
import type { Log } from '../log.ts'
import { findFormerServerUid } from './binaries.ts'
import type { ServerUser } from './binaries.ts'
import { stopCluster } from './cluster.ts'
import { findRunningCluster } from './process.ts'

/**
 * Gives a database that an earlier version made, as the machine's own "postgres", to the user as
 * whom it runs now. A server that still runs on it is stopped first. Folders of anybody else are
 * left alone, and refused later with a sentence.
 */
export async function handOverFolder(
  dataDir: string,
  folder: string,
  user: ServerUser,
  log: Log,
): Promise<void> {
  if (user.ids === null) return
  const { uid: owner } = await stat(folder)
  if (owner === user.ids.uid) return
  // Root's: an earlier handing over was cut short.
  if (owner !== rootUid && owner !== (await findFormerServerUid())) return
  const running = await findRunningCluster(folder)
  if (running !== null) await stopCluster(folder, running.pid)
  // Closed to the former owner while it changes hands: nobody may put a link where we walk.
  await lchown(folder, rootUid, rootUid)
  for (const part of [folder, path.join(dataDir, 'run')]) {
    await giveContents(part, user.ids)
  }
  await lchown(folder, user.ids.uid, user.ids.gid)
  log.info({ folder, uid: user.ids.uid }, 'the database folder was given to the user of its own')
}

const rootUid = 0

async function giveContents(folder: string, ids: { uid: number; gid: number }): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  })
  for (const entry of entries) {
    const item = path.join(folder, entry.name)
    await lchown(item, ids.uid, ids.gid)
    if (entry.isDirectory()) await giveContents(item, ids)
  }
}
