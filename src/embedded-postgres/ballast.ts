import { randomBytes } from 'node:crypto'
import { open, rename, rm, stat, statfs } from 'node:fs/promises'
import path from 'node:path'

/**
 * Keeps a file that can be given up when the disk is full. PostgreSQL needs room to recover:
 * without it a full disk keeps the database down until somebody frees space by hand.
 */
export async function keepBallast(folder: string): Promise<void> {
  const file = path.join(folder, ballastName)
  if (await isThere(file)) return
  const { bavail, bsize } = await statfs(folder)
  if (bavail * bsize < freeBytesMin) return
  const building = `${file}.new`
  await rm(building, { force: true })
  try {
    const handle = await open(building, 'wx', 0o600)
    try {
      // Random, so that a compressing file system keeps the room as well.
      const chunk = randomBytes(chunkBytes)
      for (let written = 0; written < ballastBytes; written += chunkBytes) await handle.write(chunk)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(building, file)
  } catch (error) {
    await rm(building, { force: true })
    throw error
  }
}

/** Deletes it. False when there is none to delete. */
export async function dropBallast(folder: string): Promise<boolean> {
  try {
    await rm(path.join(folder, ballastName))
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false
    throw error
  }
}

export const ballastName = 'ballast-may-be-deleted'
/**
 * Two segments of the write-ahead log, twice over: what recovery and its
 * closing checkpoint can need.
 */
const ballastBytes = 64 * 1024 * 1024
const chunkBytes = 1024 * 1024
const freeBytesMin = 1024 * 1024 * 1024

async function isThere(file: string): Promise<boolean> {
  try {
    await stat(file)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false
    throw error
  }
}
