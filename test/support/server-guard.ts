import { rmSync } from 'node:fs'
import { readlinkSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

// Started by global-setup.ts with the server's process id and its folder. It waits
// until its input closes, which the kernel does when the test run ends, also by
// SIGKILL, and then stops what is left.
const [pidText, root] = process.argv.slice(2)
if (pidText === undefined || root === undefined || !path.basename(root).startsWith('hoede-test-')) {
  throw new Error('expected a process id and a folder hoede-test-…')
}
const pid = Number(pidText)

process.stdin.resume()
process.stdin.once('close', () => {
  void stopServer()
})

async function stopServer(): Promise<void> {
  for (let tries = 0; isOurServer() && tries < 200; tries += 1) {
    process.kill(pid, tries < 100 ? 'SIGINT' : 'SIGQUIT')
    await delay(100)
  }
  rmSync(root ?? '', { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
  process.exit(0)
}

function isOurServer(): boolean {
  try {
    if (process.platform === 'linux')
      return readlinkSync(`/proc/${pid}/cwd`).startsWith(root ?? '\0')
    return process.kill(pid, 0)
  } catch {
    // No such process: it was stopped properly.
    return false
  }
}
