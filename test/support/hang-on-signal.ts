import { isMainThread } from 'node:worker_threads'

// Loaded before the server (`node --import`): on SIGUSR2 its loop never turns again.
if (isMainThread) {
  process.on('SIGUSR2', () => {
    void (async function spinForEver() {
      for (;;) await Promise.resolve()
    })()
  })
}
