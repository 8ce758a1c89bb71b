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
  if ((await measureFreeBytes(folder)) < freeBytesMin) return
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

/**
 * While the database runs: gives the ballast up before the disk is quite full, so that the database
 * can close what is under way and the alert of it can be written, and makes it again when there is
 * room. True when it was given up just now.
 */
export async function tendBallast(
  folder: string,
  measureFree: (folder: string) => Promise<number> = measureFreeBytes,
): Promise<boolean> {
  const freeBytes = await measureFree(folder)
  if (freeBytes < giveUpBytes)
    return (await isThere(path.join(folder, ballastName))) && (await dropBallast(folder))
  if (freeBytes >= againBytes) await keepBallast(folder)
  return false
}

export const ballastName = 'ballast-may-be-deleted'
/**
 * Two segments of the write-ahead log, twice over: what recovery and its
 * closing checkpoint can need.
 */
const ballastBytes = 64 * 1024 * 1024
const chunkBytes = 1024 * 1024
const freeBytesMin = 1024 * 1024 * 1024
/** Two segments of the write-ahead log: the next ones may not fit. */
const giveUpBytes = 32 * 1024 * 1024
/** Clearly more than it is made from, so that it is not made and given up in turn. */
const againBytes = freeBytesMin + ballastBytes

async function measureFreeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder)
  return bavail * bsize
}

async function isThere(file: string): Promise<boolean> {
  try {
    await stat(file)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false
    throw error
  }
}
