import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdir, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'

const root = fileURLToPath(new URL('../../', import.meta.url))

/**
 * Builds the page as an install does: a test of the page is of the sources that are here. Test
 * files run beside each other, and a build empties the folder first: one builds, the others wait,
 * and nobody builds twice what has not changed.
 */
export async function buildDesk(): Promise<void> {
  building ??= buildOnce()
  await building
}

let building: Promise<void> | null = null

async function buildOnce(): Promise<void> {
  await takeLock()
  try {
    const stamp = stampOfSources()
    const known = existsSync(stampFile) ? readFileSync(stampFile, 'utf8') : ''
    if (known === stamp && existsSync(join(root, 'dist/desk/index.html'))) return
    await rm(stampFile, { force: true })
    await build({ configFile: join(root, 'src/desk/vite.config.ts') })
    await writeFile(stampFile, stamp)
  } finally {
    await rm(lockFolder, { recursive: true, force: true })
  }
}

const stampFile = join(root, 'dist/desk-built-from')
const lockFolder = join(root, 'dist/desk-being-built')
/** A run that was killed leaves its lock behind; no build takes this long. */
const lockMsMax = 120_000

async function takeLock(): Promise<void> {
  await mkdir(join(root, 'dist'), { recursive: true })
  for (;;) {
    const isMine = await mkdir(lockFolder).then(
      () => true,
      () => false,
    )
    if (isMine) return
    const takenMs = await stat(lockFolder).then(
      ({ mtimeMs }) => mtimeMs,
      () => Date.now(),
    )
    if (Date.now() - takenMs > lockMsMax) await rm(lockFolder, { recursive: true, force: true })
    await wait(100)
  }
}

/** Of everything that can come into the page, in one number. */
function stampOfSources(): string {
  const hash = createHash('sha256')
  for (const folder of ['src/desk', 'src/core', 'geo']) {
    for (const entry of readdirSync(join(root, folder), { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue
      const file = join(entry.parentPath, entry.name)
      hash.update(file).update(readFileSync(file))
    }
  }
  return hash.update(readFileSync(join(root, 'package-lock.json'))).digest('hex')
}
