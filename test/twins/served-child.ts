import { systemClock } from '../../src/clock.ts'
import { readConfig } from '../../src/config.ts'
import { serve } from '../../src/serve.ts'
import { createSilentLog } from '../support/silent-log.ts'

/**
 * The whole server in a process of its own, with the steps of answers that it is told: without
 * them what they hide must be found.
 */
process.on('message', (told: { readonly answerStepMs: number }) => {
  void bringUp(told.answerStepMs)
})
process.on('disconnect', () => process.exit(0))

async function bringUp(answerStepMs: number): Promise<void> {
  const config = readConfig(process.env)
  const log = createSilentLog()
  const server = await serve({
    config,
    log,
    clock: systemClock,
    onProgress: () => undefined,
    answerStepMs,
  })
  process.once('SIGTERM', () => {
    void server.stop().then(() => process.exit(0))
  })
  process.send?.(server.address)
}
