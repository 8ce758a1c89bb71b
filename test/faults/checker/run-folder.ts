import { execFile, spawn } from 'node:child_process'
import { chmod, mkdir, mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

/**
 * A folder for one stage. Whatever still works in it when the run ends, however the run ends, is
 * ended with it.
 */
export async function makeRunFolder(): Promise<RunFolder> {
  const root = await mkdtemp(join(tmpdir(), 'hoede-faults-'))
  // PostgreSQL runs as another user where we are root.
  await chmod(root, 0o711)
  const guard = spawn(process.execPath, [join(import.meta.dirname, 'run-guard.ts'), root], {
    detached: true,
    stdio: ['pipe', 'ignore', 'inherit'],
  })
  const gone = new Promise((resolve) => guard.once('exit', resolve))
  const disk = join(root, 'disk')
  await mkdir(disk, { mode: 0o711 })
  return {
    root,
    disk,
    isSmallDisk: await mountSmallDisk(disk),
    close: async () => {
      guard.stdin.end()
      await gone
    },
  }
}

export type RunFolder = {
  readonly root: string
  readonly disk: string
  /** A file system of its own that can be filled; only root may mount one. */
  readonly isSmallDisk: boolean
  readonly close: () => Promise<void>
}

async function mountSmallDisk(disk: string): Promise<boolean> {
  try {
    const options = `size=${diskMegabytes}m,mode=0711`
    await promisify(execFile)('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', disk])
    return true
  } catch {
    // Not root, or a container that may not: the disk is full by a trigger then.
    return false
  }
}

/** A new database with its log, and room for an hour of load. */
const diskMegabytes = 600
