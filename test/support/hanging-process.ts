import { execFileSync } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'
import { createLog } from '../../src/log.ts'
import { startWatchdog } from '../../src/watchdog/watchdog.ts'

// A process with a watchdog of the given limits that says "ready" and then hangs in the given way,
// while it still starts where "starting" is given.
const [how = '', limitText = '', startingLimitText = '', phase = ''] = process.argv.slice(2)
const limitMs = Number(limitText)
const watchdog = startWatchdog({
  log: createLog({ destination: { write: (line) => process.stderr.write(line) } }),
  limitMs,
  startingLimitMs: Number(startingLimitText),
})
if (phase !== 'starting') watchdog.started()
process.stdout.write('ready\n')
await delay(limitMs / 10)

const waysToHang: Readonly<Record<string, () => Promise<void> | void>> = {
  async microtasks() {
    for (;;) await Promise.resolve()
  },
  loop() {
    for (;;);
  },
  // Outside JavaScript, where no debugger gets in.
  system() {
    execFileSync('sleep', ['60'])
  },
  async busy() {
    for (;;) {
      const endMs = performance.now() + limitMs / 2
      while (performance.now() < endMs);
      await delay(1)
    }
  },
  async idle() {
    await delay(3_600_000)
  },
}
await waysToHang[how]?.()
