import { randomBytes } from 'node:crypto'
import { open, rename, rm, stat, statfs } from 'node:fs/promises'
import path from 'node:path'

/**
 * Keeps a file that can be given up when the disk is full. PostgreSQL needs room to recover: without it
 * a full disk keeps the database down until somebody frees space by hand.
 */
export async function keepBallast(folder: string): Promise<void> {
  const file = path.join(folder, BALLAST_NAME)
  if (await isThere(file)) return
  const { bavail, bsize } = await statfs(folder)
  if (bavail * bsize < FREE_BYTES_MIN) return
  const building = `${file}.new`
  await rm(building, { force: true })
  try {
    const handle = await open(building, 'wx', 0o600)
    try {
      // Random, so that a compressing file system keeps the room as well.
      const chunk = randomBytes(CHUNK_BYTES)
      for (let written = 0; written < BALLAST_BYTES; written += CHUNK_BYTES)
        await handle.write(chunk)
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
    await rm(path.join(folder, BALLAST_NAME))
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false
    throw error
  }
}

export const BALLAST_NAME = 'ballast-may-be-deleted'
/** Two segments of the write-ahead log, twice over: what recovery and its closing checkpoint can need. */
const BALLAST_BYTES = 64 * 1024 * 1024
const CHUNK_BYTES = 1024 * 1024
const FREE_BYTES_MIN = 1024 * 1024 * 1024

async function isThere(file: string): Promise<boolean> {
  try {
    await stat(file)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false
    throw error
  }
}
