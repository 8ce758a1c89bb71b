import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

// Started by run-folder.ts with the folder of a run. It waits until its input closes, which the
// kernel does when the run ends, also by SIGKILL, and then ends whatever works in that folder.
const root = process.argv[2] ?? ''
if (!path.basename(root).startsWith('hoede-faults-')) throw new Error('expected hoede-faults-…')

process.stdin.resume()
process.stdin.once('close', () => {
  void clearAway()
})

async function clearAway(): Promise<void> {
  for (let tries = 0; tries < 50; tries += 1) {
    const found = processesOf(root)
    if (found.length === 0) break
    for (const id of found) killQuietly(id)
    await delay(50)
  }
  try {
    execFileSync('umount', ['--lazy', path.join(root, 'disk')], { stdio: 'ignore' })
  } catch {
    // Nothing was mounted there.
  }
  rmSync(root, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
  process.exit(0)
}

/** Those that stand in the folder, and those that were told to keep their data there. */
function processesOf(folder: string): number[] {
  const names = process.platform === 'linux' ? readdirSync('/proc') : []
  return names
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((name) => standsIn(name, folder) || keepsDataIn(name, folder))
    .map(Number)
}

function standsIn(id: string, folder: string): boolean {
  try {
    return readlinkSync(`/proc/${id}/cwd`).startsWith(`${folder}/`)
  } catch {
    // It ended, or is another user's.
    return false
  }
}

function keepsDataIn(id: string, folder: string): boolean {
  try {
    return readFileSync(`/proc/${id}/environ`, 'utf8').includes(`HOEDE_DATA_DIR=${folder}/`)
  } catch {
    return false
  }
}

function killQuietly(id: number): void {
  try {
    process.kill(id, 'SIGKILL')
  } catch {
    // It ended by itself.
  }
}
